import InprocExploration
import TestSupport
import Testing

@testable import InprocScript

@Suite("Timelines", .timeLimit(.minutes(1)))
struct TimelineTests {
  private func record(
    _ text: String, _ choices: [Int]? = nil, maximumEvents: Int = 100_000
  ) async throws -> Timeline {
    let script = try Parser.parse(Array(text.utf8))
    let schedule = Schedule(choices: choices, checksum: Schedule.checksum(script.lines))
    let recorded = await onThread {
      ScenarioRunner(pool: ThreadPool(isPinned: true))
        .record(schedule, script, file: "run.scn", maximumEvents: maximumEvents)
    }
    return try #require(recorded).timeline
  }

  /// Each event in a few words.
  private func words(_ timeline: Timeline) -> [String] {
    timeline.events.map { event in
      let name = timeline.name(of: event.thread)
      switch event.what {
      case .threadStarted: return "\(name) starts"
      case .threadEnded(let error): return "\(name) ends" + (error.map { " \($0.printed)" } ?? "")
      case .stepBegan(let step): return "\(name): \(step.text) @\(step.range.line)"
      case .stepEnded(_, let lines): return "\(name) gets \(lines.map(\.printed))"
      case .sent(let transfer):
        return "\(name) sent #\(transfer.message.sequence) \(transfer.frames) on \(transfer.handle)"
      case .received(let transfer):
        return
          "\(name) received #\(transfer.message.sequence) \(transfer.frames) on \(transfer.handle)"
      case .blocked(_, let wait): return "\(name) waits: \(wait.text)"
      case .wentOn: return "\(name) goes on"
      case .timerFired: return "\(name)'s timer at \(event.time)"
      case .switched(let to, let reason):
        return "\(name) -> \(timeline.name(of: to)): \(reason.rawValue)"
      }
    }
  }

  @Test("what happens is written down in order, with who gave way to whom and why")
  func order() async throws {
    let timeline = try await record(
      """
      bind inproc://a as inbox
      spawn w { sleep 1s; send inbox x "y z" }
      recv inbox
      """)
    #expect(
      words(timeline) == [
        "main starts",
        "main: bind inproc://a as inbox @1", #"main gets ["=> inbox"]"#,
        "main: spawn w @2", "w starts", #"main gets ["=> w"]"#,
        "main: recv inbox @3", "main waits: recv inbox", "main -> w: waited",
        "w: sleep 1s @2", "w waits: sleep 1s", "w's timer at 1.0 seconds", "w goes on",
        "w gets []",
        "w: send inbox x \"y z\" @2", #"w sent #1 ["x", "\"y z\""] on inbox"#, "w gets []",
        "w ends", "w -> main: ended", "main goes on",
        #"main received #1 ["x", "\"y z\""] on inbox"#, #"main gets ["=> x \"y z\""]"#,
        "main ends",
      ])
    #expect(timeline.threads.map(\.parent) == [nil, 0])
  }

  @Test("a receive carries the number of its send, whichever way the message went")
  func identity() async throws {
    let timeline = try await record(
      """
      bind inproc://q as server bidi
      connect inproc://q as c bidi
      bind inproc://r as r capacity=0
      spawn w { recv server; reply server pong; send r same; send r same }
      send c ping; send c unread
      recv c
      => pong
      recv r
      => same
      for m in r { break }
      join
      drain server
      => unread
      """)
    var sent: [Timeline.MessageID: Timeline.Event] = [:]
    var order: [String] = []
    for event in timeline.events {
      if case .sent(let transfer) = event.what { sent[transfer.message] = event }
      if case .received(let transfer) = event.what {
        let send = try #require(sent[transfer.message], "received before it was sent")
        guard case .sent(let other) = send.what else { continue }
        #expect(other.frames == transfer.frames && other.endpoint == transfer.endpoint)
        order.append(
          "\(timeline.name(of: send.thread)) > \(timeline.name(of: event.thread)) "
            + transfer.frames[0])
      }
    }
    #expect(
      order == [
        "main > w ping", "w > main pong", "w > main same", "w > main same", "main > main unread",
      ])
  }

  @Test("a switch that the schedule chose is told apart from one that a wait or a poll caused")
  func reasons() async throws {
    let text = """
      bind inproc://a as a
      spawn w { send a 1; send a 2 }
      try { recv a timeout=now }
      sleep 0s
      join
      """
    func reasons(_ timeline: Timeline) -> [String] {
      words(timeline).filter { $0.contains(" -> ") }
    }
    #expect(
      reasons(try await record(text))
        == ["main -> w: would-block", "w -> main: ended"])
    #expect(
      reasons(try await record(text, [1, 0, 0, 1])).first == "main -> w: preempted")
  }

  @Test("a recorded run and one that is not give the same")
  func harmless() async throws {
    let text = """
      @steps 500
      bind inproc://a as a capacity=1
      spawn w { repeat { send a x } }
      repeat 3 { recv a }
      list endpoints
      => inproc://a queued=1 connections=0 capacity=1
      fail "end"
      """
    let script = try Parser.parse(Array(text.utf8))
    let (plain, recorded) = await onThread {
      let runner = ScenarioRunner(pool: ThreadPool(isPinned: true))
      let schedule = Schedule(choices: nil, checksum: 0)
      return (
        runner.perform(script, "run.scn", DefaultPolicy()),
        runner.record(schedule, script, file: "run.scn")?.result
      )
    }
    #expect(plain?.failure != nil && plain?.failure == recorded?.failure)
    #expect(plain?.steps == recorded?.steps)
  }

  @Test("of a long run the beginning and the end are kept")
  func long() async throws {
    let timeline = try await record("repeat 1000 as i { echo $i }", maximumEvents: 100)
    #expect(timeline.events.count <= 150)
    #expect(timeline.events.count + timeline.leftOut > 2_000)
    #expect(words(timeline).prefix(2) == ["main starts", "main: repeat 1000 as i @1"])
    #expect(words(timeline).suffix(3).first == #"main gets ["=> 1000"]"#)
  }
}
