import Foundation
import Inproc
import InprocScript

/// `trace on` and `trace off` at a prompt.
final class PromptTrace: Sendable {
  private let live = Guarded<LiveTrace?>(nil)

  var isOn: Bool { live.withLock { $0 != nil } }

  /// Shows events from now on; does nothing where it does already.
  func begin(_ session: Session, _ output: PromptOutput) throws(InprocError) {
    if isOn { return }
    let palette = output.palette
    let trace = try LiveTrace(of: session, isASCII: !Terminal.isUTF8) { lines in
      output.text(lines.map { palette("#", .note) + palette.trace($0) }.joined(separator: "\n"))
    }
    live.withLock { $0 = trace }
  }

  func end() {
    let trace = live.withLock { live in
      defer { live = nil }
      return live
    }
    trace?.end()
  }

  /// Shows what has happened so far, before something else is printed.
  func show() { live.withLock { $0 }?.show() }
}

extension Palette {
  /// A line of a trace, its parts told apart.
  func trace(_ line: TraceLine) -> String {
    line.parts.map { part in
      switch part.role {
      case .time, .wait: self(part.text, .note)
      case .thread: self(part.text, .thread)
      case .arrow: self(part.text, .result)
      case .alarm: self(part.text, .error)
      case .plain: part.text
      }
    }.joined()
  }
}
