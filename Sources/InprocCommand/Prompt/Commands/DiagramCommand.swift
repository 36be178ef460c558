import Inproc
import InprocDiagram
import InprocScript

/// Draws the session so far, on the terminal or into a file: `diagram session.svg`.
struct DiagramCommand: PromptCommand {
  static let description = CommandDescription(
    "diagram", group: .prompt, operands: [OperandDescription(.path, "FILE", .optional)],
    summary: "draw the session",
    details: """
      Draws the session so far: a column for each thread, time downwards, messages as arrows from \
      their send to their receive. Without FILE it is drawn on the terminal. The ending of FILE \
      decides the format: .svg, .mmd (Mermaid) or .txt.
      """,
    results: "", example: "diagram session.svg")

  let path: Template?

  init?(_ parsed: ParsedCommand) { path = parsed.words.first }

  func perform(in prompt: PromptContext) throws(CommandError) -> PromptEnding {
    let diagram = prompt.recorder.diagram(title: "The session so far")
    guard let template = path else {
      let lines = diagram.textLines(width: Terminal.columns())
      prompt.output.text(lines.joined(separator: "\n") + "\n")
      return .done
    }
    let path = try prompt.path(template)
    guard let file = DiagramFile(path) else {
      throw CommandError(.invalidValue, "\(FileName.quoted(path)): \(DiagramFile.usage)")
    }
    try file.write(.run(diagram), streams: .refused)
    prompt.output.note("the session is drawn in \(FileName.shown(path))")
    return .done
  }
}
