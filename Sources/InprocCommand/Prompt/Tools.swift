import Inproc
import InprocDiagram
import InprocScript
import LineEditor

/// Runs `trace`, `watch`, `diagram` and `record`.
struct Tools {
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
    default: break
    }
    return nil
  }

  /// Draws the session so far, into a file or on the terminal.
  private func draw(_ path: String?) -> CommandError? {
    let diagram = recorder.diagram(title: "The session so far")
    guard let path else {
      output.text(diagram.textLines(width: terminalWidth()).joined(separator: "\n") + "\n")
      return nil
    }
    guard let file = PictureFile(path) else {
      return CommandError(.invalidValue, "'\(path)': \(PictureFile.usage)")
    }
    do {
      try file.write(.run(diagram))
    } catch {
      return error
    }
    output.note("drawn into \(path)")
    return nil
  }
}
