import Inproc
import InprocScript
import LineEditor

/// Shows the session live on the whole screen: `watch`.
struct WatchCommand: PromptCommand {
  static let description = CommandDescription(
    "watch", group: .prompt,
    summary: "show the session live",
    details: """
      Shows the session live on the whole screen: queues against their capacities, threads and what \
      they wait for, messages a second. 'q', Esc or Ctrl-C leaves.
      """,
    results: "", example: "watch")

  init?(_ parsed: ParsedCommand) {}

  func perform(in prompt: PromptContext) throws(CommandError) -> PromptEnding {
    let watch = Watch(session: prompt.session, palette: prompt.output.palette)
    do throws(LineEditor.NoScreen) { try watch.run(on: prompt.editor) } catch {
      throw CommandError(.io, "can't watch: \(error)")
    }
    return .done
  }
}
