public import CInprocCore

/// The receiving end of an endpoint: the one who bound it.
///
/// Several threads and tasks may receive on one; each message goes to exactly one of them.
///
/// ```swift
/// let jobs = try registry.bind("inproc://jobs")
/// for message in jobs.messages { print(message) }  // blocks for each, until closed
/// ```
///
/// Releasing a receiver closes it, and drops what is queued. A receiver that is queued at its own endpoint,
/// in an object that a message keeps alive, refers to itself: neither is released until someone receives
/// that message or calls ``close()`` and ``ReceivingEnd/drain()``.
public final class Receiver: @unchecked Sendable {
  // Unchecked for the pointer, to what changes as `MessageQueue` says.
  let channel: Channel
  // For the fast path, which does not go through the channel.
  @usableFromInline let cQueue: UnsafeMutablePointer<inproc_queue>

  init(channel: Channel) {
    self.channel = channel
    cQueue = channel.cQueue
  }

  deinit { Channel.discard(Unmanaged.passUnretained(channel.storage)) }
}

extension Receiver: ReceivingEnd, AsyncSequence {
  /// What an iteration gives.
  public typealias Element = Message
  /// An iteration does not fail: it ends.
  public typealias Failure = Never
  /// Where messages come from; opaque.
  public var inbound: Inbound { Inbound(channel: channel) }
  /// Makes what a receive gives of what came.
  public func unwrap(_ delivery: Delivery) -> Message { delivery.envelope.message }
  /// Suspends for each message, until closed or the task is cancelled.
  public func makeAsyncIterator() -> Iterator { Iterator(receiver: self) }

  /// Suspends for each message, until closed or the task is cancelled.
  public struct Iterator: AsyncIteratorProtocol {
    @usableFromInline let receiver: Receiver

    // Inlined where it is called, as `receive()` is. Mutating, though nothing changes: without that
    // the compiler's optimizer crashes on an iteration at the top level of a program.

    /// The next message; nil once closed or cancelled.
    @inlinable
    public mutating func next() async -> Message? {
      if let message = receiver.messageAtOnce() { return message }
      return try? await receiver.messageLater()
    }

    /// The next message; nil once closed or cancelled.
    @inlinable
    public mutating func next(isolation actor: isolated (any Actor)?) async -> Message? {
      if let message = receiver.messageAtOnce() { return message }
      return try? await receiver.messageLater()
    }
  }

  /// A sender to oneself. It keeps nothing open and is no connection: a receiver that only its own
  /// senders could reach is closed. It works after `unbind` too. That of a subscription is closed from
  /// the start: only the topic sends there.
  public func makeSender() -> Sender {
    let sender = Sender(channel: channel, isCounted: false)
    if channel.isSubscription { sender.close() }
    return sender
  }

  /// Unbinds the endpoint and refuses further messages; what is queued can still be received.
  /// Senders that wait throw `.closed`. Does nothing the second time.
  public func close() { channel.end(dropping: false) }

  /// Closes, and drops what is queued.
  package func discard() { channel.end(dropping: true) }

  /// Whether it was closed.
  public var isClosed: Bool { query(.isClosed) { $0.isClosed } }
}

// The verbs that are called most are not generic. Their fast path is inlined into the caller: see
// `Channel+Direct.swift`.
extension Receiver {
  /// The oldest message. Blocks while there is none.
  ///
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.closed` once nothing is queued and nothing can come, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await receive()'; at the top level of main.swift, within a function"
  )
  @discardableResult
  @inlinable
  public func receive() throws(InprocError) -> Message {
    let reservation = inproc_reserve_receive(cQueue)
    guard reservation.is_open else { return try receiveSlowly() }
    return take(reservation)
  }

  @inlinable @inline(__always)
  func take(_ reservation: inproc_reservation) -> Message {
    // A receiver's messages have no origin beside them.
    let message = reservation.slot.assumingMemoryBound(to: Message.self).move()
    commit(reservation)
    return message
  }

  /// Commits a slot whose message was moved out.
  @inlinable @inline(__always)
  func commit(_ reservation: inproc_reservation) {
    if inproc_commit_receive(cQueue, reservation) { notifyWaiters() }
  }

  @usableFromInline @inline(never) func notifyWaiters() { channel.notifyWaiters() }

  @usableFromInline @inline(never)
  func receiveSlowly() throws(InprocError) -> Message {
    if let message = takeProxied() ?? takeDirectly() { return message }
    return try inbound.receive(until: .never).message
  }

  /// Receives the oldest message at an end with an array proxy. Short queues never have one, because both of
  /// their ends write to the same cache lines.
  @inline(__always)
  private func takeProxied() -> Message? {
    if channel.queue.allowsElimination {
      inproc_abandon(INPROC_RECEIVERS)
      return nil
    }
    let reservation = inproc_reserve_proxied(cQueue)
    return reservation.is_open ? take(reservation) : nil
  }

  /// Receives directly, unless the queue is empty: a call that waits then retries anyway.
  private func takeDirectly() -> Message? {
    channel.hasCheckpoints || !inproc_holds_any(cQueue) ? nil : channel.takeDirectly()?.message
  }

  /// The oldest message. Suspends while there is none.
  ///
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.cancelled`: then nothing was taken; `.closed`.
  @discardableResult
  @inlinable
  public func receive() async throws(InprocError) -> Message {
    // Inlined where it is called: a message that is there costs no call of an async function, which
    // takes more time than the rest of a receive.
    if let message = messageAtOnce() { return message }
    return try await messageLater()
  }

  /// The oldest message, if one is there.
  ///
  /// - Returns: the message, taken from the queue; nil where nothing is queued.
  /// - Throws: `.closed`.
  @inlinable
  public func tryReceive() throws(InprocError) -> Message? {
    let reservation = inproc_reserve_receive(cQueue)
    guard reservation.is_open else { return try tryReceiveSlowly() }
    return take(reservation)
  }

  @usableFromInline @inline(never)
  func tryReceiveSlowly() throws(InprocError) -> Message? {
    if let message = takeProxied() ?? takeDirectly() { return message }
    return try inbound.tryReceive()?.message
  }

  /// The oldest message, for a task that is not cancelled; nil if it would have to wait.
  @usableFromInline func messageAtOnce() -> Message? {
    if !mayTakeAtOnce { return nil }
    let reservation = inproc_reserve_receive(cQueue)
    return reservation.is_open ? take(reservation) : messageAtOnceSlowly()
  }

  /// Whether a message may be there for a task that is not cancelled.
  @usableFromInline var mayTakeAtOnce: Bool {
    // An empty queue is read only once; the call that waits then checks whether the task is cancelled.
    !channel.hasCheckpoints && inproc_holds_any(cQueue) && !CallingTask().isCancelled
  }

  @usableFromInline @inline(never) func messageAtOnceSlowly() -> Message? {
    inproc_abandon(INPROC_RECEIVERS)
    return channel.takeDirectly()?.message
  }

  /// Receives for a task that has just found no message, or is cancelled.
  @usableFromInline func messageLater() async throws(InprocError) -> Message {
    try await inbound.receiveLater(until: .never).message
  }
}
