import ArgumentParser
import Inproc
import InprocScript

/// The scenario files that paths stand for.
enum ScenarioFiles {
  /// Files as they are named; of folders all `.scn` files below, sorted; each file once.
  ///
  /// - Throws: a usage error for a path that does not exist.
  static func find(_ paths: [String]) throws -> [ScenarioSearch.Found] {
    do throws(ScenarioSearch.Missing) {
      return try ScenarioSearch.find(paths)
    } catch {
      throw ValidationError(
        "\(FileName.quoted(error.path)) does not exist; name a .scn file or a folder of them")
    }
  }

  /// The files, if there are any.
  ///
  /// - Throws: exit status 2, after it has said so, where there is none.
  static func some<File>(_ files: [File]) throws -> [File] {
    if !files.isEmpty { return files }
    emit("error: no scenario was found; name a .scn file or a folder of them", to: .standardError)
    throw ExitCode(2)
  }
}

/// A file and what the parser made of it.
struct ParsedFile: Sendable {
  struct Problem: Error {
    let text: String

    /// Why a file can't be read, or does not parse.
    init(_ error: any Error, in name: String) {
      let name = FileName.shown(name)
      switch error {
      case let errors as SyntaxError: text = errors.rendered(file: name)
      case let error as CommandError: text = "\(name):1:1: error: \(error.text)".escapingUnprintable
      default: text = "\(name):1:1: error: \(error)".escapingUnprintable
      }
    }
  }
  let name: String
  let script: Result<Script, Problem>
  /// The title that `@title` gives; nil where there is none or it is unknown.
  private let title: Title?

  private enum Title { case some(String), none }

  /// - Parameters:
  ///   - name: as it was named.
  ///   - memory: what the process may hold.
  init(_ name: String, memory: MemoryLimit? = .usual) {
    self.init(ScenarioSearch.Found(name: name), memory: memory)
  }

  /// - Parameters:
  ///   - found: what a path stands for.
  ///   - memory: what the process may hold.
  init(_ found: ScenarioSearch.Found, memory: MemoryLimit? = .usual) {
    name = found.name
    do {
      if let problem = found.problem { throw problem }
      let bytes = try ParsedFile.bytes(of: found.name)
      do {
        let parsed = try Parser.parse(
          bytes, limits: memory.map { RunLimits(memory: $0) }, commands: .prompt)
        script = .success(parsed)
        title = parsed.directives.title.map { .some($0) } ?? Title.none
      } catch {
        script = .failure(Problem(error, in: found.name))
        title = ParsedFile.title(ofBroken: bytes)
      }
    } catch {
      script = .failure(Problem(error, in: found.name))
      title = nil
    }
  }

  /// The bytes of a file; `-` is standard input.
  ///
  /// - Throws: a `CommandError` if it can't be read.
  static func bytes(of name: String) throws(CommandError) -> [UInt8] {
    name == "-" ? try StandardInput.readAll() : try SourceFile.read(name)
  }

  /// The title of a text that does not parse, where the line of the title does.
  private static func title(ofBroken bytes: [UInt8]) -> Title? {
    let word = Array("@title".utf8)
    let lines = bytes.split(separator: 10)
      .map { $0.drop { $0 == 0x20 || $0 == 0x09 } }.filter { $0.starts(with: word) }
    guard let line = lines.first else { return Title.none }
    return (try? Parser.parse(Array(line)))?.directives.title.map { .some($0) }
  }

  /// Whether the path or the title matches. A file that can't be read matches, as its title is
  /// unknown and may be the one that is asked for.
  func matches(_ pattern: InprocScript.Regex) -> Bool {
    if pattern.matchesSomewhere(name) { return true }
    return switch title {
    case .some(.some(let title)): pattern.matchesSomewhere(title)
    case .some(.none): false
    case nil: true
    }
  }

  func run(_ runner: ScenarioRunner) -> ScenarioResult {
    switch script {
    case .success(let script): runner.run(script, file: name)
    case .failure(let problem):
      ScenarioResult(file: name, title: nil, verdict: .error(problem.text), notes: [])
    }
  }
}
