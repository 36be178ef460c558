/// The text beside a row, the same in every format of a diagram.
struct DiagramLabel {
  /// The raw value is the class of the text in SVG.
  enum Kind: String { case plain, quiet, error, `switch` }
  var text: String
  var kind: Kind
}

extension SequenceDiagram {
  /// The label of a row; nil where the arrow or the lifeline says everything.
  func label(of row: Row) -> DiagramLabel? {
    switch row.mark {
    case .did(let text): DiagramLabel(text: text, kind: .plain)
    case .failed(let text): DiagramLabel(text: text, kind: .error)
    case .sent(let arrow): DiagramLabel(text: arrows[arrow].text, kind: .plain)
    case .received: nil
    case .waits(let on, let span):
      DiagramLabel(
        text: (spans[span].isOpen && problem != nil ? "waits for ever: " : "waits: ") + on,
        kind: spans[span].isOpen && problem != nil ? .error : .quiet)
    case .timer: DiagramLabel(text: "its timer fires", kind: .quiet)
    case .preempted(let next):
      DiagramLabel(text: "⚡ the turn goes to \(name(next))", kind: .switch)
    case .spawned(let command, _): DiagramLabel(text: command, kind: .plain)
    case .ended(let error): DiagramLabel(text: "ends: \(error)", kind: .error)
    case .folded(let count): DiagramLabel(text: "… \(count) more …", kind: .quiet)
    }
  }

  func name(_ thread: Int) -> String {
    threads.indices.contains(thread) ? threads[thread] : "?"
  }
}

/// A virtual time in seconds, milliseconds or microseconds, without trailing zeros.
func timeText(_ time: Duration) -> String {
  let (seconds, attoseconds) = time.components
  let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  switch microseconds {
  case 0: return "0 s"
  case ..<1_000: return "\(microseconds) µs"
  case ..<1_000_000: return decimal(microseconds, 1_000) + " ms"
  default: return decimal(microseconds, 1_000_000) + " s"
  }
}

private func decimal(_ value: Int64, _ unit: Int64) -> String {
  let rest = value % unit
  guard rest != 0 else { return "\(value / unit)" }
  var digits = String(rest + unit).dropFirst()
  while digits.last == "0" { digits.removeLast() }
  return "\(value / unit).\(digits)"
}
