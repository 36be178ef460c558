internal import Inproc
internal import InprocText

extension ResultLine.Field {
  package var printed: String {
    switch self {
    case .frame(let frame): frame.printed
    case .text(let text): text.escapingUnprintable
    }
  }
}

extension ResultLine {
  /// The line as a prompt shows it and an expectation writes it.
  package var printed: String {
    switch self {
    case .fields(let fields): (["=>"] + fields.map(\.printed)).joined(separator: " ")
    case .none: "=> (none)"
    case .error(let error): "=! \(error.code.rawValue): \(error.text.escapingUnprintable)"
    }
  }
}
