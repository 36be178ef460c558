extension SelectCase {
  /// Sends a message of one frame, if this is the case that is chosen; else it stays the caller's.
  ///
  /// - Parameters:
  ///   - frame: a ``Frame``, text or bytes.
  ///   - end: a sender or client.
  ///   - body: is called after it was sent.
  /// - Returns: a case.
  @_disfavoredOverload
  @inlinable
  public static func send(
    _ frame: some FrameConvertible, over end: some SendingEnd, _ body: @escaping () -> Result
  ) -> SelectCase {
    send(Message(frame), over: end, body)
  }
}
