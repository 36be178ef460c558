import Foundation

/// The colours of the prompt: what is readable on light and on dark, or none at all.
struct Palette: Sendable {
  enum Style: String {
    case prompt = "\u{1B}[1m"
    case result = "\u{1B}[32m"
    case error = "\u{1B}[31m"
    case thread = "\u{1B}[35m"
    case note = "\u{1B}[2m"
  }

  /// None with `NO_COLOR` and on a dumb terminal.
  let isColoured: Bool

  init(environment: [String: String]) {
    let terminal = environment["TERM"] ?? "dumb"
    isColoured = (environment["NO_COLOR"] ?? "").isEmpty && terminal != "dumb" && !terminal.isEmpty
  }

  /// Without colours.
  init() { isColoured = false }

  func callAsFunction(_ text: String, _ style: Style) -> String {
    isColoured ? "\(style.rawValue)\(text)\u{1B}[0m" : text
  }

  /// The sequence that begins a style.
  func start(of style: Style) -> String { isColoured ? style.rawValue : "" }
}
