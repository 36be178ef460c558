import Foundation
import Inproc
import InprocScript

/// The trace at a prompt, on or off.
final class PromptTrace: Sendable {
  private let live = Guarded<LiveTrace?>(nil)

  var isOn: Bool { live.withLock { $0 != nil } }

  /// Shows events from now on. It does nothing if the trace is on already.
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

  /// Shows the events so far, before something else is printed.
  func show() { live.withLock { $0 }?.show() }
}

extension Palette {
  /// A line of a trace, with a colour for each of its parts.
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
