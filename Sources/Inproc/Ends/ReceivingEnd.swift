/// What a ``ReceivingEnd`` receives from; opaque.
public struct Inbound: Sendable {
  let channel: Channel

  func receive(until deadline: Deadline) throws(InprocError) -> Envelope {
    try channel.instrumented(.receive) { () throws(InprocError) in
      try channel.receive(until: deadline)
    }
  }

  func tryReceive() throws(InprocError) -> Envelope? {
    try channel.instrumented(.tryReceive) { () throws(InprocError) in try channel.tryReceive() }
  }

  /// The oldest message, for a task that need not wait for it. Allocates nothing, and stays on the caller's
  /// executor.
  @inline(__always) func receiveAtOnce() -> Envelope? {
    channel.hasCheckpoints || CallingTask().isCancelled ? nil : channel.takeDirectly()
  }

  func receive(until deadline: Deadline) async throws(InprocError) -> Envelope {
    if let envelope = receiveAtOnce() { return envelope }
    return try await receiveLater(until: deadline)
  }

  /// Receives for a task that has just found no message.
  @inline(__always)
  func receiveLater(until deadline: Deadline) async throws(InprocError) -> Envelope {
    try await channel.instrumented(.receive) { () async throws(InprocError) in
      try await channel.receive(until: deadline)
    }
  }
}

/// One received message and its sender; opaque.
public struct Delivery: Sendable {
  let envelope: Envelope
  let server: ServerState?
}

/// The verbs of all that receives: ``Receiver``, ``Server`` and ``Client``.
///
/// A server receives ``Request``s, the others ``Message``s. Several threads and tasks may receive on
/// one; each message goes to exactly one of them. A wait that times out, is interrupted or cancelled
/// has taken nothing.
public protocol ReceivingEnd: ReceivingReference {}

extension ReceivingEnd {
  func unwrap(_ envelope: Envelope) -> Received {
    unwrap(Delivery(envelope: envelope, server: (self as? Server)?.state))
  }

  /// The oldest message. Blocks while there is none.
  ///
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.closed` once nothing is queued and nothing can come, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await receive()'; at the top level of main.swift, within a function"
  )
  @discardableResult
  public func receive() throws(InprocError) -> Received {
    unwrap(try inbound.receive(until: .never))
  }

  /// The oldest message. Blocks while there is none, but not longer than that.
  ///
  /// - Parameter timeout: the longest wait; nil waits without limit.
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.timedOut`, `.closed`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await receive(timeout:)'; at the top level of main.swift, within a function"
  )
  @discardableResult
  public func receive(timeout: Duration?) throws(InprocError) -> Received {
    unwrap(try inbound.receive(until: Deadline(timeout)))
  }

  /// The oldest message. Blocks while there is none, at the latest until an instant.
  ///
  /// - Parameter deadline: when to give up.
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.timedOut`, `.closed`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await receive(until:)'; at the top level of main.swift, within a function"
  )
  @discardableResult
  public func receive(until deadline: ContinuousClock.Instant) throws(InprocError) -> Received {
    unwrap(try inbound.receive(until: .at(deadline)))
  }

  /// The oldest message, if one is there.
  ///
  /// - Returns: the message, taken from the queue; nil where nothing is queued.
  /// - Throws: `.closed`.
  public func tryReceive() throws(InprocError) -> Received? {
    try inbound.tryReceive().map(unwrap)
  }

  /// Takes all queued messages, without waiting; where there is none, or all is closed, an empty
  /// array. A message that waits at a rendezvous is not queued. O(messages).
  public func drain() -> [Received] {
    let channel = inbound.channel
    return channel.act(.drain) { channel.drain() }.map(unwrap)
  }

  /// The oldest message. Suspends while there is none.
  ///
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.cancelled`: then nothing was taken; `.closed`.
  @discardableResult
  @specialized(where Self == Receiver)
  public func receive() async throws(InprocError) -> Received {
    if let envelope = inbound.receiveAtOnce() { return unwrap(envelope) }
    return unwrap(try await inbound.receiveLater(until: .never))
  }

  /// The oldest message. Suspends while there is none, but not longer than that.
  ///
  /// - Parameter timeout: the longest wait; nil waits without limit.
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.timedOut` or `.cancelled`: then nothing was taken; `.closed`.
  @discardableResult
  public func receive(timeout: Duration?) async throws(InprocError) -> Received {
    unwrap(try await inbound.receive(until: Deadline(timeout)))
  }

  /// The oldest message. Suspends while there is none, at the latest until an instant.
  ///
  /// - Parameter deadline: when to give up.
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.timedOut` or `.cancelled`: then nothing was taken; `.closed`.
  @discardableResult
  public func receive(
    until deadline: ContinuousClock.Instant
  ) async throws(InprocError) -> Received {
    unwrap(try await inbound.receive(until: .at(deadline)))
  }

  /// The messages as a sequence that blocks for each, until closed or interrupted.
  @available(*, noasync, message: "use 'for await message in receiver'")
  public var messages: BlockingMessages<Self> { BlockingMessages(end: self) }

  func query<Value: Sendable>(_ verb: Operation.Verb, _ body: (Channel) -> Value) -> Value {
    let channel = inbound.channel
    return channel.query(verb) { body(channel) }
  }

  /// The endpoint it belongs to.
  public var endpoint: Endpoint { inbound.channel.endpoint }
  /// How many messages are queued now.
  public var count: Int { query(.count) { $0.count } }
  /// Whether no message is queued now.
  public var isEmpty: Bool { query(.isEmpty) { $0.count == 0 } }
  /// Whether senders have to wait now.
  public var isFull: Bool { query(.isFull) { $0.isFull } }
  /// How many messages are queued at most.
  public var capacity: Capacity { inbound.channel.capacity }
  /// How many connections are open. The binder's own half does not count.
  public var connectionCount: Int { query(.connectionCount) { $0.connectionCount } }
  /// Whether a receive would throw `.closed`: nothing is queued and nothing can come.
  public var isDisconnected: Bool { query(.isDisconnected) { $0.isDisconnected } }
}

/// Blocks for each message, until closed or interrupted.
public struct BlockingMessages<End: ReceivingEnd>: Sequence, IteratorProtocol {
  let end: End

  /// The next message; nil once closed or interrupted.
  @available(*, noasync)
  public func next() -> End.Received? { try? end.receive() }
}

/// Suspends for each message, until closed or the task is cancelled.
public struct AsyncMessages<End: ReceivingEnd>: AsyncIteratorProtocol {
  let end: End

  /// The next message; nil once closed or cancelled.
  @specialized(where End == Receiver)
  public mutating func next() async -> End.Received? {
    if let envelope = end.inbound.receiveAtOnce() { return end.unwrap(envelope) }
    return (try? await end.inbound.receiveLater(until: .never)).map(end.unwrap)
  }

  /// The next message; nil once closed or cancelled.
  @specialized(where End == Receiver)
  public mutating func next(isolation actor: isolated (any Actor)?) async -> End.Received? {
    if let envelope = end.inbound.receiveAtOnce() { return end.unwrap(envelope) }
    return (try? await end.inbound.receiveLater(until: .never)).map(end.unwrap)
  }
}
