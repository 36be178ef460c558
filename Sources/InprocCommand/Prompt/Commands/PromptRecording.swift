import Inproc
import InprocScript
import InprocText

/// The recording at a prompt, if there is one.
final class PromptRecording: Sendable {
  /// The entries and results that a recording is made from.
  let journal = SessionJournal()
  private let recording = Guarded<Recording?>(nil)

  static let nothing = "nothing is being recorded; 'record FILE' begins it"

  /// The file that is recorded to.
  var path: String? { recording.withLock { $0?.path } }

  /// Begins to record into a file.
  func begin(
    _ path: String, _ session: Session, _ output: PromptOutput
  ) throws(CommandError) {
    if let current = self.path {
      throw CommandError(.io, "\(FileName.quoted(current)) is being recorded; 'record off' first")
    }
    let new = try Recording(to: path, of: session, journal)
    recording.withLock { $0 = new }
    if new.included > 0 {
      output.note("what was typed before is recorded too: the session builds on it")
    }
  }

  /// Prints, once, why the last entry could not be recorded.
  func reportProblem(_ output: PromptOutput) {
    if let problem = recording.withLock({ $0?.takeProblem() }) {
      output.line(.error(problem), thread: nil)
    }
  }

  /// Ends the recording and writes its file. Returns whether there was one.
  @discardableResult func end(
    _ session: Session, _ output: PromptOutput
  ) throws(CommandError) -> Bool {
    let taken = recording.withLock { recording in
      defer { recording = nil }
      return recording
    }
    guard let taken else { return false }
    let summary = try taken.finish(session)
    var text = "recorded \(counted(summary.commands, "command")) in \(FileName.shown(taken.path))"
    if !summary.passes {
      text += "; a replay of it does not pass"
    } else if summary.unrepeatable > 0 {
      text += "; what can't be replayed is a comment there"
    }
    output.note(text)
    return true
  }
}
