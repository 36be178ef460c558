import Foundation
import InprocScript
import Testing

/// What can be seen of a run depends on the file and the schedule alone.
@Suite("Determinism", .timeLimit(.minutes(2)))
struct DeterminismTests {
  @Test(
    "every file that passes gives the same when each schedule is run twice",
    arguments: ScenarioFile.fixtures("passing") + ScenarioFile.lessons)
  func twice(_ file: ScenarioFile) async throws {
    let result = try await file.replay { $0.checksDeterminism = true }
    #expect(result.failure == nil)
    #expect(result.notes.contains("every schedule was run twice, and both runs were the same"))
  }

  @Test(
    "exploring a file again in the same process gives the same outcomes and schedules",
    // Each run of a thousand threads takes long, and has but one order that matters.
    arguments: ScenarioFile.fixtures("passing").filter {
      $0.testDescription != "thousand-threads.scn"
    })
  func outcomes(_ file: ScenarioFile) async throws {
    let change: @Sendable (inout ScenarioRunner.Options) -> Void = {
      $0.explores = true
      $0.showsOutcomes = true
      $0.maximumSchedules = 50
    }
    let first = try await file.replay(change)
    let second = try await file.replay(change)
    #expect(first.notes == second.notes)
    #expect(first.outcomes == second.outcomes)
    #expect(first.failure == second.failure)
  }
}
