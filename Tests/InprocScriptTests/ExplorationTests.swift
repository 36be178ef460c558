import Testing

@testable import InprocScript

@Suite("Exploring schedules", .timeLimit(.minutes(3)))
struct ExplorationTests {
  /// Programs of two or three threads on two endpoints, small enough for brute force.
  struct Generator {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }

    mutating func command(_ number: Int) -> String {
      switch below(14) {
      case 0...3: "send a \(number)"
      case 4, 5: "send b \(number) timeout=now"
      case 6, 7: "recv a timeout=now"
      case 8: "recv b timeout=1ms"
      case 9: "recv a timeout=2ms"
      case 10: "bind inproc://x"
      case 11: "select a b timeout=now"
      case 12: "connect inproc://x"
      default: "drain b"
      }
    }

    mutating func program() -> String {
      var text = "bind inproc://a as a\nbind inproc://b as b capacity=1\n"
      let threads = 2 + below(2)
      for thread in 0..<threads {
        text += "spawn w\(thread) {\n"
        for number in 0..<(threads == 2 ? 1 + below(3) : 1 + below(2)) {
          text += "  try { \(command(10 * thread + number)) }\n"
        }
        text += "}\n"
      }
      return text + "try { \(command(99)) }\njoin\ndrain a\ndrain b\nlist handles\n"
    }
  }

  private static func outcomes(_ text: String, prunes: Bool) throws -> (Set<String>, runs: Int) {
    let script = try Parser.parse(Array(text.utf8))
    var options = ScenarioRunner.Options()
    options.showsOutcomes = true
    let runner = ScenarioRunner(options, pool: ThreadPool(isPinned: true))
    let policy = ExploringPolicy(bound: .max, prunes: prunes)
    var outcomes: Set<String> = []
    var runs = 0
    repeat {
      runs += 1
      guard let result = runner.perform(script, "generated.scn", policy) else { continue }
      outcomes.insert(result.deadlock == nil ? result.results : "deadlock")
    } while policy.advance() && runs < 30_000
    return (outcomes, runs)
  }

  @Test("pruning loses no outcome that brute force finds", arguments: 0..<8)
  func bruteForce(_ batch: Int) async throws {
    try await onThread { () -> Result<Void, any Error> in
      Result {
        var generator = Generator(state: UInt64(batch) &* 7_919 &+ 17)
        for _ in 0..<3 {
          let program = generator.program()
          let (all, runs) = try Self.outcomes(program, prunes: false)
          let (pruned, fewer) = try Self.outcomes(program, prunes: true)
          #expect(runs < 30_000)
          #expect(pruned == all, "in\n\(program)")
          #expect(fewer <= runs)
        }
      }
    }.get()
  }

  /// How many schedules a text is found to have.
  private func explored(_ text: String) async throws -> ScenarioResult {
    let script = try Parser.parse(Array("@explore\n\(text)".utf8))
    return await onThread {
      ScenarioRunner(pool: ThreadPool(isPinned: true)).run(script, file: "counted.scn")
    }
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
    let script = try Parser.parse(Array(text.utf8))
    let result = await onThread {
      ScenarioRunner(pool: ThreadPool(isPinned: true)).run(script, file: "race.scn")
    }
    guard case .failed(let report) = result.verdict else {
      Issue.record("no failure was found")
      return
    }
    let line = try #require(report.text.split(separator: "\n").first { $0.contains("schedule: ") })
    let schedule = try #require(Schedule(String(line.split(separator: " ").last ?? "")))
    var options = ScenarioRunner.Options()
    options.schedule = schedule
    let repeated = await onThread { [options] in
      ScenarioRunner(options, pool: ThreadPool(isPinned: true)).run(script, file: "race.scn")
    }
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
