import Foundation
import Inproc

/// The colours of the prompt, which can be read on light and on dark backgrounds, or none at all.
///
/// The page of the documents on the prompt has the contrasts that they were chosen by.
struct Palette: Sendable {
  enum Style: CaseIterable {
    case prompt, result, error, thread, note
  }

  private enum Depth { case none, sixteen, many }

  private let depth: Depth

  /// The palette for an environment: without colours where `NO_COLOR` is set or the terminal is
  /// dumb.
  init(environment: [String: String]) {
    let terminal = environment["TERM"] ?? ""
    let colours = environment["COLORTERM"] ?? ""
    if !(environment["NO_COLOR"] ?? "").isEmpty || terminal == "dumb" || terminal.isEmpty {
      depth = .none
    } else if ["256color", "direct", "kitty", "alacritty", "foot"].contains(
      where: terminal.contains)
      || colours == "truecolor" || colours == "24bit"
    {
      depth = .many
    } else {
      depth = .sixteen
    }
  }

  /// Without colours.
  init() { depth = .none }

  func callAsFunction(_ text: String, _ style: Style) -> String {
    let start = start(of: style)
    return start.isEmpty ? text : "\(start)\(text)\(Self.end)"
  }

  /// A text of whole lines with all that is unprintable escaped, but for the palette's own colours.
  func escapingUnprintable(_ text: String) -> String {
    if depth == .none { return text.escapingUnprintableInLines }
    let own = ([Self.end] + Style.allCases.map(start)).filter { !$0.isEmpty }.map(\.unicodeScalars)
    let parts = text.unicodeScalars.split(separator: "\u{1B}", omittingEmptySubsequences: false)
    var result = ""
    for (index, part) in parts.enumerated() {
      var part = (index == 0 ? "" : "\u{1B}") + String(part)
      if let colour = own.first(where: { part.unicodeScalars.starts(with: $0) }) {
        result += String(colour)
        part.unicodeScalars.removeFirst(colour.count)
      }
      result += part.escapingUnprintableInLines
    }
    return result
  }

  private static let end = "\u{1B}[0m"

  /// The sequence that begins a style, `""` for none.
  func start(of style: Style) -> String {
    switch (depth, style) {
    case (.none, _): ""
    case (_, .prompt): "\u{1B}[1m"
    // Themes change the first sixteen colours, and hardly ever the others.
    case (.many, .result): "\u{1B}[38;5;28m"
    case (.many, .error): "\u{1B}[38;5;196m"
    case (.many, .thread): "\u{1B}[38;5;164m"
    case (.many, .note): "\u{1B}[38;5;244m"
    case (.sixteen, .result): "\u{1B}[1m"
    case (.sixteen, .error): "\u{1B}[1;31m"
    case (.sixteen, .thread): "\u{1B}[35m"
    case (.sixteen, .note): ""
    }
  }
}
