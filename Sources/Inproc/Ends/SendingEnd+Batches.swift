// Many messages in one call.

extension SendingEnd {
  /// Sends messages in their order. Blocks while a bounded endpoint is full.
  ///
  /// What was not sent stays the caller's: the result says how much of the collection was sent, and
  /// the next call throws why it was not more.
  ///
  /// ```swift
  /// var left = messages[...]
  /// while !left.isEmpty { left = left.dropFirst(try out.send(contentsOf: left)) }
  /// ```
  ///
  /// - Parameters:
  ///   - messages: are not copied, if they are an array.
  ///   - timeout: the longest wait for all of them; nil waits without limit.
  /// - Returns: how many were sent: all, unless the time ran out, the wait was interrupted or an end
  ///   was closed after the first.
  /// - Throws: `.timedOut`, `.closed`, `.interrupted`, if none was sent.
  /// - Complexity: O(messages); the queue is locked once for all that fit.
  @available(
    *, noasync,
    message:
      "use 'try await send(contentsOf:timeout:)'; at the top level of main.swift, within a function"
  )
  public func send(
    contentsOf messages: some Collection<Message>, timeout: Duration? = nil
  ) throws(InprocError) -> Int {
    try outbound.send(Array(messages), until: Deadline(timeout))
  }

  /// Sends messages in their order. Suspends while a bounded endpoint is full.
  ///
  /// What was not sent stays the caller's: the result says how much of the collection was sent, and
  /// the next call throws why it was not more.
  ///
  /// - Parameters:
  ///   - messages: are not copied, if they are an array.
  ///   - timeout: the longest wait for all of them; nil waits without limit.
  /// - Returns: how many were sent: all, unless the time ran out, the task was cancelled or an end
  ///   was closed after the first.
  /// - Throws: `.timedOut`, `.closed`, `.cancelled`, if none was sent.
  /// - Complexity: O(messages); the queue is locked once for all that fit.
  public func send(
    contentsOf messages: some Collection<Message> & Sendable, timeout: Duration? = nil
  ) async throws(InprocError) -> Int {
    try await outbound.send(Array(messages), until: Deadline(timeout))
  }

  /// Sends messages in their order until one would have to wait. Never blocks.
  ///
  /// - Parameter messages: are not copied, if they are an array.
  /// - Returns: how many were sent; the others stay the caller's.
  /// - Throws: `.closed`, if none was sent.
  /// - Complexity: O(messages); the queue is locked once for all that fit.
  public func trySend(contentsOf messages: some Collection<Message>) throws(InprocError) -> Int {
    try outbound.trySend(Array(messages))
  }
}
