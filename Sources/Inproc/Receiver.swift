internal import CInprocPlatform

/// The receiving end of an endpoint: the one who bound it.
///
/// Several threads and tasks may receive on one; each message goes to exactly one of them.
///
/// ```swift
/// let jobs = try registry.bind("inproc://jobs")
/// for message in jobs.messages { print(message) }  // blocks for each, until closed
/// ```
///
/// Releasing a receiver closes it, and drops what is queued.
public final class Receiver: Sendable {
  let channel: Channel
  private let registry: Registry

  init(channel: Channel, registry: Registry) {
    self.channel = channel
    self.registry = registry
  }

  deinit { registry.discard(Unmanaged.passUnretained(channel.storage)) }
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

    // Inlined where it is called, as `receive()` is.

    /// The next message; nil once closed or cancelled.
    @inlinable
    public func next() async -> Message? {
      if let message = receiver.messageAtOnce() { return message }
      return try? await receiver.messageLater()
    }

    /// The next message; nil once closed or cancelled.
    @inlinable
    public func next(isolation actor: isolated (any Actor)?) async -> Message? {
      if let message = receiver.messageAtOnce() { return message }
      return try? await receiver.messageLater()
    }
  }

  /// A sender to oneself. It keeps nothing open and is no connection: a receiver that only its own
  /// senders could reach is closed. It works after `unbind` too.
  public func makeSender() -> Sender {
    Sender(channel: channel, isCounted: false)
  }

  /// Unbinds the endpoint and refuses further messages; what is queued can still be received.
  /// Senders that wait throw `.closed`. Does nothing the second time.
  public func close() { registry.close(channel, dropping: false) }

  /// Closes, and drops what is queued.
  package func discard() { registry.close(channel, dropping: true) }

  /// Whether it was closed.
  public var isClosed: Bool { look(.isClosed) { $0.isClosed } }
}

// The verbs that are called most, past all that is generic.
extension Receiver {
  /// The oldest message. Blocks while there is none.
  ///
  /// - Returns: the message, taken from the queue.
  /// - Throws: `.closed` once nothing is queued and nothing can come, `.interrupted`.
  @available(*, noasync, message: "use 'try await receive()'")
  @discardableResult
  public func receive() throws(InprocError) -> Message {
    let opening = channel.openReceive()
    if let slot = UnsafeMutableRawPointer(opening.slot) {
      // A receiver's messages have no origin beside them.
      let message = slot.assumingMemoryBound(to: Message.self).move()
      channel.closeReceive(opening)
      return message
    }
    return try receiveSlowly()
  }

  @inline(never)
  private func receiveSlowly() throws(InprocError) -> Message {
    // An empty queue is looked at only once.
    if !channel.hasCheckpoints, !channel.observation.isActive, channel.count > 0,
      let envelope = channel.takeDirectly()
    {
      return envelope.message
    }
    return try inbound.receive(until: .never).message
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
  public func tryReceive() throws(InprocError) -> Message? {
    let opening = channel.openReceive()
    if let slot = UnsafeMutableRawPointer(opening.slot) {
      let message = slot.assumingMemoryBound(to: Message.self).move()
      channel.closeReceive(opening)
      return message
    }
    return try inbound.tryReceive()?.message
  }

  /// The same for a task, unless that is cancelled.
  @usableFromInline func messageAtOnce() -> Message? {
    let opening = channel.openReceive()
    guard let slot = UnsafeMutableRawPointer(opening.slot) else {
      // An empty queue is looked at only once; who waits there asks whether the task is cancelled.
      if channel.hasCheckpoints || channel.count == 0 || CallingTask().isCancelled { return nil }
      return channel.takeDirectly()?.message
    }
    if CallingTask().isCancelled {
      channel.giveUpReceive(opening)
      return nil
    }
    let message = slot.assumingMemoryBound(to: Message.self).move()
    channel.closeReceive(opening)
    return message
  }

  /// For a task that has just found nothing, or is cancelled.
  @usableFromInline func messageLater() async throws(InprocError) -> Message {
    try await inbound.receiveLater(until: .never).message
  }
}
