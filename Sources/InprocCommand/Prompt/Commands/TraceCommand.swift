import Inproc
import InprocScript

/// Shows the events of the session beside its results: `trace on`.
struct TraceCommand: PromptCommand {
  static let description = CommandDescription(
    "trace", group: .prompt, operands: [.words(["on", "off"], .optional)],
    summary: "show each event",
    details: """
      Shows each event of the session above the prompt: binds, connects, messages sent and \
      received, threads that wait and go on, timers. Times count from 'trace on'. The number after \
      '#' joins a receive to its send. Without a word it says whether the trace is on.
      """,
    results: "", example: "trace on")

  /// Nil where only the present state is asked for.
  let isOn: Bool?

  init?(_ parsed: ParsedCommand) { isOn = parsed.word.map { $0 == "on" } }

  func perform(in prompt: PromptContext) throws(CommandError) -> PromptEnding {
    let trace = prompt.output.trace
    switch isOn {
    case true?:
      do throws(InprocError) { try trace.begin(prompt.session, prompt.output) } catch {
        throw CommandError(.limit, error.description)
      }
    case false?: trace.end()
    case nil:
      prompt.output.note(
        trace.isOn ? "the trace is on" : "the trace is off; 'trace on' begins it")
    }
    return .done
  }
}
