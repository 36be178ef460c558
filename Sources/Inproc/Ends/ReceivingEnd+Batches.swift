// Many messages in one call, into a buffer of the caller's.

extension ReceivingEnd {
  /// Appends the oldest messages to a buffer. Blocks while there is none, then takes what is there.
  ///
  /// ```swift
  /// var batch: [Message] = []
  /// while true {
  ///   batch.removeAll(keepingCapacity: true)
  ///   try jobs.receive(into: &batch, max: 64)
  ///   for message in batch { print(message) }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - buffer: keeps what it holds; is not touched where the call fails. Nothing is allocated while
  ///     it has the capacity.
  ///   - limit: the most messages to take, 1 or more.
  ///   - timeout: the longest wait for the first; nil waits without limit.
  /// - Returns: how many were taken, 1 to `limit`.
  /// - Throws: `.timedOut`, `.interrupted`, `.closed` once nothing is queued and nothing can come;
  ///   `.invalidValue` for a limit below 1.
  /// - Complexity: O(messages taken); the queue is locked once for all of them.
  @available(
    *, noasync,
    message:
      "use 'try await receive(into:max:timeout:)'; at the top level of main.swift, within a function"
  )
  @discardableResult
  public func receive(
    into buffer: inout [Received], max limit: Int, timeout: Duration? = nil
  ) throws(InprocError) -> Int {
    try receive(&buffer, limit, Deadline(timeout))
  }

  /// Appends the oldest messages to a buffer. Blocks while there is none, at the latest until an
  /// instant; then takes what is there.
  ///
  /// - Parameters:
  ///   - buffer: keeps what it holds; is not touched where the call fails.
  ///   - limit: the most messages to take, 1 or more.
  ///   - deadline: when to give up.
  /// - Returns: how many were taken, 1 to `limit`.
  /// - Throws: `.timedOut`, `.interrupted`, `.closed`; `.invalidValue` for a limit below 1.
  @available(
    *, noasync,
    message:
      "use 'try await receive(into:max:until:)'; at the top level of main.swift, within a function"
  )
  @discardableResult
  public func receive(
    into buffer: inout [Received], max limit: Int, until deadline: ContinuousClock.Instant
  ) throws(InprocError) -> Int {
    try receive(&buffer, limit, .at(deadline))
  }

  /// Appends the oldest messages to a buffer, if some are there. Never waits.
  ///
  /// - Parameters:
  ///   - buffer: keeps what it holds.
  ///   - limit: the most messages to take, 1 or more.
  /// - Returns: how many were taken; 0 where nothing is queued.
  /// - Throws: `.closed`; `.invalidValue` for a limit below 1.
  @specialized(where Self == Receiver)
  public func tryReceive(
    into buffer: inout [Received], max limit: Int
  ) throws(InprocError) -> Int {
    try validate(limit)
    let (channel, server) = (inbound.channel, server)
    return try channel.instrumented(.tryReceive) { () throws(InprocError) in
      try channel.tryReceive(limit) {
        buffer.append(unwrap(Delivery(envelope: $0, server: server)))
      }
    }
  }

  /// Appends the oldest messages to a buffer. Suspends while there is none, then takes what is there.
  ///
  /// - Parameters:
  ///   - buffer: keeps what it holds; is not touched where the call fails.
  ///   - limit: the most messages to take, 1 or more.
  ///   - timeout: the longest wait for the first; nil waits without limit.
  /// - Returns: how many were taken, 1 to `limit`.
  /// - Throws: `.timedOut` or `.cancelled`: then nothing was taken; `.closed`; `.invalidValue` for a
  ///   limit below 1.
  /// - Complexity: O(messages taken); the queue is locked once for all of them.
  @discardableResult
  public func receive(
    into buffer: inout [Received], max limit: Int, timeout: Duration? = nil
  ) async throws(InprocError) -> Int {
    try await receive(&buffer, limit, Deadline(timeout))
  }

  /// Appends the oldest messages to a buffer. Suspends while there is none, at the latest until an
  /// instant; then takes what is there.
  ///
  /// - Parameters:
  ///   - buffer: keeps what it holds; is not touched where the call fails.
  ///   - limit: the most messages to take, 1 or more.
  ///   - deadline: when to give up.
  /// - Returns: how many were taken, 1 to `limit`.
  /// - Throws: `.timedOut` or `.cancelled`: then nothing was taken; `.closed`; `.invalidValue` for a
  ///   limit below 1.
  @discardableResult
  public func receive(
    into buffer: inout [Received], max limit: Int, until deadline: ContinuousClock.Instant
  ) async throws(InprocError) -> Int {
    try await receive(&buffer, limit, .at(deadline))
  }

  /// Appends all queued messages to a buffer, without waiting. A message that waits at a rendezvous
  /// is not queued.
  ///
  /// - Parameter buffer: keeps what it holds. Nothing is allocated while it has the capacity.
  /// - Returns: how many were taken; 0 where there is none, or all is closed.
  /// - Complexity: O(messages).
  @discardableResult
  @specialized(where Self == Receiver)
  public func drain(into buffer: inout [Received]) -> Int {
    let (channel, server) = (inbound.channel, server)
    return channel.act(.drain) {
      channel.drain { buffer.append(unwrap(Delivery(envelope: $0, server: server))) }
    }
  }

  @specialized(where Self == Receiver)
  private func receive(
    _ buffer: inout [Received], _ limit: Int, _ deadline: Deadline
  ) throws(InprocError) -> Int {
    try validate(limit)
    let (channel, server) = (inbound.channel, server)
    return try channel.instrumented(.receive) { () throws(InprocError) in
      try channel.receive(limit, until: deadline) {
        buffer.append(unwrap(Delivery(envelope: $0, server: server)))
      }
    }
  }

  @specialized(where Self == Receiver)
  func receive(
    _ buffer: inout [Received], _ limit: Int, _ deadline: Deadline
  ) async throws(InprocError) -> Int {
    try validate(limit)
    let (channel, server) = (inbound.channel, server)
    return try await channel.instrumented(.receive) { () async throws(InprocError) in
      try await channel.receive(limit, until: deadline) {
        buffer.append(unwrap(Delivery(envelope: $0, server: server)))
      }
    }
  }

  private var server: ServerState? { (self as? Server)?.state }

  private func validate(_ limit: Int) throws(InprocError) {
    if limit < 1 {
      throw InprocError(
        .invalidValue, "a receive of at most \(limit) messages could never end; ask for 1 or more")
    }
  }
}
