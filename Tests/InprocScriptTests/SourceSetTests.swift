import Foundation
import InprocExploration
import TestSupport
import Testing

@testable import InprocScript

/// One schedule of each order against running every schedule there is.
@Suite("Source sets", .timeLimit(.minutes(30)))
struct SourceSetTests {
  /// Programs of two or three threads that never look whether they could go on.
  struct Generator: ProgramGenerator {
    var state: UInt64

    mutating func command(_ number: Int) -> String {
      switch below(28) {
      case 24, 25: "recv a as v; send a \(number)"
      case 26: "recv b as v; send b $v"
      case 27: "select b; recv a as v; send a $v"
      case 0...6: "send a \(number)"
      case 7...8: "send b \(number)"
      case 9...12: "recv a"
      case 13...14: "recv b"
      case 15: "recv a timeout=2ms"
      case 16: "bind inproc://x"
      case 17: "connect inproc://x wait=forever as c"
      case 18: "connect inproc://x"
      case 19: "unbind inproc://a"
      case 20: "sleep 1ms"
      case 21: "select a b timeout=3ms"
      case 22: "for m in a { send b $m }"
      default: "drain a"
      }
    }

    mutating func program() -> String {
      var text = "bind inproc://a as a\nbind inproc://b as b"
      text += ["", " capacity=1", " capacity=0", ""][below(4)] + "\n"
      text += threads(2...4, 1...3)
      if below(2) == 0 { text += "send a token\n" }
      return text + "try { \(command(99)) }\njoin\ntry { drain a }\ntry { drain b }\nlist handles\n"
    }
  }

  /// Every outcome; nil for a program that takes more runs than that.
  private static func all(_ script: Script, _ runner: ScenarioRunner, most: Int) -> Set<String>? {
    let policy = PreemptionBoundedSearch(bound: .max, prunes: false)
    var outcomes: Set<String> = []
    var runs = 0
    repeat {
      runs += 1
      if runs > most { return nil }
      guard let result = runner.perform(script, "generated.scn", policy) else { continue }
      outcomes.insert(result.ending)
    } while policy.advance()
    return outcomes
  }

  /// The same with one schedule of each order; nil where that can't be told.
  private static func reduced(
    _ script: Script, _ runner: ScenarioRunner
  ) -> (outcomes: Set<String>, runs: Int, new: Int)? {
    let policy = SourceSetSearch()
    var found: (outcomes: Set<String>, runs: Int, new: Int) = ([], 0, 0)
    repeat {
      let result = runner.perform(script, "generated.scn", policy)
      if policy.obstacle != nil { return nil }
      found.runs += 1
      guard let result else { continue }
      if policy.novelty == .new { found.new += 1 }
      found.outcomes.insert(result.ending)
    } while policy.advance()
    return found
  }

  /// As many as of the other kind.
  @Test("one schedule of each order gives every outcome there is")
  func bruteForce() async throws {
    let figures = try await onThread { () -> Result<(Int, Int, Int), any Error> in
      Result {
        let runner = ScenarioRunner.tellingOutcomes
        var generator = Generator(state: 4)
        var (compared, runs, new) = (0, 0, 0)
        while compared < BruteForceTests.count / 2 {
          let program = generator.program()
          let script = try Parser.parse(Array(program.utf8))
          guard let reduced = Self.reduced(script, runner),
            let all = Self.all(script, runner, most: 1_000)
          else { continue }
          #expect(reduced.outcomes == all, "in\n\(program)")
          compared += 1
          runs += reduced.runs
          new += reduced.new
        }
        return (compared, runs, new)
      }
    }.get()
    if ProcessInfo.processInfo.environment["INPROC_BRUTE_FORCE"] != nil {
      print("\(figures.0) programs, \(figures.1) runs, \(figures.2) of them new")
    }
  }

  @Test(
    "no order is run twice",
    arguments: [
      ("repeat 5 { send a 1 }", "repeat 5 { send a 2 }", "repeat 10 { recv a }", 252),
      (
        "repeat 2 { recv a as m; send b $m }", "repeat 2 { recv a as m; send b $m }",
        "repeat 4 { send a 3 }", 26
      ),
      ("repeat 4 { send a 1 }", "repeat 4 { send b 2 }", "repeat 4 { recv b }", 1),
    ])
  func counts(_ first: String, _ second: String, _ third: String, _ count: Int) async throws {
    let text = """
      bind inproc://a as a
      bind inproc://b as b
      spawn { \(first) }
      spawn { \(second) }
      spawn { \(third) }
      join
      """
    let script = try Parser.parse(Array(text.utf8))
    let found = await onThread {
      Self.reduced(script, ScenarioRunner(pool: ThreadPool(isPinned: true)))
    }
    #expect(found?.new == count)
    // One may show where threads wait.
    #expect(found.map { count...count + 1 ~= $0.runs } == true)
  }
}
