import ArgumentParser
import Foundation
import Inproc
import InprocExploration
import InprocScript
import InprocText

/// `inproc replay --bless PATH…`
struct Bless {
  let options: ScenarioRunner.Options
  /// Whether a user is at the terminal and can be asked.
  var asks = isatty(0) == 1 && isatty(1) == 1

  /// Blesses the files one after the other. Returns the exit status.
  func run(_ files: [ParsedFile]) -> Int32 {
    let pool = ThreadPool(isPinned: !options.isFree)
    var tally = Tally()
    for file in files { tally.add(bless(file, pool)) }
    emit(tally.summary, to: .standardOutput)
    return tally.status
  }

  private func bless(_ file: ParsedFile, _ pool: ThreadPool) -> ScenarioResult {
    let name = file.name
    let shown = FileName.shown(name)
    var result = ScenarioResult(file: name, title: nil, verdict: .passed)
    let bytes: [UInt8]
    let ending: Blessing.Ending
    do {
      if case .failure(let problem) = file.script { throw problem }
      bytes = try SourceFile.read(name)
      ending = try Blessing(options, pool: pool).bless(
        bytes, file: name, commands: .prompt)
    } catch {
      let problem = error as? ParsedFile.Problem ?? ParsedFile.Problem(error, in: name)
      result.verdict = .error(problem.text)
      emit(TextReporter().add(result), to: .standardOutput)
      return result
    }
    switch ending {
    case .unchanged(let passed):
      emit("passed  \(shown)", to: .standardOutput)
      return passed
    case .failed(let failed):
      emit(TextReporter().add(failed), to: .standardOutput)
      return failed
    case .refused(let reasons):
      emit(
        "REFUSED \(shown)\n"
          + reasons.map { "  \($0.escapingUnprintable)\n" }.joined(), to: .standardOutput)
      result.verdict = failed(name, "it was not blessed")
    case .changed(let text, let changes):
      guard !asks || isWanted(changes, shown) else {
        emit("left as it was: \(shown)", to: .standardOutput)
        result.verdict = failed(name, "it was not blessed")
        break
      }
      do {
        try AtomicFile.write(text, to: name, over: bytes)
        let count = Set(changes.map { "\($0.line) \($0.old ?? "")" }).count
        emit("blessed \(shown): \(counted(count, "line"))", to: .standardOutput)
      } catch {
        emit("error: \(error.text)", to: .standardError)
        result.verdict = .error(error.text)
      }
    }
    return result
  }

  private func failed(_ name: String, _ message: String) -> ScenarioResult.Verdict {
    .failed(Problem(file: name, line: 1, column: 1, message: message))
  }

  /// Shows the change and asks the user whether to write it.
  private func isWanted(_ changes: [Blessing.Change], _ name: String) -> Bool {
    var text = "\(name.escapingUnprintable)\n"
    for change in changes {
      if let old = change.old { text += "  \(change.line) - \(old.escapingUnprintable)\n" }
      if let new = change.new { text += "  \(change.line) + \(new.escapingUnprintable)\n" }
    }
    emit(text + "write it? [y/N] ", to: .standardOutput, endsLine: false)
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }
}
