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
    unwrap(try await inbound.receive(until: Deadline(after: timeout, of: clock)))
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
    try await outbound.send(message, until: Deadline(after: timeout, of: clock))
  }
}

// Many messages at once, and receipts.

extension ReceivingEnd {
  /// Appends the oldest messages to a buffer. Suspends while there is none, at the latest until an
  /// instant of a clock; then takes what is there.
  ///
  /// - Parameters:
  ///   - buffer: keeps what it holds; is not touched where the call fails.
  ///   - limit: the most messages to take, 1 or more.
  ///   - deadline: when to give up.
  ///   - clock: whose instant that is, such as `SuspendingClock()` or a test's own.
  /// - Returns: how many were taken, 1 to `limit`.
  /// - Throws: `.timedOut` or `.cancelled`: then nothing was taken; `.closed`; `.invalidValue` for a
  ///   limit below 1.
  @discardableResult
  public func receive<C: Clock>(
    into buffer: inout [Received], max limit: Int, until deadline: C.Instant, clock: C
  ) async throws(InprocError) -> Int {
    try await receive(&buffer, limit, Deadline(deadline, clock))
  }

  /// Appends the oldest messages to a buffer. Suspends while there is none, but not longer than a
  /// clock says; then takes what is there.
  ///
  /// - Parameters:
  ///   - buffer: keeps what it holds; is not touched where the call fails.
  ///   - limit: the most messages to take, 1 or more.
  ///   - timeout: the longest wait for the first.
  ///   - clock: what measures it.
  /// - Returns: how many were taken, 1 to `limit`.
  /// - Throws: `.timedOut` or `.cancelled`: then nothing was taken; `.closed`; `.invalidValue` for a
  ///   limit below 1.
  @discardableResult
  public func receive<C: Clock>(
    into buffer: inout [Received], max limit: Int, timeout: C.Duration, clock: C
  ) async throws(InprocError) -> Int {
    try await receive(&buffer, limit, Deadline(after: timeout, of: clock))
  }
}

extension SendingEnd {
  /// Sends messages in their order. Suspends while a bounded endpoint is full, at the latest until an
  /// instant of a clock.
  ///
  /// - Parameters:
  ///   - messages: are not copied, if they are an array.
  ///   - deadline: when to give up.
  ///   - clock: whose instant that is, such as `SuspendingClock()` or a test's own.
  /// - Returns: how many were sent: all, unless the time ran out, the task was cancelled or an end
  ///   was closed after the first.
  /// - Throws: `.timedOut`, `.closed`, `.cancelled`, if none was sent.
  public func send<C: Clock>(
    contentsOf messages: some Collection<Message> & Sendable, until deadline: C.Instant, clock: C
  ) async throws(InprocError) -> Int {
    try await outbound.send(Array(messages), until: Deadline(deadline, clock))
  }

  /// Sends messages in their order. Suspends while a bounded endpoint is full, but not longer than a
  /// clock says.
  ///
  /// - Parameters:
  ///   - messages: are not copied, if they are an array.
  ///   - timeout: the longest wait for all of them.
  ///   - clock: what measures it.
  /// - Returns: how many were sent: all, unless the time ran out, the task was cancelled or an end
  ///   was closed after the first.
  /// - Throws: `.timedOut`, `.closed`, `.cancelled`, if none was sent.
  public func send<C: Clock>(
    contentsOf messages: some Collection<Message> & Sendable, timeout: C.Duration, clock: C
  ) async throws(InprocError) -> Int {
    try await outbound.send(Array(messages), until: Deadline(after: timeout, of: clock))
  }
}

extension ConnectedEnd {
  /// Suspends until all that was sent to the endpoint before this call has been received, at the
  /// latest until an instant of a clock. As `waitUntilReceived(timeout:)`.
  ///
  /// - Parameters:
  ///   - deadline: when to give up.
  ///   - clock: whose instant that is, such as `SuspendingClock()` or a test's own.
  /// - Throws: `.closed` if some were dropped because the receiving end was released; `.timedOut`,
  ///   `.cancelled`.
  public func waitUntilReceived<C: Clock>(
    until deadline: C.Instant, clock: C
  ) async throws(InprocError) {
    try await outbound.waitUntilReceived(until: Deadline(deadline, clock))
  }

  /// Suspends until all that was sent to the endpoint before this call has been received, but not
  /// longer than a clock says. As `waitUntilReceived(timeout:)`.
  ///
  /// - Parameters:
  ///   - timeout: the longest wait.
  ///   - clock: what measures it.
  /// - Throws: `.closed` if some were dropped because the receiving end was released; `.timedOut`,
  ///   `.cancelled`.
  public func waitUntilReceived<C: Clock>(
    timeout: C.Duration, clock: C
  ) async throws(InprocError) {
    try await outbound.waitUntilReceived(until: Deadline(after: timeout, of: clock))
  }
}
