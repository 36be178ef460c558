import Foundation
import Inproc
import InprocText
import Synchronization

/// One line on the terminal that shows the progress of a search. It is rewritten in place and
/// erased at the end. Where standard error is no terminal it is not shown.
enum ProgressLine {
  private static let isShown = Guarded(false)
  /// The same value for signal handlers, which must not take a lock.
  private static let isOnScreen = Atomic(false)

  /// Shows a line, or erases it for nil; the closure itself is nil where there is no terminal.
  static let show: (@Sendable (String?) -> Void)? =
    isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    ? { @Sendable text in show(text) } : nil

  private static func show(_ text: String?) {
    isShown.withLock { isShown in
      guard isShown || text != nil else { return }
      // The line is cut so that it never wraps: a wrapped line can't be erased.
      let width = max(1, min(79, Terminal.columns(of: STDERR_FILENO)) - 1)
      let line = text.map { $0.escapingUnprintable.cut(to: width) } ?? ""
      emit("\r\u{1B}[K\(line)", to: .standardError, endsLine: false, isRaw: true)
      isShown = text != nil
      isOnScreen.store(isShown, ordering: .releasing)
    }
  }

  /// Erases the line where a signal ends the program.
  static func takeAwayInSignalHandler() {
    guard isOnScreen.load(ordering: .acquiring) else { return }
    Output.eraseLineInSignalHandler()
  }
}
