import InprocExploration
import TestSupport

@testable import InprocScript

// What tests of replays and searches have in common.

/// Replays a text on a thread of its own: a run blocks the thread that asks for it.
func replay(
  _ text: String, file: String = "replayed.scn", commands: CommandTable = .standard,
  _ change: (inout ScenarioRunner.Options) -> Void = { _ in }
) async throws -> ScenarioResult {
  let script = try Parser.parse(Array(text.utf8), commands: commands)
  var options = ScenarioRunner.Options()
  change(&options)
  return await onThread { [options] in
    ScenarioRunner(options, pool: ThreadPool(isPinned: true)).run(script, file: file)
  }
}

extension ScenarioRunner {
  /// One whose runs tell what they came to.
  static var tellingOutcomes: ScenarioRunner {
    var options = Options()
    options.showsOutcomes = true
    return ScenarioRunner(options, pool: ThreadPool(isPinned: true))
  }
}

extension RunResult {
  /// What it came to, as searches are compared by.
  var ending: String { deadlock == nil ? results : "deadlock" }
}

/// Writes programs, the same ones from the same state.
protocol ProgramGenerator {
  var state: UInt64 { get set }
  /// One command, which may send that number.
  mutating func command(_ number: Int) -> String
}

extension ProgramGenerator {
  /// A number from 0 up to a bound (Knuth's linear congruential generator, its upper bits).
  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  /// Two or three threads of some commands each; fewer each where they are three.
  mutating func threads(_ pair: ClosedRange<Int>, _ three: ClosedRange<Int>) -> String {
    let count = 2 + below(2)
    let lengths = count == 2 ? pair : three
    var text = ""
    for thread in 0..<count {
      text += "spawn w\(thread) {\n"
      for number in 0..<(lengths.lowerBound + below(lengths.count)) {
        text += "  try { \(command(10 * thread + number)) }\n"
      }
      text += "}\n"
    }
    return text
  }
}
