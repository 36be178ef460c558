import Inproc
import InprocDiagram
import InprocScript
import LineEditor

/// Runs `trace`, `watch`, `diagram` and `record`.
struct SessionTools {
  /// What is being recorded, if anything is.
  final class State: Sendable {
    let recording = Guarded<Recording?>(nil)
    let journal = SessionJournal()
  }

  let state: State
  let session: Session
  let output: PromptOutput
  let editor: LineEditor
  let recorder: SequenceRecorder

  /// Returns what went wrong, if anything did.
  func run(_ command: ToolCommand) -> CommandError? {
    switch command {
    case .trace(true):
      do throws(InprocError) { try output.trace.begin(session, output) } catch {
        return CommandError(.limit, error.description)
      }
    case .trace(false): output.trace.end()
    case .trace(nil):
      output.note(output.trace.isOn ? "trace is on" : "trace is off; 'trace on' begins it")
    case .diagram(let path): return draw(path)
    case .malformed(let hint): return CommandError(.syntax, hint)
    case .watch:
      do throws(LineEditor.NoScreen) {
        try Watch(session: session, palette: output.palette).run(on: editor)
      } catch {
        return CommandError(.io, "can't watch: \(error)")
      }
    case .record(let path): return beginRecording(path)
    case .recordOff:
      guard state.recording.withLock({ $0 != nil }) else {
        output.note("nothing is being recorded; 'record FILE' begins it")
        return nil
      }
      return finishRecording()
    case .recordStatus:
      let path = state.recording.withLock { $0?.path }
      output.note(
        path.map { "recording to \(FileName.shown($0)); 'record off' ends it" }
          ?? "nothing is being recorded; 'record FILE' begins it")
    }
    return nil
  }

  /// Draws the session so far, into a file or on the terminal.
  private func draw(_ path: String?) -> CommandError? {
    let diagram = recorder.diagram(title: "The session so far")
    guard let path else {
      output.text(diagram.textLines(width: Terminal.columns()).joined(separator: "\n") + "\n")
      return nil
    }
    guard let file = DiagramFile(path) else {
      return CommandError(.invalidValue, "\(FileName.quoted(path)): \(DiagramFile.usage)")
    }
    do {
      try file.write(.run(diagram), streams: .refused)
    } catch {
      return error
    }
    output.note("drawn into \(FileName.shown(path))")
    return nil
  }

  private func beginRecording(_ path: String) -> CommandError? {
    if let current = state.recording.withLock({ $0?.path }) {
      return CommandError(.io, "\(FileName.quoted(current)) is being recorded; 'record off' first")
    }
    do throws(CommandError) {
      let recording = try Recording(to: path, of: session, state.journal)
      state.recording.withLock { $0 = recording }
      if recording.included > 0 {
        output.note("what was typed before is recorded too: the session builds on it")
      }
      return nil
    } catch {
      return error
    }
  }

  /// Tells that what was typed last could not be recorded, once.
  func tellRecordingProblem() {
    if let problem = state.recording.withLock({ $0?.takeProblem() }) {
      output.line(.error(problem), thread: nil)
    }
  }

  /// Writes what is being recorded, if anything is. Also at the session's end.
  @discardableResult func finishRecording() -> CommandError? {
    let taken = state.recording.withLock { recording in
      defer { recording = nil }
      return recording
    }
    guard let recording = taken else { return nil }
    do throws(CommandError) {
      let summary = try recording.finish(session)
      var text = "recorded \(summary.commands) commands in \(FileName.shown(recording.path))"
      if !summary.passes {
        text += "; a replay of it does not pass"
      } else if summary.unrepeatable > 0 {
        text += "; what can't be replayed is a comment there"
      }
      output.note(text)
      return nil
    } catch {
      return error
    }
  }
}
