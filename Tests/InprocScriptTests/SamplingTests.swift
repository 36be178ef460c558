import Inproc
import InprocExploration
import Testing

@testable import InprocScript

@Suite("Sampling schedules", .timeLimit(.minutes(1)))
struct SamplingTests {
  private static let lostUpdate = """
    bind inproc://v as v
    bind inproc://log as log
    send v 0
    spawn a { repeat 2 { recv v as n; send v $n; recv v as n; incr n; send v $n; send log a } }
    spawn b { repeat 2 { recv v as n; send v $n; recv v as n; incr n; send v $n; send log b } }
    spawn c { recv log; recv log; try { recv log timeout=now } catch { fail "c was early" } }
    join
    """

  @Test(
    "each strategy finds an error that the default schedule does not show, and tells its schedule",
    arguments: ["random", "pct:2", "pct:3", "pos"])
  func finds(_ name: String) async throws {
    let strategy = try #require(SamplingStrategy(name))
    let result = try await replay(Self.lostUpdate) { $0.strategy = strategy }
    let failure = try #require(result.failure)
    let line = try #require(failure.split(separator: "\n").first { $0.contains("schedule: ") })
    let schedule = try #require(Schedule(String(line.split(separator: " ").last ?? "")))
    let again = try await replay(Self.lostUpdate) { $0.schedule = schedule }
    #expect(again.failure == failure)
  }

  @Test("the same seed samples the same; another one something else")
  func seeds() async throws {
    let text = """
      bind inproc://a as a
      spawn { repeat 3 { send a 1 } }
      spawn { repeat 3 { send a 2 } }
      join
      drain a
      """
    for name in ["random", "pct:3", "pos"] {
      var tables: [[String]] = []
      for seed: UInt64 in [1, 1, 2] {
        let result = try await replay(text) {
          $0.strategy = SamplingStrategy(name)
          $0.runs = 10
          $0.seed = seed
          $0.showsOutcomes = true
        }
        tables.append(Array(result.notes.dropFirst()))
      }
      #expect(tables[0] == tables[1])
      #expect(tables[0] != tables[2])
    }
  }

  @Test("what was sampled is never called all")
  func notes() async throws {
    let text = "bind inproc://a as a\nspawn { send a 1 }\nspawn { send a 2 }\njoin"
    let random = try await replay(text) {
      $0.strategy = .random
      $0.runs = 25
    }
    #expect(
      random.notes
        == ["25 runs under random schedules from seed 1: 2 schedules that differ, not all"])
    let priorities = try await replay(text) {
      $0.strategy = .priorities(depth: 2)
      $0.runs = 25
    }
    #expect(priorities.notes.first?.contains("with a probability of at least") == true)
    let roundRobin = try await replay(text) { $0.strategy = .roundRobin }
    #expect(roundRobin.notes == ["1 round-robin schedule, not all"])
  }

  @Test("a search that a limit has stopped says how far it came")
  func limits() async throws {
    let text = "@explore\n" + Self.lostUpdate
    let counted = try await replay(text.replacing(" catch { fail \"c was early\" }", with: "")) {
      $0.maximumSchedules = 50
    }
    guard case .incomplete(let why) = counted.verdict else {
      Issue.record("\(counted)")
      return
    }
    #expect(why.contains("NOT all, complete for at most "))
    #expect(why.hasSuffix("; stopped by --max-schedules 50 after 50 runs"))
  }

  @Test("a limit ends a run that would go on for ever")
  func limitsWithinRuns() async throws {
    let endless = "@explore\n@steps 1000000000\nrepeat { list endpoints }"
    let timed = try await replay(endless) { $0.timeout = .milliseconds(20) }
    #expect(
      timed.failure
        == "replayed.scn:1:1: error: no schedule was run to its end: stopped by --timeout 20ms")
    let asked = Guarded(0)
    let stopped = try await replay(endless) {
      $0.isStopped = {
        asked.withLock { asked in
          asked += 1
          return asked > 3
        }
      }
    }
    #expect(
      stopped.failure
        == "replayed.scn:1:1: error: no schedule was run to its end: stopped by Ctrl-C")
  }
}
