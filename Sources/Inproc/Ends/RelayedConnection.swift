/// What is sent over it counts, for events, as sent over another connection.
final class RelayedConnection: Connection, @unchecked Sendable {
  // Unchecked as its superclass is.
  private let original: Connection

  /// - Parameters:
  ///   - original: the other one.
  ///   - origin: who its messages come from.
  init(of original: Connection, origin: Origin?) {
    self.original = original
    super.init(isCounted: false, origin: origin)
  }

  override func number(_ observers: Observers) -> UInt64? { original.number(observers) }
}
