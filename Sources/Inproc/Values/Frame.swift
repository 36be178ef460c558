/// One part of a message: an immutable range of bytes.
///
/// A frame shares its storage with every copy and slice of itself, so sending, copying and slicing
/// never copy bytes.
///
/// ```swift
/// let frame: Frame = "a text of some length"
/// let part: Frame = frame[2..<6]  // "text", shares the storage of `frame`
/// part[0]                         // its indices start at 0 again
/// ```
///
/// A frame is a value of 16 bytes. Up to 15 bytes lie in it, without allocation and without a
/// reference count; a literal is not counted either. A frame made from a `[UInt8]` takes the array's
/// storage as it is; one made from text or from another sequence copies the bytes once.
public struct Frame: Sendable {
  @usableFromInline let storage: FrameStorage

  @inlinable init(storage: FrameStorage) { self.storage = storage }

  /// An empty frame.
  @inlinable public init() { storage = .short(InlineBytes()) }

  /// A frame that shares the storage of an array. O(1).
  ///
  /// - Parameter bytes: its bytes; up to 15 are copied into the frame.
  @inlinable public init(_ bytes: [UInt8]) { storage = FrameStorage(bytes) }

  /// A frame that shares the storage of an array's slice, where that is larger than its copy would
  /// be.
  ///
  /// - Parameter bytes: its bytes; up to 512 are copied.
  public init(_ bytes: ArraySlice<UInt8>) {
    self = bytes.withUnsafeBytes { place in
      if place.count <= FrameSlab.largestFrame { return Frame(copying: place) }
      // The pointer leaves the closure: the slice is kept, and its elements never move.
      return Frame(storage: .owned(FrameKeeper(place, keeping: bytes), .whole))
    }
  }

  /// A copy of any sequence of bytes; an array, a frame and a part of a frame are shared.
  ///
  /// - Parameter bytes: its bytes.
  /// - Complexity: O(*n*) in the number of bytes; O(1) for `[UInt8]`, `Frame` and `Slice<Frame>`.
  @inlinable public init<Bytes: Sequence>(_ bytes: Bytes) where Bytes.Element == UInt8 {
    if let frame = bytes as? Frame {
      self = frame
    } else if let slice = bytes as? Slice<Frame> {
      self = slice.base[slice.startIndex..<slice.endIndex]
    } else if let copy = bytes.withContiguousStorageIfAvailable({
      Frame(copying: UnsafeRawBufferPointer($0))
    }) {
      self = copy
    } else {
      self.init([UInt8](bytes))
    }
  }

  /// The UTF-8 of a text, copied once.
  ///
  /// - Parameter text: any string or substring.
  /// - Complexity: O(*n*) in the number of bytes.
  @inlinable public init(_ text: some StringProtocol) {
    let copy = text.utf8.withContiguousStorageIfAvailable {
      Frame(copying: UnsafeRawBufferPointer($0))
    }
    self = copy ?? Frame([UInt8](text.utf8))
  }

  /// A copy of bytes in memory.
  ///
  /// Up to 15 bytes lie in the frame and up to 512 in a block of 4 KiB that this thread's small
  /// frames share: neither calls the allocator.
  ///
  /// - Parameter bytes: are copied once.
  @inlinable public init(copying bytes: UnsafeRawBufferPointer) {
    storage = FrameStorage(copying: bytes)
  }

  /// A frame over memory that someone else owns, which is not copied.
  ///
  /// The caller promises that the bytes stay as they are until `deallocator` is called.
  ///
  /// - Parameters:
  ///   - bytes: where they are.
  ///   - deallocator: is called once, on any thread, when no frame shows them any more.
  public init(
    bytesNoCopy bytes: UnsafeRawBufferPointer, deallocator: @escaping @Sendable () -> Void
  ) {
    storage = .owned(ForeignMemory(bytes, deallocator: deallocator), .whole)
  }

  /// A frame over bytes that some object or value holds and never changes or moves.
  package init<Kept: Sendable>(_ bytes: UnsafeRawBufferPointer, keeping kept: Kept) {
    storage = .owned(FrameKeeper(bytes, keeping: kept), .whole)
  }

  /// The number of bytes. O(1).
  @inlinable public var count: Int { storage.count }

  /// The same bytes in a slice that shares this frame's storage. O(1).
  @inlinable public subscript(bounds: Range<Int>) -> Frame {
    precondition(
      bounds.lowerBound >= 0 && bounds.upperBound <= count,
      "the range \(bounds) is outside of a frame of \(count) bytes")
    return Frame(storage: storage.part(bounds))
  }

  /// The same bytes in a slice that shares this frame's storage. O(1).
  @inlinable public subscript<Bounds: RangeExpression>(bounds: Bounds) -> Frame
  where Bounds.Bound == Int {
    self[bounds.relative(to: 0..<count)]
  }

  /// The whole frame.
  @inlinable public subscript(everything: UnboundedRange) -> Frame { self }

  /// Calls a closure with the bytes, in place. The pointer must not leave the closure.
  ///
  /// - Parameter body: what to do with the bytes.
  /// - Returns: what the closure returns.
  /// - Throws: what the closure throws.
  @inlinable public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withUnsafeBytes(body)
  }

  /// Calls a closure with a safe view of the bytes, in place.
  ///
  /// - Parameter body: what to do with the bytes.
  /// - Returns: what the closure returns.
  /// - Throws: what the closure throws.
  @inlinable public func withSpan<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withUnsafeBytes { (bytes) throws(Failure) in
      try body(bytes.assumingMemoryBound(to: UInt8.self).span)
    }
  }

  /// What it was made to keep, if it shows all of that.
  package func kept<Kept>(as type: Kept.Type) -> Kept? {
    guard case .owned(let owner, let window) = storage, window.bits == FrameWindow.whole.bits
    else { return nil }
    return (owner as? FrameKeeper<Kept>)?.kept
  }
}

extension Frame: RandomAccessCollection {
  /// What generic algorithms cut out: it keeps its indices, as the stdlib asks of slices.
  public typealias SubSequence = Slice<Frame>
  /// Always 0.
  @inlinable public var startIndex: Int { 0 }
  /// The number of bytes.
  @inlinable public var endIndex: Int { count }
  /// One byte. O(1).
  @inlinable public subscript(position: Int) -> UInt8 {
    precondition(
      position >= 0 && position < count,
      "the index \(position) is outside of a frame of \(count) bytes")
    return withUnsafeBytes { $0[position] }
  }

  /// Lends the bytes to algorithms that can use contiguous storage.
  @inlinable public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result? {
    try withUnsafeBytes { try body($0.assumingMemoryBound(to: UInt8.self)) }
  }
}

extension Frame: Hashable {
  /// Whether both hold the same bytes, wherever they are stored. O(*n*).
  @inlinable public static func == (left: Frame, right: Frame) -> Bool {
    left.count == right.count
      && left.withUnsafeBytes { left in right.withUnsafeBytes { left.elementsEqual($0) } }
  }

  /// Hashes the bytes. O(*n*).
  @inlinable public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension Frame: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  /// A literal's text is not copied.
  public typealias StringLiteralType = StaticString

  /// The UTF-8 of a literal: nothing is allocated, copied or counted.
  @inlinable public init(stringLiteral text: StaticString) {
    if text.hasPointerRepresentation, text.utf8CodeUnitCount > 15 {
      storage = .constant(text.utf8Start, FrameWindow(bits: UInt64(text.utf8CodeUnitCount)))
    } else {
      storage = text.withUTF8Buffer { FrameStorage(inline: UnsafeRawBufferPointer($0)) }
    }
  }

  /// The UTF-8 of a text.
  @inlinable public init(stringLiteral text: String) { self.init(text) }

  /// Bytes written out.
  @inlinable public init(arrayLiteral bytes: UInt8...) { self.init(bytes) }
}

extension Frame: CustomStringConvertible {
  /// The text, if the bytes are UTF-8; else their number.
  public var description: String { String(self) ?? "\(count) bytes" }
}

extension String {
  /// The text of a frame, or nil where its bytes are not UTF-8. O(*n*).
  ///
  /// - Parameter frame: the bytes.
  public init?(_ frame: Frame) {
    let text = frame.withUnsafeBytes { String(validating: $0, as: UTF8.self) }
    guard let text else { return nil }
    self = text
  }
}

extension [UInt8] {
  /// The bytes of a frame; one that was made of an array gives that array back, without a copy.
  ///
  /// - Parameter frame: the bytes.
  @inlinable public init(_ frame: Frame) {
    if let (bytes, range) = frame.storage.array, range == 0..<bytes.count {
      self = bytes
    } else {
      self = frame.withUnsafeBytes { [UInt8]($0) }
    }
  }
}

extension ArraySlice<UInt8> {
  /// The bytes of a frame; one that was made of an array shares it, without a copy.
  ///
  /// - Parameter frame: the bytes.
  @inlinable public init(_ frame: Frame) {
    if let (bytes, range) = frame.storage.array {
      self = bytes[range]
    } else {
      self = [UInt8](frame)[...]
    }
  }
}
