public import CInprocCore

/// What the ends of a channel of values share: the type of the values, and the empty boxes that receivers
/// give back to senders. The boxes pass through a queue of messages of their own, against the direction of
/// the values, so neither end allocates or frees memory in the steady state.
@usableFromInline package final class ValueStore: @unchecked Sendable {
  // Unchecked for the pointer, to what changes as `MessageQueue` says.

  /// The type of the values.
  let type: Any.Type
  /// Whether a schedule decides which thread runs. Then each value gets a box of its own, which shows a
  /// description of the value.
  @usableFromInline let isScheduled: Bool
  /// Whether several receive each value, at a topic: then its box never comes back.
  @usableFromInline let isShared: Bool
  /// Whether each value gets a new box, for one of the two reasons.
  @usableFromInline let isBoxedAnew: Bool
  /// Empty boxes, as messages.
  private let boxes: MessageQueue
  @usableFromInline let cQueue: UnsafeMutablePointer<inproc_queue>

  /// The most boxes that are kept: four times as many as are queued when senders yield to receivers, since
  /// on a busy machine receivers do not run at once.
  private static let most = 4 * Int(INPROC_YIELD_QUANTUM)

  init(_ type: Any.Type, isScheduled: Bool, isShared: Bool = false) {
    self.type = type
    self.isScheduled = isScheduled
    self.isShared = isShared
    // Boxes are reached in the slots of a queue without counting a reference, if they lie there.
    isBoxedAnew = isScheduled || isShared || ArrayProxyLayout.current == nil
    // Swift has no types aligned to cache lines, which the queue has to be.
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: MemoryLayout<inproc_queue>.size, alignment: Int(INPROC_CACHE_LINE))
    cQueue = memory.initializeMemory(as: inproc_queue.self, to: inproc_queue())
    // Points to 0: nobody observes boxes.
    cQueue.pointee.send_observed = UnsafePointer(Self.unobserved)
    cQueue.pointee.receive_observed = UnsafePointer(Self.unobserved)
    boxes = MessageQueue(
      cQueue: cQueue, capacity: .bounded(Self.most), hasOrigins: false, isScheduled: isScheduled,
      allowsElimination: false)
  }

  deinit {
    boxes.empty()
    UnsafeMutableRawPointer(cQueue).deallocate()
  }

  nonisolated(unsafe) private static let unobserved: UnsafeMutablePointer<UInt32> = {
    // Never freed, and never written again.
    let word = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
    word.initialize(to: 0)
    return word
  }()

  /// An empty box, if receivers have given one back.
  @usableFromInline @inline(never) func takeBox() -> Message? { boxes.take()?.message }

  /// Keeps an empty box, unless enough are kept.
  @usableFromInline @inline(never) func keepBox(_ box: consuming Message) {
    let held = inproc_lock(&cQueue.pointee.send_lock)
    if boxes.hasRoom() { boxes.push(box, nil) }
    inproc_unlock(&cQueue.pointee.send_lock, held)
  }
}

// Inlined where values are sent and received, so that the types are known there.
extension ValueStore {
  /// Whether values of a type lie in a message in place of bytes: they fit, and hold no references.
  @inlinable @inline(__always) func isInPlace<Value>(_ type: Value.Type) -> Bool {
    _isPOD(type) && MemoryLayout<Value>.size <= 15 && !isScheduled
  }

  /// A message that carries a value.
  @inlinable @inline(__always) func wrap<Value: Sendable>(_ value: consuming Value) -> Message {
    if isInPlace(Value.self) { return Message(inPlace: value) }
    if isBoxedAnew { return share(value, isShared: isShared) }
    let reservation = inproc_reserve_receive(cQueue)
    guard reservation.is_open else {
      inproc_abandon(INPROC_RECEIVERS)
      return wrapSlowly(value)
    }
    var value: Value? = value
    box(in: reservation.slot, of: Value.self)._withUnsafeGuaranteedRef { $0.fill(&value) }
    let message = reservation.slot.assumingMemoryBound(to: Message.self).move()
    _ = inproc_commit_receive(cQueue, reservation)
    return message
  }

  /// The box of the message in a slot, without counting a reference: the message's is there. The first
  /// eight bytes of a message that an object owns refer to that (`ArrayProxyLayout`).
  @inlinable @inline(__always)
  func box<Value: Sendable>(
    in slot: UnsafeMutableRawPointer, of type: Value.Type
  ) -> Unmanaged<ValueBox<Value>> {
    .fromOpaque(slot.load(as: UnsafeMutableRawPointer.self))
  }

  @inlinable @inline(never) func wrapSlowly<Value: Sendable>(_ value: consuming Value) -> Message {
    guard let box = takeBox() else { return Message(box: ValueBox(value)) }
    return refill(box, with: value)
  }

  @inlinable @inline(__always)
  func refill<Value: Sendable>(_ message: Message, with value: consuming Value) -> Message {
    guard let owner = message.owner else { return Message(box: ValueBox(value)) }
    var value: Value? = value
    unsafeDowncast(owner, to: ValueBox<Value>.self).fill(&value)
    return message
  }

  /// A message that carries a value and can be sent several times, or that shows a description of it.
  @usableFromInline func share<Value: Sendable>(_ value: Value, isShared: Bool) -> Message {
    Message(box: ValueBox(value, describing: isScheduled, isShared: isShared))
  }

  /// The value that a received message carries. To be asked once for each message.
  @inlinable @inline(__always)
  func unwrap<Value: Sendable>(_ message: consuming Message, as type: Value.Type) -> Value {
    if isInPlace(type), let value = message.valueInPlace(of: type) { return value }
    guard let owner = message.owner else {
      preconditionFailure("a message without a value is in a queue of values")
    }
    let box = unsafeDowncast(owner, to: ValueBox<Value>.self)
    guard let value = box.take() else {
      preconditionFailure("a value was taken out of its message twice")
    }
    if !isBoxedAnew, box.isReusable { keepBox(message) }
    return value
  }
}
