import Inproc
import InprocScript

/// Writes what is typed into a scenario: `record greet.scn`.
struct RecordCommand: PromptCommand {
  static let description = CommandDescription(
    "record", group: .prompt,
    operands: [OperandDescription(.path, "FILE|off", .optional, words: ["off"])],
    summary: "write a scenario",
    details: """
      Writes what is typed from here on into a scenario, with its results as expectations, each \
      command as it ends. 'record off', or leaving, replays it and writes the file anew. A file that \
      exists is not overwritten. A comment in the file says what can't be replayed. Without a word \
      it says whether something is being recorded.
      """,
    results: "", example: "record greet.scn")

  private enum Action { case begin(Template), end, showState }
  private let action: Action

  init?(_ parsed: ParsedCommand) {
    if parsed.word != nil {
      action = .end
    } else {
      action = parsed.words.first.map { .begin($0) } ?? .showState
    }
  }

  func perform(in prompt: PromptContext) throws(CommandError) -> PromptEnding {
    switch action {
    case .begin(let path):
      try prompt.recording.begin(try prompt.path(path), prompt.session, prompt.output)
    case .end:
      if try !prompt.recording.end(prompt.session, prompt.output) {
        prompt.output.note(PromptRecording.nothing)
      }
    case .showState:
      let path = prompt.recording.path
      prompt.output.note(
        path.map { "recording to \(FileName.shown($0)); 'record off' ends it" }
          ?? PromptRecording.nothing)
    }
    return .done
  }
}
