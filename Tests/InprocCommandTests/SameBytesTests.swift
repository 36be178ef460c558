import Foundation
import TestSupport
import Testing

/// What a report says depends on the files alone: not on what else the process has run.
@Suite("The same bytes", .timeLimit(.minutes(2)))
struct SameBytesTests {
  /// The error text of the last command goes into the outcome, the trace and the picture.
  static let answersNobody = """
    bind inproc://s as server bidi
    connect inproc://s as plain
    send plain question
    recv server
    reply server answer

    """

  @Test("copies of a file that answers no one differ in nothing but their names")
  func copies() async throws {
    let names = (1...6).map { "\($0).scn" }
    let folder = try TemporaryFolder(
      Dictionary(uniqueKeysWithValues: names.map { ($0, Self.answersNobody) }))
    for form in [[], ["--outcomes"], ["--trace"], ["--report", "json"], ["--report", "junit"]] {
      var first: Ran?
      for jobs in ["1", "4", "4"] {
        let ran = try await inproc(["replay", folder.path, "--jobs", jobs] + form)
        #expect(ran.output.contains("'plain' is not a bidirectional connection"))
        #expect(!ran.output.contains("client "))
        if let first { #expect(ran.output == first.output) }
        first = ran
      }
    }
  }
}
