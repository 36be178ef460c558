public import CInprocCore

/// The receiving end of an endpoint of values: as ``Receiver``, of a type of one's own instead of messages.
///
/// ```swift
/// let jobs = try registry.bind("inproc://jobs", of: Job.self, capacity: .bounded(64))
/// for await job in jobs { print(job.id) }
/// ```
///
/// Several threads and tasks may receive on one; each value goes to exactly one of them. Releasing a
/// receiver closes it, and releases what is queued. A receiver that is queued at its own endpoint, as a
/// part of a value, refers to itself: neither is released until someone receives that value.
public final class ValueReceiver<Value: Sendable>: Sendable {
  @usableFromInline let receiver: Receiver
  @usableFromInline let store: ValueStore

  init(_ receiver: Receiver, _ store: ValueStore) {
    self.receiver = receiver
    self.store = store
  }
}

extension ValueReceiver: ReceivingEnd, AsyncSequence {
  /// What a receive gives.
  public typealias Received = Value
  /// What an iteration gives.
  public typealias Element = Value
  /// An iteration does not fail: it ends.
  public typealias Failure = Never
  /// Where values come from; opaque.
  public var inbound: Inbound { receiver.inbound }
  /// Makes what a receive gives of what came.
  public func unwrap(_ delivery: Delivery) -> Value {
    store.unwrap(delivery.envelope.message, as: Value.self)
  }
  /// Suspends for each value, until closed or the task is cancelled.
  public func makeAsyncIterator() -> Iterator { Iterator(receiver: self) }

  /// Suspends for each value, until closed or the task is cancelled.
  public struct Iterator: AsyncIteratorProtocol {
    @usableFromInline let receiver: ValueReceiver

    /// The next value; nil once closed or cancelled.
    @inlinable
    public mutating func next() async -> Value? { try? await receiver.receive() }

    /// The next value; nil once closed or cancelled.
    @inlinable
    public mutating func next(isolation actor: isolated (any Actor)?) async -> Value? {
      try? await receiver.receive()
    }
  }

  /// A sender to oneself. It keeps nothing open and is no connection: a receiver that only its own
  /// senders could reach is closed. It works after `unbind` too.
  public func makeSender() -> ValueSender<Value> { ValueSender(receiver.makeSender(), store) }

  /// Takes the endpoint off the registry: nobody can connect to it any more. Those who are connected go
  /// on; a receive throws `.closed` once the last of them has ended and nothing is queued. Never blocks,
  /// and does nothing the second time.
  public func unbind() { receiver.unbind() }

  /// Unbinds the endpoint and refuses further values; what is queued can still be received. Senders that
  /// wait throw `.closed`. Does nothing the second time.
  public func close() { receiver.close() }

  /// Whether it was closed.
  public var isClosed: Bool { receiver.isClosed }
}

// The verbs that are called most, inlined where they are called.
extension ValueReceiver {
  /// The oldest value. Blocks while there is none.
  ///
  /// - Returns: the value, taken from the queue.
  /// - Throws: `.closed` once nothing is queued and nothing can come, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await receive()'; at the top level of main.swift, within a function"
  )
  @discardableResult
  @inlinable
  public func receive() throws(InprocError) -> Value {
    let reservation = inproc_reserve_receive(receiver.cQueue)
    guard reservation.is_open else {
      return store.unwrap(try receiver.receiveSlowly(), as: Value.self)
    }
    return store.take(reservation, of: receiver, as: Value.self)
  }

  /// The oldest value, if one is there.
  ///
  /// - Returns: the value, taken from the queue; nil where nothing is queued.
  /// - Throws: `.closed`.
  @inlinable
  public func tryReceive() throws(InprocError) -> Value? {
    let reservation = inproc_reserve_receive(receiver.cQueue)
    guard reservation.is_open else {
      return try receiver.tryReceiveSlowly().map { store.unwrap($0, as: Value.self) }
    }
    return store.take(reservation, of: receiver, as: Value.self)
  }

  /// The oldest value. Suspends while there is none.
  ///
  /// - Returns: the value, taken from the queue.
  /// - Throws: `.cancelled`: then nothing was taken; `.closed`.
  @discardableResult
  @inlinable
  public func receive() async throws(InprocError) -> Value {
    if receiver.mayTakeAtOnce {
      let reservation = inproc_reserve_receive(receiver.cQueue)
      if reservation.is_open { return store.take(reservation, of: receiver, as: Value.self) }
      if let message = receiver.messageAtOnceSlowly() {
        return store.unwrap(message, as: Value.self)
      }
    }
    return store.unwrap(try await receiver.messageLater(), as: Value.self)
  }
}

extension ValueStore {
  /// Takes the value out of the message in a reserved slot of a channel, and commits. The emptied box goes
  /// straight into a slot of the queue of boxes.
  @inlinable @inline(__always)
  func take<Value: Sendable>(
    _ reservation: inproc_reservation, of receiver: Receiver, as type: Value.Type
  ) -> Value {
    if isBoxedAnew || isInPlace(type) { return unwrap(receiver.take(reservation), as: type) }
    let slot = reservation.slot
    let (taken, isReusable) = box(in: slot, of: type)._withUnsafeGuaranteedRef {
      ($0.take(), $0.isReusable)
    }
    guard let value = taken else {
      preconditionFailure("a value was taken out of its message twice")
    }
    let empty = inproc_reserve_send(cQueue)
    if empty.is_open, isReusable {
      // Moves the message: nobody reads the other slot any more.
      empty.slot.copyMemory(from: slot, byteCount: MemoryLayout<Message>.size)
      _ = inproc_commit_send(cQueue, empty)
      receiver.commit(reservation)
      return value
    }
    inproc_abandon(INPROC_SENDERS)
    let message = receiver.take(reservation)
    if isReusable { keepBox(message) }
    return value
  }
}
