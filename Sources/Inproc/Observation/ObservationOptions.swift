/// What of a message an observer keeps.
public enum ObservedMessages: Sendable {
  /// The message itself, which copies no bytes and keeps them alive.
  case whole
  /// Only how many frames and bytes it has.
  case sizes
}

/// What becomes of events that an observer has no time for.
public enum EventBuffering: Hashable, Sendable {
  /// The newest that many are kept, the oldest give way.
  case newest(Int)
  /// The oldest that many are kept, later ones are lost.
  case oldest(Int)
  /// All are kept, whatever memory that takes.
  case unbounded

  var limit: Int {
    switch self {
    case .newest(let limit), .oldest(let limit): max(1, limit)
    case .unbounded: .max
    }
  }
}
