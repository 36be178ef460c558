import Foundation
import InprocExploration
import TestSupport
import Testing

@testable import InprocScript

/// Exploring against running every schedule there is, on generated programs.
@Suite("Exploring and brute force", .timeLimit(.minutes(30)))
struct BruteForceTests {
  /// Programs of two or three threads on two endpoints.
  struct Generator: ProgramGenerator {
    var state: UInt64

    mutating func command(_ number: Int) -> String {
      switch below(24) {
      case 0...4: "send a \(number)"
      case 5, 6: "send b \(number) timeout=now"
      case 7...9: "recv a"
      case 10, 11: "recv a timeout=now"
      case 12: "recv b timeout=1ms"
      case 13: "recv a timeout=2ms"
      case 14: "bind inproc://x"
      case 15: "select a b timeout=now"
      case 16: "connect inproc://x"
      case 17: "connect inproc://x wait=forever as c"
      case 18: "close a"
      case 19: "stop w0"
      case 20: "send b \(number)"
      case 21: "sleep 0s"
      case 22: "unbind inproc://a"
      default: "drain b"
      }
    }

    mutating func program() -> String {
      var text = "bind inproc://a as a\nbind inproc://b as b capacity=\(below(2))\n"
      text += threads(1...3, 1...2)
      return text + "try { \(command(99)) }\njoin\ntry { drain a }\ndrain b\nlist handles\n"
    }
  }

  /// What a program can come to, each with the fewest preemptions that lead there; nil for a program
  /// that takes more runs than that.
  private static func outcomes(
    _ script: Script, _ runner: ScenarioRunner, _ policy: PreemptionBoundedSearch, most: Int
  ) -> [String: Int]? {
    var outcomes: [String: Int] = [:]
    var runs = 0
    while true {
      repeat {
        runs += 1
        if runs > most { return nil }
        guard let result = runner.perform(script, "generated.scn", policy) else { continue }
        outcomes[result.ending] = min(outcomes[result.ending] ?? .max, policy.preemptionCount)
      } while policy.advance()
      guard policy.hitBound else { return outcomes }
      _ = policy.raiseBound()
    }
  }

  /// The same by a search of states.
  private static func outcomes(
    _ script: Script, _ runner: ScenarioRunner, _ policy: StateSearch
  ) -> [String: Int]? {
    var outcomes: [String: Int] = [:]
    repeat {
      let result = runner.perform(script, "generated.scn", policy)
      if policy.obstacle != nil { return nil }
      guard let result else { continue }
      policy.noteEnd()
      outcomes[result.ending] = min(outcomes[result.ending] ?? .max, policy.preemptionCount)
    } while policy.advance()
    return outcomes
  }

  /// A few in the suite; `INPROC_BRUTE_FORCE=1000` for more.
  static let count =
    ProcessInfo.processInfo.environment["INPROC_BRUTE_FORCE"].flatMap(Int.init) ?? 60

  @Test("exploring finds every outcome, and each first with as few preemptions as there can be")
  func bruteForce() async throws {
    try await onThread { () -> Result<Void, any Error> in
      Result {
        let runner = ScenarioRunner.tellingOutcomes
        var generator = Generator(state: 17)
        var compared = 0
        while compared < Self.count {
          let program = generator.program()
          let script = try Parser.parse(Array(program.utf8))
          let every = PreemptionBoundedSearch(bound: .max, prunes: false)
          guard let all = Self.outcomes(script, runner, every, most: 300) else { continue }
          let explored = Self.outcomes(
            script, runner, PreemptionBoundedSearch(bound: 0), most: .max)
          #expect(explored == all, "in\n\(program)")
          #expect(Self.outcomes(script, runner, StateSearch()) == all, "of states, in\n\(program)")
          compared += 1
        }
      }
    }.get()
  }

  /// Programs whose threads keep things: variables, rounds of loops, what blocks hide, handles.
  struct KeepingGenerator: ProgramGenerator {
    var state: UInt64

    mutating func command(_ number: Int) -> String {
      switch below(16) {
      case 0: "recv a as x; send b $x"
      case 1: "repeat 2 as i { send a $i }"
      case 2: "let x = \(number); repeat \(1 + below(2)) as x { send b $x }; send a $x"
      case 3: "for m in a { send b $m; break }"
      case 4: "try { recv b timeout=now; fail } catch x { send a $x }"
      case 5: "recv a as x; if $x == \(number) { send b yes } else { send b no }"
      case 6: "close b; bind inproc://c as b"
      case 7: "connect inproc://a as d; send d \(number); close d"
      case 8: "spawn { send b \(number) }"
      case 9: "send a \(number); observe \(number)"
      case 10: "recv b as x; observe $x"
      case 11: "try { stop w1 }; recv a"
      case 12: "let x = 0; repeat { incr x; send a $x; if $x > \(below(2)) { break } }"
      case 13: "select a b as x; observe $x"
      case 14: "send b \(number) timeout=1ms\n=> x | =! timed-out"
      default: "recv a timeout=1ms as x"
      }
    }

    mutating func program() -> String {
      var text = "bind inproc://a as a\nbind inproc://b as b capacity=\(below(3))\n"
      text += "send a 0\n" + threads(1...2, 1...1)
      return text + "try { \(command(99)) }\njoin\ntry { drain a }\ntry { drain b }\n"
    }
  }

  @Test("searching states finds what there is, whatever threads keep")
  func states() async throws {
    try await onThread { () -> Result<Void, any Error> in
      Result {
        let runner = ScenarioRunner.tellingOutcomes
        var generator = KeepingGenerator(state: 23)
        var compared = 0
        // Brute force takes many more runs for these.
        while compared < Self.count / 2 {
          let program = generator.program()
          guard let script = try? Parser.parse(Array(program.utf8)) else { continue }
          let every = PreemptionBoundedSearch(bound: .max, prunes: false)
          guard let all = Self.outcomes(script, runner, every, most: 400) else { continue }
          #expect(Self.outcomes(script, runner, StateSearch()) == all, "in\n\(program)")
          compared += 1
        }
      }
    }.get()
  }

  /// Programs whose threads share variables and mutexes.
  struct SharingGenerator: ProgramGenerator {
    var state: UInt64

    mutating func command(_ number: Int) -> String {
      switch below(22) {
      case 0: "incr n"
      case 1: "let n = $n + \(number)"
      case 2: "let x = $n; let n = $x"
      case 3: "atomic { incr n; incr k }"
      case 4: "lock m { incr n }"
      case 5: "lock m { lock l { incr k } }"
      case 6: "lock l { lock m { incr k } }"
      case 7: "lock m timeout=now { incr n }"
      case 8: "lock m timeout=1ms { sleep 2ms }"
      case 9: "await $n > 0"
      case 10: "await $n == \(below(3)) timeout=1ms"
      case 11: "lock m { wait m timeout=1ms }"
      case 12: "lock m { wait m }; incr k"
      case 13: "lock m { notify m }"
      case 14: "lock m { incr n; notify m all }"
      case 15: "if $n == $k { let k = \(number) } else { incr n }"
      case 16: "choose n 1 \(number)"
      case 17: "send a $n"
      case 18: "recv a as k timeout=now"
      case 19: "call twice n"
      case 20: "stop w0"
      default: "let k = $n $k"
      }
    }

    mutating func program() -> String {
      var text = "bind inproc://a as a\nshared n = 0\nshared k = 0\nmutex m\nmutex l\n"
      text += "define twice name { let n = $n $name; return $n }\n"
      text += threads(1...2, 1...2)
      return text + "try { \(command(9)) }\njoin\nobserve $n / $k\nlist mutexes\n"
    }
  }

  @Test("what threads share is explored as brute force does, by schedules and by states")
  func sharing() async throws {
    try await onThread { () -> Result<Void, any Error> in
      Result {
        let runner = ScenarioRunner.tellingOutcomes
        var generator = SharingGenerator(state: 29)
        var compared = 0
        // Brute force takes many more runs for these.
        while compared < Self.count / 3 {
          let program = generator.program()
          let script = try Parser.parse(Array(program.utf8))
          let every = PreemptionBoundedSearch(bound: .max, prunes: false)
          guard let all = Self.outcomes(script, runner, every, most: 500) else { continue }
          let explored = Self.outcomes(
            script, runner, PreemptionBoundedSearch(bound: 0), most: .max)
          #expect(explored == all, "in\n\(program)")
          #expect(Self.outcomes(script, runner, StateSearch()) == all, "of states, in\n\(program)")
          compared += 1
        }
      }
    }.get()
  }

  @Test("where beginnings of schedules take more memory than is meant for them, nothing is lost")
  func restarts() async throws {
    let text = """
      bind inproc://a as a
      spawn { repeat 3 { send a 1 } }
      spawn { repeat 3 { send a 2 } }
      join
      drain a
      """
    let script = try Parser.parse(Array(text.utf8))
    let found = await onThread { () -> ([String: Int]?, [String: Int]?) in
      let runner = ScenarioRunner.tellingOutcomes
      return (
        Self.outcomes(script, runner, PreemptionBoundedSearch(bound: 0, memory: 40), most: .max),
        Self.outcomes(script, runner, PreemptionBoundedSearch(bound: 0), most: .max)
      )
    }
    #expect(found.0?.count == 20)
    #expect(found.0 == found.1)
  }
}
