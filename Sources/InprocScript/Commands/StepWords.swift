/// What a command's sentence in an explanation is made of.
struct StepWords {
  /// The command as typed, with what variables in names held.
  var text: String
  /// Its operands that name an endpoint, a handle or a thread.
  var names: [String]
  /// The first line that it gave.
  var line: Timeline.Line?
  /// The message that it moved.
  var moved: Timeline.Transfer?

  /// The first name; empty where there is none.
  var name: String { names.first ?? "" }

  /// The text after the command's keyword, with one blank between words.
  var operands: String {
    text.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().joined(separator: " ")
  }

  /// The first line as printed; empty where there is none.
  var result: String {
    switch line {
    case .fields(let fields): fields
    case .nothing: "(none)"
    case .error, nil: ""
    }
  }

  /// The frames that were moved.
  var frames: String? { moved?.frames.joined(separator: " ") }

  /// The sentence for a command that has no better one.
  var plain: String { "runs '\(text)'" }
}
