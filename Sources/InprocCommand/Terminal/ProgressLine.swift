import Foundation
import Inproc
import InprocText
import Synchronization

/// One line on a terminal that tells how far a search is, rewritten in place and taken away at the
/// end. Where standard error is no terminal there is none.
enum ProgressLine {
  private static let isShown = Guarded(false)
  /// The same for signal handlers, which must not lock.
  private static let isOnScreen = Atomic(false)

  /// Shows a line, or with nil takes it away; nil itself where there is no terminal.
  static let tell: (@Sendable (String?) -> Void)? =
    isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    ? { @Sendable text in show(text) } : nil

  private static func show(_ text: String?) {
    isShown.withLock { isShown in
      guard isShown || text != nil else { return }
      // Cut, so that it never wraps: what has wrapped can't be taken back.
      let width = max(1, min(79, Terminal.columns(of: STDERR_FILENO)) - 1)
      let line = text.map { $0.escapingUnprintable.cut(to: width) } ?? ""
      emit("\r\u{1B}[K\(line)", to: .standardError, endsLine: false, isRaw: true)
      isShown = text != nil
      isOnScreen.store(isShown, ordering: .releasing)
    }
  }

  /// Takes the line away where a signal ends the program.
  static func takeAwayInSignalHandler() {
    guard isOnScreen.load(ordering: .acquiring) else { return }
    Output.eraseLineInSignalHandler()
  }
}
