import Foundation
import Synchronization

/// Ctrl-C while files are replayed: the first requests the end, so that the results so far are
/// reported; a second one ends the program at once.
enum Interrupt {
  private static let requests = Atomic(0)
  private static let awaited = Atomic(false)

  /// Whether Ctrl-C was pressed while ``isAwaited`` was set.
  static var isRequested: Bool { requests.load(ordering: .acquiring) > 0 }

  /// Whether the program checks ``isRequested`` now; if not, Ctrl-C ends it at once.
  static var isAwaited: Bool {
    get { awaited.load(ordering: .acquiring) }
    set { awaited.store(newValue, ordering: .releasing) }
  }

  /// How long runs may take to end by themselves after Ctrl-C.
  static let patience = Duration.seconds(1)

  /// Initialises the globals that the signal handler uses, as it must not do that itself.
  static func prepare() {
    _ = isRequested
    _ = isAwaited
    ProgressLine.takeAwayInSignalHandler()
  }

  /// Handles the signal, by async-signal-safe calls only.
  static func handle() {
    let isFirst = requests.add(1, ordering: .acquiringAndReleasing).oldValue == 0
    if isFirst, awaited.load(ordering: .acquiring) { return }
    ProgressLine.takeAwayInSignalHandler()
    _exit(130)
  }
}
