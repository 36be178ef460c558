// The words for the step of each command.

extension Statement.Command {
  /// Whether the commands in its block or its file show all that it does.
  var isToldByItsBlock: Bool {
    switch self {
    case .try, .if, .repeat, .source, .for, .break: true
    default: false
    }
  }
}

extension Timeline.Step {
  var isRoundOfFor: Bool { if case .for = command { true } else { false } }

  /// The step as typed, but a send with the frames that were sent in place of its operands.
  func text(moving transfers: [Timeline.Transfer]) -> String {
    guard let transfer = transfers.first else { return text }
    let words = [transfer.handle] + transfer.frames
    switch command {
    case .send: return (["send"] + words).joined(separator: " ")
    case .reply: return (["reply"] + words).joined(separator: " ")
    default: return text
    }
  }

  /// The text after the command's keyword, with one blank between words.
  private var operands: String {
    text.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().joined(separator: " ")
  }

  /// What the thread did, in a sentence of which it is the subject: `sends hello to inbox`.
  func phrase(_ lines: [Timeline.Line], _ moved: [Timeline.Transfer]) -> String {
    if let error = lines.last?.error { return "gets \(error.code.rawValue) from '\(text)'" }
    let name = names.first ?? ""
    let result =
      switch lines.first {
      case .fields(let fields): fields
      case .nothing: "(none)"
      case .error, nil: ""
      }
    let frames = moved.first?.frames.joined(separator: " ")
    switch command {
    case .bind: return "binds \(name) as \(result)"
    case .connect: return "connects to \(name) as \(result)"
    case .send: return "sends \(frames ?? operands) to \(name)"
    case .reply: return "replies \(frames ?? operands) at \(name)"
    case .recv: return "receives \(result) from \(name)"
    case .for: return "receives \(frames ?? "") from \(moved.first?.handle ?? "")"
    case .select: return "sees that \(result) is ready"
    case .drain: return lines.first == .nothing ? "finds \(name) empty" : "empties \(name)"
    case .spawn: return "spawns \(result)"
    case .join: return operands.isEmpty ? "joins all threads" : "joins \(operands)"
    case .stop: return "stops \(operands)"
    case .close: return "closes \(operands)"
    case .unbind: return "unbinds \(operands)"
    case .let: return "sets \(operands)"
    case .incr(let variable, let amount):
      return "adds \(amount?.template.text ?? "1") to \(variable.text)"
    case .observe: return "observes \(operands)"
    case .sleep: return "wakes up"
    case .quit: return "quits"
    case .list, .repeat, .break, .if, .try, .echo, .fail, .source, .help, nil:
      return "runs '\(text)'"
    }
  }
}
