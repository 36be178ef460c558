extension SelectCase {
  /// Sends a value, if this is the case that is chosen; else it stays the caller's.
  ///
  /// - Parameters:
  ///   - value: is copied, if the case is carried out several times.
  ///   - end: a sender of values.
  ///   - body: is called after it was sent.
  /// - Returns: a case.
  public static func send<Value: Sendable>(
    _ value: Value, over end: ValueSender<Value>, _ body: @escaping () -> Result
  ) -> SelectCase {
    let message = end.store.share(value, isShared: true)
    return SelectCase(Selection.Target(sending: message, over: end)) { _ in body() }
  }
}
