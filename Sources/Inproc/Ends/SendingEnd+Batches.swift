// Many messages in one call, and waiting until all were received.

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

  /// Blocks until all that was sent to the endpoint before this call, by whomever, has been received:
  /// taken from the queue, not necessarily dealt with. Messages that gave way to newer ones in a
  /// queue of the latest count as received. At a rendezvous a send has waited for that already.
  ///
  /// Works after this end was closed, too. While it waits, receiving costs a lock more.
  ///
  /// - Parameter timeout: the longest wait; nil waits without limit.
  /// - Throws: `.closed` if some were dropped because the receiving end was released; `.timedOut`,
  ///   `.interrupted`.
  @available(
    *, noasync,
    message:
      "use 'try await waitUntilReceived(timeout:)'; at the top level of main.swift, within a function"
  )
  public func waitUntilReceived(timeout: Duration? = nil) throws(InprocError) {
    let channel = outbound.channel
    try channel.instrumented(.waitUntilReceived) { () throws(InprocError) in
      try channel.waitUntilReceived(until: Deadline(timeout))
    }
  }

  /// Suspends until all that was sent to the endpoint before this call, by whomever, has been
  /// received: taken from the queue, not necessarily dealt with. Messages that gave way to newer ones
  /// in a queue of the latest count as received.
  ///
  /// - Parameter timeout: the longest wait; nil waits without limit.
  /// - Throws: `.closed` if some were dropped because the receiving end was released; `.timedOut`,
  ///   `.cancelled`.
  public func waitUntilReceived(timeout: Duration? = nil) async throws(InprocError) {
    try await outbound.waitUntilReceived(until: Deadline(timeout))
  }
}
