/// Carries one value of a program's own type through a queue of messages: the frame of such a message has
/// no bytes, and the box is its owner. Whoever receives the message moves the value out, and the empty box
/// goes back to the senders.
@usableFromInline final class ValueBox<Value: Sendable>: FrameOwner, @unchecked Sendable {
  // Unchecked because a box belongs to one call at a time: to the one that fills it, and, once its message
  // has passed the queue, to the one that receives it.
  @exclusivity(unchecked) @usableFromInline final var value: Value?
  /// Whether further messages may refer to it: a case of a selection can be carried out several times. Then
  /// a receive copies the value.
  @usableFromInline final let isShared: Bool
  /// What a schedule prints in place of the value.
  @usableFromInline final let text: [UInt8]

  @inlinable init(_ value: consuming Value) {
    self.value = consume value
    isShared = false
    text = []
    super.init(UnsafeRawBufferPointer(start: nil, count: 0))
  }

  /// A box whose message shows a description of the value, for reports of a schedule.
  init(_ value: Value, describing: Bool, isShared: Bool) {
    let text = describing ? Array("\(value)".utf8) : []
    self.text = text
    self.value = value
    self.isShared = isShared
    // The pointer outlives the closure, because the array is kept and never changed.
    super.init(text.withUnsafeBytes { $0 })
  }

  /// Fills an empty box, and leaves nil.
  @inlinable @inline(__always) func fill(_ value: inout Value?) { swap(&self.value, &value) }

  /// Takes the value out; a shared box keeps it. Nil if the box is empty.
  @inlinable @inline(__always) func take() -> Value? { isShared ? value : value.take() }

  /// Whether a receive leaves it empty, to be filled again.
  @inlinable @inline(__always) var isReusable: Bool { !isShared }
}

extension Message {
  /// A message that carries a box.
  @inlinable @inline(__always) init(box: FrameOwner) {
    self.init(Frame(storage: .owned(box, .whole)))
  }

  /// What owns the bytes of its only frame; nil if they are in place, or in an array.
  @inlinable @inline(__always) var owner: FrameOwner? {
    if case .one(let frame) = storage, case .owned(let owner, _) = frame.storage {
      owner
    } else {
      nil
    }
  }

  /// A value of at most 15 bytes that holds no references, in place of the bytes of its only frame.
  @inlinable @inline(__always) init<Value>(inPlace value: Value) {
    self.init(Frame(storage: withUnsafeBytes(of: value) { FrameStorage(inline: $0) }))
  }

  /// The value of a message that was made by ``init(inPlace:)`` of the same type; nil of any other.
  @inlinable @inline(__always) func valueInPlace<Value>(of type: Value.Type) -> Value? {
    guard case .one(let frame) = storage else { return nil }
    switch frame.storage {
    case .short(let bytes), .fifteen(let bytes):
      // The bytes were copied from a value of this type, which holds no references.
      return withUnsafeBytes(of: bytes) { $0.loadUnaligned(as: type) }
    case .constant, .array, .owned: return nil
    }
  }
}
