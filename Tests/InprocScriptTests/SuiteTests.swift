import Foundation
import InprocScript
import TestSupport
import Testing

/// The folders of scenarios that explore: what they teach is which schedules there are.
@Suite("The suites of scenarios", .timeLimit(.minutes(2)))
struct SuiteTests {
  static let files = ScenarioFile.suites.flatMap { ScenarioFile.all(in: "scenarios/" + $0) }

  @Test("every file of the suites passes, and its faults are found", arguments: files)
  func explored(_ file: ScenarioFile) async throws {
    let result = try await file.replay()
    #expect(result.failure == nil)
    #expect(result.title != nil, "a scenario says what it shows")
    let extent = try #require(result.notes.first)
    #expect(extent.hasSuffix("all that can differ"))
    let outcomes = try file.script().directives.outcomes
    if outcomes.contains(where: { $0.grade == .interesting }) {
      #expect(result.notes.contains { $0.contains(" interesting ") })
    }
  }

  @Test("exploring a file again comes to the same", arguments: files)
  func again(_ file: ScenarioFile) async throws {
    let first = try await file.explore(preemptions: 1)
    let second = try await file.explore(preemptions: 1)
    #expect(first.notes == second.notes && first.exploration == second.exploration)
    #expect(first.exploration != nil)
  }

  @Test(
    "a faulty file says which outcome its fault leads to",
    arguments: files.filter { $0.testDescription.contains("-faulty") })
  func fault(_ file: ScenarioFile) throws {
    let directives = try file.script().directives
    let hasFault =
      directives.expectsDeadlock || directives.outcomes.contains { $0.grade == .interesting }
    #expect(hasFault)
  }

  @Test("of ten puzzles there are a solution and a fault")
  func puzzles() {
    let names = ScenarioFile.all(in: "scenarios/semaphores").map {
      $0.testDescription.replacingOccurrences(of: ".scn", with: "")
    }
    let pairs = names.filter { names.contains($0 + "-faulty") }
    #expect(pairs.count >= 10)
  }

  @Test("docs/teach/scenarios.md names every scenario, and none that is not there")
  func table() throws {
    let text = try page("scenarios.md")
    let links = text.components(separatedBy: "(../../scenarios/").dropFirst()
      .map { String($0.prefix { $0 != ")" }) }
      .filter { $0.hasSuffix(".scn") }
    let base = packageFolder + "/scenarios/"
    let files = ScenarioFile.all(in: "scenarios").map { String($0.path.dropFirst(base.count)) }
    #expect(Set(links) == Set(files.filter { !$0.hasPrefix("parts/") }))
    #expect(links.count == Set(links).count)
  }
}
