extension Timeline.Step {
  var isRoundOfFor: Bool { command?.traits.receivesEachRound == true }

  /// The step as typed, but a send with the frames that were sent in place of its operands.
  func text(moving transfers: [Timeline.Transfer]) -> String {
    guard let transfer = transfers.first, let command = command?.value else { return text }
    switch command.role {
    case .sends, .replies:
      return ([type(of: command).description.keyword, transfer.handle] + transfer.frames)
        .joined(separator: " ")
    default: return text
    }
  }

  /// What the thread did, in a sentence of which it is the subject: `sends hello to inbox`.
  func phrase(_ lines: [Timeline.Line], _ moved: [Timeline.Transfer]) -> String {
    if let error = lines.last?.error { return "gets \(error.code.rawValue) from '\(text)'" }
    let words = StepWords(text: text, names: names, line: lines.first, moved: moved.first)
    return command?.value.phrase(words) ?? words.plain
  }
}
