import ArgumentParser
import InprocScript

/// `inproc check PATH…`
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Parse scenario files without running them.")

  @Argument(help: "Scenario files, folders of them, or '-' for standard input.")
  var paths: [String]

  func run() throws {
    let files = try ScenarioFiles.some(ScenarioFiles.find(paths)).map { ParsedFile($0) }
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
