import ArgumentParser
import InprocScript

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
