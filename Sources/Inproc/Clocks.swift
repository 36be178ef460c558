// Deadlines of any clock, for tasks. A blocking call has the continuous clock only: the kernel knows
// no other.

extension ReceivingEnd {
  /// The oldest message. Suspends while there is none, at the latest until an instant of a clock.
  ///
  /// - Parameters:
  ///   - deadline: when to give up.
  ///   - clock: whose instant that is, such as `SuspendingClock()` or a test's own.
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.timedOut` or `.cancelled`: then nothing was taken; `.closed`.
  @discardableResult
  public func receive<C: Clock>(
    until deadline: C.Instant, clock: C
  ) async throws(InprocError) -> Received {
    unwrap(try await inbound.receive(until: Deadline(deadline, clock)))
  }

  /// The oldest message. Suspends while there is none, but not longer than a clock says.
  ///
  /// - Parameters:
  ///   - timeout: the longest wait.
  ///   - clock: what measures it.
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.timedOut` or `.cancelled`: then nothing was taken; `.closed`.
  @discardableResult
  public func receive<C: Clock>(
    timeout: C.Duration, clock: C
  ) async throws(InprocError) -> Received {
    try await receive(until: clock.now.advanced(by: timeout), clock: clock)
  }
}

extension SendingEnd {
  /// Sends one message. Suspends while a bounded endpoint is full, at the latest until an instant of
  /// a clock.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - deadline: when to give up.
  ///   - clock: whose instant that is, such as `SuspendingClock()` or a test's own.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  public func send<C: Clock>(
    _ message: Message, until deadline: C.Instant, clock: C
  ) async throws(InprocError) {
    try await outbound.send(message, until: Deadline(deadline, clock))
  }

  /// Sends one message. Suspends while a bounded endpoint is full, but not longer than a clock says.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - timeout: the longest wait.
  ///   - clock: what measures it.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  public func send<C: Clock>(
    _ message: Message, timeout: C.Duration, clock: C
  ) async throws(InprocError) {
    try await send(message, until: clock.now.advanced(by: timeout), clock: clock)
  }
}
