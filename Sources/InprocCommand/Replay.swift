import ArgumentParser
import Foundation
import InprocScript

/// `inproc replay PATH…`
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run scenario files deterministically and compare what they give.",
    discussion: """
      Each file runs in a registry of its own, on real threads under a schedule that only the file \
      decides, in virtual time. Exit status: 0 all passed; 1 one failed; 2 a usage or syntax \
      error, or no scenario was found; 130 interrupted.
      """)

  @Argument(help: "Scenario files, folders of them, or '-' for standard input.")
  var paths: [String]

  @ArgumentParser.Option(help: "Only files whose path or title matches this regular expression.")
  var filter: String?

  @Flag(name: .customLong("fail-fast"), help: "Stop at the first file that fails.")
  var failFast = false

  @Flag(help: "Run threads freely in parallel, in real time.")
  var free = false

  @ArgumentParser.Option(
    help: "With --free: give up on a file after this much real time, such as 5s.")
  var timeout: String?

  @Flag(help: "Run every schedule that can differ, up to the first that fails.")
  var explore = false

  @ArgumentParser.Option(help: "A pseudo-random schedule: the same seed gives the same run.")
  var seed: UInt64?

  @ArgumentParser.Option(help: "Repeat the run that printed this schedule.")
  var schedule: String?

  @ArgumentParser.Option(help: "idle or racing: whether timers fire while threads can run.")
  var timers: String?

  @Flag(help: "Show every outcome, and a schedule that leads to it.")
  var outcomes = false

  @ArgumentParser.Option(
    name: .customLong("max-schedules"), help: "Stop exploring a file after this many runs.")
  var maxSchedules: Int?

  @ArgumentParser.Option(help: "Explore no schedules with more preemptions than this.")
  var preemptions: Int?

  func run() throws {
    let pattern = try Self.pattern(filter)
    let runner = ScenarioRunner(try options(), pool: ThreadPool(isPinned: true))

    var tally = Tally()
    // All files are parsed before the first one runs.
    for file in try ScenarioFiles.find(paths).map(ParsedFile.init) {
      guard pattern.map(file.matches) ?? true else { continue }
      let result = file.run(runner)
      emit(tally.add(result), to: .standardOutput)
      if failFast, tally.status != 0 { break }
    }
    guard tally.count > 0 else {
      emit("error: no scenario was found; name a .scn file or a folder of them", to: .standardError)
      throw ExitCode(2)
    }
    emit(tally.summary, to: .standardOutput)
    throw ExitCode(tally.status)
  }
}

extension Replay {
  /// The regular expression that `--filter` gives.
  ///
  /// - Throws: a usage error for a text that is none.
  static func pattern(_ filter: String?) throws -> InprocScript.Regex? {
    try filter.map { text in
      do throws(RegexError) { return try InprocScript.Regex(text) } catch {
        throw ValidationError("--filter '\(text)': \(error.message)")
      }
    }
  }

  /// What the options ask for.
  ///
  /// - Throws: a usage error for a value that is none.
  private func options() throws -> ScenarioRunner.Options {
    var options = ScenarioRunner.Options()
    options.isFree = free
    options.explores = explore
    options.seed = seed
    options.showsOutcomes = outcomes
    options.maximumPreemptions = preemptions
    if let maxSchedules { options.maximumSchedules = maxSchedules }
    if let timeout {
      guard let limit = parseDuration(timeout) else {
        throw ValidationError("--timeout '\(timeout)' is no duration; write 500ms, 2s or 1m")
      }
      options.timeout = limit
    }
    if let timers {
      guard let value = Directives.Timers(rawValue: timers) else {
        throw ValidationError("--timers '\(timers)': write idle or racing")
      }
      options.timers = value
    }
    if let schedule {
      guard let value = Schedule(schedule) else {
        throw ValidationError(
          "--schedule '\(schedule)' is no schedule; copy one from the report of a failure")
      }
      options.schedule = value
    }
    return options
  }
}

/// `inproc check PATH…`
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Parse scenario files without running them.")

  @Argument(help: "Scenario files, folders of them, or '-' for standard input.")
  var paths: [String]

  func run() throws {
    let files = try ScenarioFiles.find(paths).map(ParsedFile.init)
    guard !files.isEmpty else {
      emit("error: no scenario was found; name a .scn file or a folder of them", to: .standardError)
      throw ExitCode(2)
    }
    var isClean = true
    for file in files {
      if case .failure(let problem) = file.script {
        isClean = false
        emit(problem.text, to: .standardError)
      }
    }
    throw ExitCode(isClean ? 0 : 2)
  }
}

/// A file and what the parser made of it.
struct ParsedFile {
  struct Problem: Error { var text: String }
  let name: String
  let script: Result<Script, Problem>

  init(_ name: String) {
    self.name = name
    do {
      let bytes =
        name == "-"
        ? Array(FileHandle.standardInput.readDataToEndOfFile()) : try SourceFile.read(name)
      script = .success(try Parser.parse(bytes))
    } catch let error as CommandError {
      script = .failure(Problem(text: "\(name):1:1: error: \(error.text)"))
    } catch let errors as SyntaxError {
      script = .failure(Problem(text: errors.rendered(file: name)))
    } catch {
      script = .failure(Problem(text: "\(name):1:1: error: \(error)"))
    }
  }

  func matches(_ pattern: InprocScript.Regex) -> Bool {
    if pattern.matchesSomewhere(name) { return true }
    guard case .success(let script) = script, let title = script.directives.title else {
      return false
    }
    return pattern.matchesSomewhere(title)
  }

  func run(_ runner: ScenarioRunner) -> ScenarioResult {
    switch script {
    case .success(let script): runner.run(script, file: name)
    case .failure(let problem):
      ScenarioResult(file: name, title: nil, verdict: .unreadable(problem.text), notes: [])
    }
  }
}

/// How many passed and failed.
struct Tally {
  private(set) var passed = 0
  private(set) var failed = 0
  private(set) var status: Int32 = 0
  var count: Int { passed + failed }

  /// Counts a result; returns its lines of the report.
  mutating func add(_ result: ScenarioResult) -> String {
    let name = result.file + (result.title.map { "  \($0)" } ?? "")
    let notes = result.notes.map { "  note: \($0)\n" }.joined()
    switch result.verdict {
    case .passed:
      passed += 1
      return "passed  \(name)\n\(notes)"
    case .failed(let problem):
      failed += 1
      status = max(status, 1)
      return "FAILED  \(name)\n\(indented(problem.text))\(notes)"
    case .unreadable(let text):
      failed += 1
      status = 2
      return "ERROR   \(name)\n\(indented(text))\(notes)"
    }
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.isEmpty ? "\n" : "  \($0)\n"
    }
    .joined()
  }

  var summary: String { "\(passed) passed, \(failed) failed" }
}

/// Which files paths stand for.
enum ScenarioFiles {
  /// Files as they are named; of folders all `.scn` files below, sorted; each file once.
  ///
  /// - Throws: a usage error for a path that does not exist.
  static func find(_ paths: [String]) throws -> [String] {
    var found: [String] = []
    var seen: Set<String> = []
    for path in paths {
      var isFolder: ObjCBool = false
      if path != "-", !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
        throw ValidationError("'\(path)' does not exist; name a .scn file or a folder of them")
      }
      for file in isFolder.boolValue ? below(path) : [path] where seen.insert(file).inserted {
        found.append(file)
      }
    }
    return found
  }

  private static func below(_ folder: String) -> [String] {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".scn") }.map { base + $0 }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
