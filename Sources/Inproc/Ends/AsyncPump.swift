extension SendingEnd {
  /// Sends every element of an asynchronous sequence, in order. Suspends while a bounded endpoint is
  /// full, and asks the sequence for no further element meanwhile: the receiver sets the pace.
  ///
  /// ```swift
  /// try await sender.send(contentsOf: lines.map { [Frame($0)] })
  /// ```
  ///
  /// - Parameter sequence: is iterated on the caller's task.
  /// - Throws: what the sequence throws; `InprocError` `.closed` or `.cancelled`: then the element
  ///   that was asked for last is not sent, and all before it are.
  public func send<Messages: AsyncSequence>(
    contentsOf sequence: Messages
  ) async throws where Messages.Element == Message {
    for try await message in sequence { try await send(message) }
  }
}
