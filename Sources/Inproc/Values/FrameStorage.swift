/// Where the bytes of a frame are. 16 bytes in every case, so that a message of one frame is passed
/// in two registers and four of them fill a cache line.
@usableFromInline enum FrameStorage: @unchecked Sendable {
  // Unchecked for the pointer of `constant`: nobody writes to or frees what it leads to.

  /// At most 14 bytes, in place; their number is the last byte.
  case short(InlineBytes)
  /// 15 bytes, in place.
  case fifteen(InlineBytes)
  /// Bytes that live as long as the program, uncounted.
  case constant(UnsafeRawPointer, FrameWindow)
  /// A part of an array, which is shared as it is.
  case array([UInt8], FrameWindow)
  /// A part of what someone else owns.
  case owned(FrameOwner, FrameWindow)
}

/// The bytes of a short frame, as they lie in memory. 15 bytes, unused ones zero.
@usableFromInline struct InlineBytes: Equatable {
  @usableFromInline var first: UInt64 = 0
  @usableFromInline var second: UInt32 = 0
  @usableFromInline var third: UInt16 = 0
  @usableFromInline var last: UInt8 = 0

  @inlinable init() {}
}

/// Which part of its storage a frame shows: an offset and a count of 28 bits each, or all of it.
/// 7 bytes, beside a reference of 8 and the case's tag of one.
@usableFromInline struct FrameWindow {
  @usableFromInline let low: UInt32
  @usableFromInline let middle: UInt16
  @usableFromInline let high: UInt8

  /// The first offset or count that does not fit.
  @inlinable static var limit: Int { 1 << 28 - 1 }

  @inlinable init(bits: UInt64) {
    low = UInt32(truncatingIfNeeded: bits)
    middle = UInt16(truncatingIfNeeded: bits >> 32)
    high = UInt8(truncatingIfNeeded: bits >> 48)
  }

  /// The part of that offset and count; nil if they are too large.
  @inlinable init?(offset: Int, count: Int) {
    guard offset < FrameWindow.limit, count < FrameWindow.limit else { return nil }
    self.init(bits: UInt64(offset) << 28 | UInt64(count))
  }

  /// All of the storage, however large.
  @inlinable static var whole: FrameWindow { FrameWindow(bits: wholeBits) }
  @inlinable static var wholeBits: UInt64 { 1 << 56 - 1 }

  @inlinable var bits: UInt64 { UInt64(high) << 48 | UInt64(middle) << 32 | UInt64(low) }

  /// The range it shows of a storage of `total` bytes.
  @inlinable func range(in total: Int) -> Range<Int> {
    let bits = bits
    if bits == FrameWindow.wholeBits { return 0..<total }
    let offset = Int(bits >> 28)
    return offset..<(offset + Int(bits & (1 << 28 - 1)))
  }
}

/// What keeps the bytes of a frame alive.
@usableFromInline class FrameOwner: @unchecked Sendable {
  // Unchecked for the pointer: what it leads to is written before the first frame over it exists,
  // never after, and lives as long as the owner.
  @usableFromInline final let bytes: UnsafeRawBufferPointer

  @usableFromInline init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The array that it is the proxy of.
  @usableFromInline var array: [UInt8]? { nil }
}

/// Keeps bytes alive by keeping an object or value that holds them.
final class FrameKeeper<Kept>: FrameOwner, @unchecked Sendable {
  // Unchecked because what is kept is only ever copied and released.
  let kept: Kept

  init(_ bytes: UnsafeRawBufferPointer, keeping kept: Kept) {
    self.kept = kept
    super.init(bytes)
  }
}

/// Memory that someone else lent, and what tells them that it is no longer used.
final class ForeignMemory: FrameOwner, @unchecked Sendable {
  private let deallocator: @Sendable () -> Void

  init(_ bytes: UnsafeRawBufferPointer, deallocator: @escaping @Sendable () -> Void) {
    self.deallocator = deallocator
    super.init(bytes)
  }

  deinit { deallocator() }
}

extension FrameStorage {
  @inlinable var count: Int {
    switch self {
    case .short(let bytes): Int(bytes.last)
    case .fifteen: 15
    case .constant(_, let window): Int(window.bits)
    case .array(let bytes, let window): window.range(in: bytes.count).count
    case .owned(let owner, let window): window.range(in: owner.bytes.count).count
    }
  }

  /// The array that it shows, itself or by a proxy, and which part of it.
  @inlinable var array: (bytes: [UInt8], range: Range<Int>)? {
    switch self {
    case .array(let bytes, let window): (bytes, window.range(in: bytes.count))
    case .owned(let owner, let window): owner.array.map { ($0, window.range(in: $0.count)) }
    case .short, .fifteen, .constant: nil
    }
  }

  /// Calls a closure with the bytes, in place.
  @inlinable func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch self {
    case .short(let bytes): return try bytes.withUnsafeBytes(Int(bytes.last), body)
    case .fifteen(let bytes): return try bytes.withUnsafeBytes(15, body)
    case .constant(let start, let window):
      return try body(UnsafeRawBufferPointer(start: start, count: Int(window.bits)))
    case .array(let bytes, let window):
      return try bytes.span.withUnsafeBytes { (all) throws(Failure) in
        try body(UnsafeRawBufferPointer(rebasing: all[window.range(in: all.count)]))
      }
    case .owned(let owner, let window):
      let range = window.range(in: owner.bytes.count)
      // The pointer is good as long as its owner is.
      return try withExtendedLifetime(owner) { () throws(Failure) in
        try body(UnsafeRawBufferPointer(rebasing: owner.bytes[range]))
      }
    }
  }

  /// A part of it: shared, or copied where the bytes are in place. O(1).
  @inlinable func part(_ range: Range<Int>) -> FrameStorage {
    switch self {
    case .short, .fifteen:
      return withUnsafeBytes { FrameStorage(inline: UnsafeRawBufferPointer(rebasing: $0[range])) }
    case .constant(let start, _):
      return .constant(start + range.lowerBound, FrameWindow(bits: UInt64(range.count)))
    case .array(let bytes, let window):
      let offset = window.range(in: bytes.count).lowerBound + range.lowerBound
      if let part = FrameWindow(offset: offset, count: range.count) { return .array(bytes, part) }
      return largePart(range)
    case .owned(let owner, let window):
      let offset = window.range(in: owner.bytes.count).lowerBound + range.lowerBound
      if let part = FrameWindow(offset: offset, count: range.count) { return .owned(owner, part) }
      return largePart(range)
    }
  }

  /// A part whose offset or count fits into no window: it gets an owner of its own.
  @usableFromInline func largePart(_ range: Range<Int>) -> FrameStorage {
    // The pointer leaves the closure: the owner keeps the storage, whose elements never move.
    let bytes = withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[range]) }
    return .owned(FrameKeeper(bytes, keeping: self), .whole)
  }

  /// At most 15 bytes, copied in place.
  @inlinable init(inline source: UnsafeRawBufferPointer) {
    var bytes = InlineBytes()
    // The struct's fields lie without gaps: 15 bytes that hold any value.
    Swift.withUnsafeMutableBytes(of: &bytes) { $0.copyMemory(from: source) }
    if source.count == 15 {
      self = .fifteen(bytes)
    } else {
      bytes.last = UInt8(truncatingIfNeeded: source.count)
      self = .short(bytes)
    }
  }

  /// A copy: in place, in the thread's slab, or in an array of its own.
  @inlinable init(copying source: UnsafeRawBufferPointer) {
    if source.count <= 15 { self.init(inline: source) } else { self.init(copyingLarger: source) }
  }

  @usableFromInline init(copyingLarger source: UnsafeRawBufferPointer) {
    if source.count <= FrameSlab.largestFrame {
      let (room, storage) = FrameSlab.allocate(source.count)
      room.copyMemory(from: source)
      self = storage
    } else {
      self.init([UInt8](source))
    }
  }

  /// An array, shared as it is; at most 15 bytes are copied in place.
  @inlinable init(_ bytes: [UInt8]) {
    if bytes.count <= 15 {
      self = bytes.withUnsafeBytes { FrameStorage(inline: $0) }
    } else {
      self = .array(bytes, .whole)
    }
  }
}

extension InlineBytes {
  @inlinable func withUnsafeBytes<Result, Failure: Error>(
    _ count: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try Swift.withUnsafeBytes(of: self) { (bytes) throws(Failure) in
      try body(UnsafeRawBufferPointer(rebasing: bytes[0..<count]))
    }
  }
}
