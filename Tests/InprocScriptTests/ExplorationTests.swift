import InprocExploration
import Testing

@testable import InprocScript

@Suite("Exploring schedules", .timeLimit(.minutes(3)))
struct ExplorationTests {
  /// How many schedules a text is found to have.
  private func explored(_ text: String) async throws -> ScenarioResult {
    try await replay("@explore\n\(text)")
  }

  @Test(
    "schedules that can't differ are run once",
    arguments: [
      (
        "bind inproc://a as a\nbind inproc://b as b\nbind inproc://c as c\n"
          + "spawn { send a 1 }\nspawn { send b 2 }\nspawn { send c 3 }\njoin", "1 schedule:"
      ),
      (
        "bind inproc://a as a\nspawn { send a 1 }\nspawn { send a 2 }\nspawn { send a 3 }\njoin",
        "6 schedules:"
      ),
      ("bind inproc://a as a\nspawn { send a 1 }\nspawn { send a 2 }\nrecv a", "2 schedules:"),
      (
        "bind inproc://a as a\nspawn { repeat 3 { send a 1 } }\n"
          + "spawn { repeat 3 { send a 2 } }\njoin", "20 schedules:"
      ),
      // Receives and sends of an unbounded queue are independent, and to begin to wait is no step.
      (
        "bind inproc://a as a\nspawn { send a 1 }\nspawn { send a 2 }\nspawn { send a 3 }\n"
          + "recv a\nrecv a\nrecv a", "6 schedules:"
      ),
      (
        "bind inproc://a as a\nspawn { repeat 3 { send a 1 } }\n"
          + "spawn { repeat 3 { send a 2 } }\nrepeat 6 { recv a }", "20 schedules:"
      ),
      (
        "bind inproc://a as a\nbind inproc://b as b\nspawn { send a 1 }\nspawn { send b 2 }\n"
          + "recv b\nrecv a", "1 schedule:"
      ),
    ])
  func counts(_ text: String, _ count: String) async throws {
    let result = try await explored(text)
    #expect(result.notes.first?.contains("explored \(count)") == true, "\(result.notes)")
  }

  @Test("a 'connect' with a time to wait is explored in every order with what others do")
  func timedConnect() async throws {
    let result = try await explored(
      """
      @forbidden left-behind
      @acceptable ...
      bind inproc://e as r
      spawn w {
        try { connect inproc://e as k2 wait=1ms; connect inproc://e as k3 } catch e { }
      }
      try { close k2 } catch e9 { observe k2:$e9 }
      try { close k3; observe closed } catch e10 { let lost = yes }
      unbind inproc://e
      join
      try { send k3 x; observe left-behind } catch e11 { observe none }
      """)
    #expect(result.failure?.contains("forbidden outcome: left-behind") == true)
    #expect(result.notes.contains { $0.contains("explored 8 schedules: all that can differ") })
  }

  @Test("the first failure has the fewest preemptions, and its schedule repeats it")
  func lostUpdate() async throws {
    let text = """
      @explore
      bind inproc://v as v
      send v 0
      spawn a { recv v as n; send v $n; recv v as n; incr n; send v $n }
      spawn b { recv v as n; send v $n; recv v as n; incr n; send v $n }
      join
      recv v
      => 2
      bind inproc://once as once
      spawn c { try { bind inproc://x as x } catch { fail "lost the race" } }
      try { bind inproc://x as y } catch { }
      join c
      """
    let result = try await replay(text)
    guard case .failed(let report) = result.verdict else {
      Issue.record("no failure was found")
      return
    }
    let line = try #require(report.text.split(separator: "\n").first { $0.contains("schedule: ") })
    let schedule = try #require(Schedule(String(line.split(separator: " ").last ?? "")))
    let repeated = try await replay(text) { $0.schedule = schedule }
    guard case .failed(let again) = repeated.verdict else {
      Issue.record("the schedule did not repeat the failure")
      return
    }
    #expect(again == report)
  }

  @Test("a schedule reads back as it was printed", arguments: [[], [0], [0, 0, 1, -1, -1, 12]])
  func roundTrip(_ choices: [Int]) {
    let schedule = Schedule(choices: choices, checksum: 0xDEAD_BEEF)
    #expect(Schedule("\(schedule)") == schedule)
  }

  @Test(
    "what is no schedule is refused",
    arguments: ["", "x", "c-12", "c-zz-0", "c-12-0xa", "d-12-0", "c-12-0x99999999999"])
  func refused(_ text: String) { #expect(Schedule(text) == nil) }
}
