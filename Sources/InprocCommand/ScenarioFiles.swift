import ArgumentParser
import Foundation
import Inproc
import InprocScript

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
        throw ValidationError("\(path.quoted) does not exist; name a .scn file or a folder of them")
      }
      for file in isFolder.boolValue ? below(path) : [path] where seen.insert(file).inserted {
        found.append(file)
      }
    }
    return found
  }

  /// The files, if there are any.
  ///
  /// - Throws: exit status 2, after it has said so, where there is none.
  static func some<File>(_ files: [File]) throws -> [File] {
    if !files.isEmpty { return files }
    emit("error: no scenario was found; name a .scn file or a folder of them", to: .standardError)
    throw ExitCode(2)
  }

  private static func below(_ folder: String) -> [String] {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".scn") }.map { base + $0 }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// A file and what the parser made of it.
struct ParsedFile: Sendable {
  struct Problem: Error {
    let text: String

    /// Why a file can't be read, or does not parse.
    init(_ error: any Error, in name: String) {
      switch error {
      case let errors as SyntaxError: text = errors.rendered(file: name)
      case let error as CommandError: text = "\(name):1:1: error: \(error.text)".escapingUnprintable
      default: text = "\(name):1:1: error: \(error)".escapingUnprintable
      }
    }
  }
  let name: String
  let script: Result<Script, Problem>

  /// - Parameters:
  ///   - name: as it was named.
  ///   - memory: what the process may hold.
  init(_ name: String, memory: MemoryLimit? = .usual) {
    self.name = name
    do {
      script = .success(
        try Parser.parse(
          try ParsedFile.bytes(of: name), limits: memory.map { RunLimits(memory: $0) }))
    } catch {
      script = .failure(Problem(error, in: name))
    }
  }

  /// What a file holds; `-` is standard input.
  ///
  /// - Throws: a `CommandError` if it can't be read.
  static func bytes(of name: String) throws(CommandError) -> [UInt8] {
    name == "-"
      ? Array(FileHandle.standardInput.readDataToEndOfFile()) : try SourceFile.read(name)
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
      ScenarioResult(file: name, title: nil, verdict: .error(problem.text), notes: [])
    }
  }
}
