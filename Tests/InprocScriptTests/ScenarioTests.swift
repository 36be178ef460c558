import Foundation
import InprocExploration
import InprocScript
import TestSupport
import Testing

@testable import InprocCommand

/// A file to replay, under the name that a test shows.
struct ScenarioFile: Sendable, CustomTestStringConvertible {
  let path: String

  var testDescription: String { URL(fileURLWithPath: path).lastPathComponent }

  /// The files below a folder of the package, sorted.
  static func all(in folder: String) -> [ScenarioFile] {
    let base = packageFolder + "/" + folder
    let names = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".scn") }.sorted().map {
      ScenarioFile(path: base + "/" + $0)
    }
  }

  /// Folders of `scenarios/` whose files are explored, which takes longer than one replay.
  static let suites = ["semaphores", "races", "sharing"]

  /// The files of `scenarios/` that are in no suite.
  static var lessons: [ScenarioFile] {
    all(in: "scenarios").filter { file in
      !suites.contains { file.path.contains("/scenarios/\($0)/") }
    }
  }

  static func fixtures(_ kind: String) -> [ScenarioFile] {
    all(in: "Tests/InprocScriptTests/Fixtures/" + kind)
  }

  func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

  /// What it holds. It may be the saved screen of a prompt.
  func script() throws -> Script { try Parser.parse(try bytes(), commands: .prompt) }

  /// Replays it on a thread of its own: a run blocks the thread that asks for it.
  func replay(
    _ change: @Sendable (inout ScenarioRunner.Options) -> Void = { _ in }
  ) async throws -> ScenarioResult {
    let script = try script()
    var options = ScenarioRunner.Options()
    change(&options)
    return await onThread { [path, options] in
      ScenarioRunner(options, pool: ThreadPool(isPinned: true)).run(script, file: path)
    }
  }

  /// Replays a file that explores, with no more preemptions than a bound.
  func explore(preemptions: Int?) async throws -> ScenarioResult {
    let script = try script()
    var options = ScenarioRunner.Options()
    options.maximumPreemptions = preemptions
    let runner = ScenarioRunner(options, pool: ThreadPool(isPinned: true))
    return await onThread { [path] in runner.run(script, file: path) }
  }

  /// What its first line says of it: `# fails: LINE[:COLUMN] TEXT`.
  func claim(_ tag: String) throws -> Claim {
    let first = String(decoding: try bytes().prefix { $0 != 0x0A }, as: UTF8.self)
    let start = "# \(tag): "
    try #require(first.hasPrefix(start), "the first line of \(path) says nothing of that kind")
    let words = first.dropFirst(start.count).split(separator: " ", maxSplits: 1)
    try #require(words.count == 2)
    return Claim(place: String(words[0]), text: String(words[1]))
  }
}

/// Where something is reported, and a part of what is said.
struct Claim {
  /// `LINE` or `LINE:COLUMN`
  let place: String
  let text: String
}

extension ScenarioResult {
  /// The report on a file that did not pass, or nil.
  var failure: String? {
    switch verdict {
    case .passed: nil
    case .failed(let problem): problem.text
    case .incomplete(let why): "incomplete: \(why)"
    case .error(let text): text
    }
  }
}

@Suite("Scenario files", .timeLimit(.minutes(1)))
struct ScenarioTests {
  @Test("every file of scenarios/ passes", arguments: ScenarioFile.lessons)
  func scenario(_ file: ScenarioFile) async throws {
    let result = try await file.replay()
    #expect(result.failure == nil)
    #expect(result.title != nil, "a scenario says what it shows")
  }

  @Test("the fine print of the language holds", arguments: ScenarioFile.fixtures("passing"))
  func finePrint(_ file: ScenarioFile) async throws {
    #expect(try await file.replay().failure == nil)
  }

  @Test("a failure is reported where it happened", arguments: ScenarioFile.fixtures("failing"))
  func failure(_ file: ScenarioFile) async throws {
    let claim = try file.claim("fails")
    let report = try #require(try await file.replay().failure, "the file passed")
    let first = report.prefix { $0 != "\n" }
    #expect(first.contains(":\(claim.place): "))
    #expect(report.contains(claim.text))
  }

  @Test("a failure is the same each time", arguments: ScenarioFile.fixtures("failing"))
  func sameFailure(_ file: ScenarioFile) async throws {
    let first = try await file.replay().failure
    #expect(try await file.replay().failure == first)
  }

  @Test("a mistake is found where it is", arguments: ScenarioFile.fixtures("unparsable"))
  func mistake(_ file: ScenarioFile) throws {
    let claim = try file.claim("error")
    let bytes = try file.bytes()
    let error = try #require(throws: SyntaxError.self) { try Parser.parse(bytes) }
    let report = error.rendered(file: "file.scn")
    #expect(report.hasPrefix("file.scn:\(claim.place):"))
    #expect(report.contains(claim.text))
  }

  @Test("replaying all scenarios twice gives the same reports")
  func twice() async throws {
    #expect(try await reports() == reports())
  }

  private func reports() async throws -> [String] {
    var reports: [String] = []
    for file in ScenarioFile.lessons {
      reports.append(String(describing: try await file.replay()))
    }
    return reports
  }

  @Test("the reference of the commands is up to date")
  func reference() throws {
    let text = try String(contentsOf: referenceFile, encoding: .utf8)
    #expect(
      text == ScenarioTests.referenceHead + Help.markdownReference(),
      "write it anew: UPDATE_REFERENCE=1 swift test --filter updateReference")
  }

  @Test(
    "the reference of the commands is written anew",
    .enabled(if: ProcessInfo.processInfo.environment["UPDATE_REFERENCE"] != nil))
  func updateReference() throws {
    try (ScenarioTests.referenceHead + Help.markdownReference())
      .write(to: referenceFile, atomically: true, encoding: .utf8)
  }

  private var referenceFile: URL { URL(fileURLWithPath: packageFolder + "/docs/use/reference.md") }

  private static let referenceHead = """
    # Reference

    For everyone who looks a command up: every command, as `help` shows it. The page is made from \
    the table that the parser uses; what the \
    words mean is told in [language.md](language.md).


    """

  @Test(
    "the example of each command runs",
    arguments: CommandTable.standard.descriptions.filter { $0.keyword != "source" }.map(\.keyword))
  func example(_ keyword: String) async throws {
    let command = try #require(CommandTable.standard.description(of: keyword))
    let script = try Parser.parse(Array(command.example.utf8))
    let result = await onThread {
      ScenarioRunner(pool: ThreadPool(isPinned: true)).run(script, file: "example.scn")
    }
    #expect(result.failure == nil)
  }

  @Test("the session that the README shows gives what it shows")
  func readme() async throws {
    let text = try contents(of: packageFolder + "/README.md")
    let session = try #require(
      text.components(separatedBy: "```text\n").last?.components(separatedBy: "```").first)
    let script = try Parser.parse(Array(session.utf8))
    #expect(script.statements.count > 5)
    let result = await onThread {
      ScenarioRunner(pool: ThreadPool(isPinned: true)).run(script, file: "README.md")
    }
    #expect(result.failure == nil)
  }
}
