import Foundation
import Synchronization

/// Ctrl-C while files are replayed: the first one asks for the end, so that what was found so far is
/// reported; a second one ends the program at once.
enum Interrupt {
  private static let requests = Atomic(0)
  private static let awaited = Atomic(false)

  /// Whether Ctrl-C was pressed while that was awaited.
  static var isRequested: Bool { requests.load(ordering: .acquiring) > 0 }

  /// Whether someone asks for ``isRequested`` now; else Ctrl-C ends the program at once.
  static var isAwaited: Bool {
    get { awaited.load(ordering: .acquiring) }
    set { awaited.store(newValue, ordering: .releasing) }
  }

  /// How long runs may take to end by themselves after Ctrl-C.
  static let patience = Duration.seconds(1)

  /// Makes what the signal handler uses, which must not begin there.
  static func prepare() {
    _ = isRequested
    _ = isAwaited
    ProgressLine.takeAwayInSignalHandler()
  }

  /// What the signal does. It does nothing that a signal handler may not.
  static func handle() {
    let isFirst = requests.add(1, ordering: .acquiringAndReleasing).oldValue == 0
    if isFirst, awaited.load(ordering: .acquiring) { return }
    ProgressLine.takeAwayInSignalHandler()
    _exit(130)
  }
}
