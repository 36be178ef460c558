// A message of one frame needs no brackets. Each of these is what the call of the same name does with
// a `Message`, which comes first where a literal could be both.

extension SendingEnd {
  /// Sends a message of one frame. Blocks while a bounded endpoint is full.
  ///
  /// - Parameter frame: a ``Frame``, text or bytes.
  /// - Throws: `.closed` if the receiving end or this one is closed, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:)'; at the top level of main.swift, within a function"
  )
  @_disfavoredOverload
  public func send(_ frame: some FrameConvertible) throws(InprocError) {
    try send(Message(frame))
  }

  /// Sends a message of one frame. Blocks while a bounded endpoint is full, but not longer than that.
  ///
  /// - Parameters:
  ///   - frame: a ``Frame``, text or bytes.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Throws: `.timedOut`: then it was not sent; `.closed`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:timeout:)'; at the top level of main.swift, within a function"
  )
  @_disfavoredOverload
  public func send(_ frame: some FrameConvertible, timeout: Duration?) throws(InprocError) {
    try send(Message(frame), timeout: timeout)
  }

  /// Sends a message of one frame. Blocks while a bounded endpoint is full, at the latest until an
  /// instant.
  ///
  /// - Parameters:
  ///   - frame: a ``Frame``, text or bytes.
  ///   - deadline: when to give up.
  /// - Throws: `.timedOut`: then it was not sent; `.closed`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:until:)'; at the top level of main.swift, within a function"
  )
  @_disfavoredOverload
  public func send(
    _ frame: some FrameConvertible, until deadline: ContinuousClock.Instant
  ) throws(InprocError) {
    try send(Message(frame), until: deadline)
  }

  /// Sends a message of one frame if that needs no waiting.
  ///
  /// - Parameter frame: a ``Frame``, text or bytes.
  /// - Returns: false where it would have had to wait; then it was not sent.
  /// - Throws: `.closed`.
  @_disfavoredOverload
  public func trySend(_ frame: some FrameConvertible) throws(InprocError) -> Bool {
    try trySend(Message(frame))
  }

  /// Sends a message of one frame. Suspends while a bounded endpoint is full.
  ///
  /// - Parameter frame: a ``Frame``, text or bytes.
  /// - Throws: `.cancelled`: then it was not sent; `.closed`.
  @_disfavoredOverload
  public func send(_ frame: some FrameConvertible) async throws(InprocError) {
    try await send(Message(frame))
  }

  /// Sends a message of one frame. Suspends while a bounded endpoint is full, but not longer than
  /// that.
  ///
  /// - Parameters:
  ///   - frame: a ``Frame``, text or bytes.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  @_disfavoredOverload
  public func send(_ frame: some FrameConvertible, timeout: Duration?) async throws(InprocError) {
    try await send(Message(frame), timeout: timeout)
  }

  /// Sends a message of one frame. Suspends while a bounded endpoint is full, at the latest until an
  /// instant.
  ///
  /// - Parameters:
  ///   - frame: a ``Frame``, text or bytes.
  ///   - deadline: when to give up.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  @_disfavoredOverload
  public func send(
    _ frame: some FrameConvertible, until deadline: ContinuousClock.Instant
  ) async throws(InprocError) {
    try await send(Message(frame), until: deadline)
  }

  /// Sends a message of one frame. Suspends while a bounded endpoint is full, at the latest until an
  /// instant of a clock.
  ///
  /// - Parameters:
  ///   - frame: a ``Frame``, text or bytes.
  ///   - deadline: when to give up.
  ///   - clock: whose instant that is, such as `SuspendingClock()` or a test's own.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  @_disfavoredOverload
  public func send<C: Clock>(
    _ frame: some FrameConvertible, until deadline: C.Instant, clock: C
  ) async throws(InprocError) {
    try await send(Message(frame), until: deadline, clock: clock)
  }

  /// Sends a message of one frame. Suspends while a bounded endpoint is full, but not longer than a
  /// clock says.
  ///
  /// - Parameters:
  ///   - frame: a ``Frame``, text or bytes.
  ///   - timeout: the longest wait.
  ///   - clock: what measures it.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  @_disfavoredOverload
  public func send<C: Clock>(
    _ frame: some FrameConvertible, timeout: C.Duration, clock: C
  ) async throws(InprocError) {
    try await send(Message(frame), timeout: timeout, clock: clock)
  }
}

extension Server {
  /// Sends a message of one frame to one client. Never blocks: replies are not bounded.
  ///
  /// - Parameters:
  ///   - frame: a ``Frame``, text or bytes.
  ///   - client: as a request names it.
  /// - Throws: `.noPeer` if no client of that identity is connected, `.closed`.
  @_disfavoredOverload
  public func send(_ frame: some FrameConvertible, to client: Client.ID) throws(InprocError) {
    try send(Message(frame), to: client)
  }
}

extension Request {
  /// Answers the client with one frame, as ``reply(_:)-(Message)`` does with a message.
  ///
  /// - Parameter frame: a ``Frame``, text or bytes.
  /// - Throws: `.noPeer` once that client is gone or where a plain connection sent the request,
  ///   `.closed` once the server is closed.
  @_disfavoredOverload
  public func reply(_ frame: some FrameConvertible) throws(InprocError) {
    try reply(Message(frame))
  }
}
