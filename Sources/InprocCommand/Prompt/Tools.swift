import Inproc
import InprocScript
import LineEditor

/// Runs `trace`, `watch` and `record`.
struct Tools {
  let session: Session
  let output: PromptOutput
  let editor: LineEditor

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
}
