import Foundation
import Inproc
import InprocExploration
import InprocScript

// The views of a run that `inproc replay` shows besides its report.

extension Replay {
  /// Opens a prompt that runs the file's commands first. Returns the exit status.
  func stay(with file: ParsedFile) throws -> Int32 {
    if case .failure(let problem) = file.script {
      emit(problem.text, to: .standardError)
      return 2
    }
    guard Terminal.isInteractive else {
      emit("error: -i needs a terminal to stay at", to: .standardError)
      return 2
    }
    return Prompt.run(beginningWith: file.name)
  }

  /// Runs a body that shows a run. Returns whether it succeeded; if not, standard error says why.
  func shows(_ body: () throws -> Bool) throws -> Bool {
    do {
      return try body()
    } catch let error as CommandError {
      emit("error: \(error.text)", to: .standardError)
      return false
    }
  }

  /// Shows the run of a result command by command, if `--pace` is given.
  ///
  /// - Throws: a `CommandError` where the run can't be repeated to its end.
  func showPaced(_ result: ScenarioResult, _ files: [ParsedFile]) throws {
    guard let pace = pace.flatMap(parseDuration), let script = script(of: result, files) else {
      return
    }
    let timeline = try repeating().timeline(of: result, script)
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let palette = isTerminal ? Palette(environment: ProcessInfo.processInfo.environment) : Palette()
    PacedReplay(pace: pace, palette: palette, types: isTerminal)
      .show(timeline, title: script.directives.title ?? FileName.shown(result.file))
  }

  /// What `--trace` shows of a file; nil where nothing of it ran.
  ///
  /// - Throws: a `CommandError` where the run can't be repeated to its end.
  func events(of result: ScenarioResult, _ files: [ParsedFile]) throws -> String? {
    guard let script = script(of: result, files) else { return nil }
    let (schedule, lines) = try repeating()
      .trace(script, of: result, isASCII: !Terminal.isUTF8)
    let heading =
      "trace   \(FileName.shown(result.file))" + (schedule.map { "  under \($0)" } ?? "")
    return ([heading] + lines.map { "  " + $0.text }).map { $0 + "\n" }.joined()
  }

  /// Writes the diagram that `--diagram` asks for. Returns false where there is none to write.
  ///
  /// - Throws: a `CommandError` where a run can't be repeated to its end, or the file not be written.
  func draw(_ result: ScenarioResult, _ files: [ParsedFile]) throws -> Bool {
    guard let target = diagram.flatMap(DiagramFile.init), let script = script(of: result, files)
    else { return true }
    guard let drawn = try repeating().diagram(of: result, script) else {
      emit(
        "error: \(FileName.quoted(result.file)) has no run that can be drawn", to: .standardError)
      return false
    }
    try target.write(drawn)
    return true
  }

  /// Repeats the run of a result.
  private func repeating() throws -> ScenarioRunner {
    ScenarioRunner(try options(), pool: ThreadPool(isPinned: true))
  }

  /// The script of a result; nil where the file did not parse.
  private func script(of result: ScenarioResult, _ files: [ParsedFile]) -> Script? {
    guard let file = files.first(where: { FileName.areSame($0.name, result.file) }),
      case .success(let script) = file.script
    else { return nil }
    return script
  }
}
