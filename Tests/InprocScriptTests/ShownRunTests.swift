import InprocExploration
import TestSupport
import Testing

@testable import InprocScript

@Suite("Runs that are shown", .timeLimit(.minutes(1)))
struct ShownRunTests {
  @Test("of a run that is cut short when it is repeated, no part is shown as the whole")
  func cutShort() async throws {
    let script = try Parser.parse(Array("repeat 100000 { echo x }\n".utf8))
    await onThread {
      let pool = ThreadPool(isPinned: true)
      let passed = ScenarioRunner(pool: pool).run(script, file: "shown.scn")
      var options = ScenarioRunner.Options()
      options.timeout = .nanoseconds(1)
      let hurried = ScenarioRunner(options, pool: pool)
      for show in [
        { _ = try hurried.timeline(of: passed, script) },
        { _ = try hurried.trace(script, of: passed, isASCII: true) },
        { _ = try hurried.diagram(of: passed, script) },
      ] as [() throws -> Void] {
        let error = #expect(throws: CommandError.self) { try show() }
        #expect(
          error?.text.contains("can't be repeated to show it: that took more than --timeout")
            == true)
      }
    }
  }
}
