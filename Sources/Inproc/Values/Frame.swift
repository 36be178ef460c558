/// One part of a message: an immutable range of bytes.
///
/// A frame shares its storage with every copy and slice of itself, so sending, copying and slicing
/// never copy bytes.
///
/// ```swift
/// let frame: Frame = "hello"
/// let part: Frame = frame[1..<3]  // "el", shares the storage of `frame`
/// part[0]                         // its indices start at 0 again
/// ```
///
/// A frame made from a `[UInt8]` takes the array's storage as it is; one made from text or from
/// another sequence copies the bytes once.
public struct Frame: Sendable {
  @usableFromInline let storage: [UInt8]
  @usableFromInline let start: Int
  /// The number of bytes. O(1).
  public let count: Int

  @usableFromInline init(storage: [UInt8], start: Int, count: Int) {
    self.storage = storage
    self.start = start
    self.count = count
  }

  /// An empty frame.
  public init() {
    self.init([])
  }

  /// A frame that shares the storage of an array. O(1).
  ///
  /// - Parameter bytes: its bytes.
  public init(_ bytes: [UInt8]) {
    self.init(storage: bytes, start: 0, count: bytes.count)
  }

  /// A copy of any sequence of bytes; an array, a frame and a part of a frame are shared.
  ///
  /// - Parameter bytes: its bytes.
  /// - Complexity: O(*n*) in the number of bytes; O(1) for `[UInt8]`, `Frame` and `Slice<Frame>`.
  public init<Bytes: Sequence>(_ bytes: Bytes) where Bytes.Element == UInt8 {
    if let frame = bytes as? Frame {
      self = frame
    } else if let slice = bytes as? Slice<Frame> {
      self = slice.base[slice.startIndex..<slice.endIndex]
    } else {
      self.init([UInt8](bytes))
    }
  }

  /// The UTF-8 of a text.
  ///
  /// - Parameter text: any string or substring.
  /// - Complexity: O(*n*) in the number of bytes.
  public init(_ text: some StringProtocol) {
    self.init([UInt8](text.utf8))
  }

  /// The same bytes in a slice that shares this frame's storage. O(1).
  public subscript(bounds: Range<Int>) -> Frame {
    precondition(
      bounds.lowerBound >= 0 && bounds.upperBound <= count,
      "the range \(bounds) is outside of a frame of \(count) bytes")
    return Frame(storage: storage, start: start + bounds.lowerBound, count: bounds.count)
  }

  /// The same bytes in a slice that shares this frame's storage. O(1).
  public subscript<Bounds: RangeExpression>(bounds: Bounds) -> Frame where Bounds.Bound == Int {
    self[bounds.relative(to: 0..<count)]
  }

  /// The whole frame.
  public subscript(everything: UnboundedRange) -> Frame { self }

  /// Calls a closure with the bytes, in place. The pointer must not leave the closure.
  ///
  /// - Parameter body: what to do with the bytes.
  /// - Returns: what the closure returns.
  /// - Throws: what the closure throws.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withSpan { (span) throws(Failure) in
      try span.withUnsafeBytes { (bytes) throws(Failure) in try body(bytes) }
    }
  }

  /// Calls a closure with a safe view of the bytes, in place.
  ///
  /// - Parameter body: what to do with the bytes.
  /// - Returns: what the closure returns.
  /// - Throws: what the closure throws.
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(storage.span.extracting(start..<(start + count)))
  }
}

extension Frame: RandomAccessCollection {
  /// What generic algorithms cut out: it keeps its indices, as the stdlib asks of slices.
  public typealias SubSequence = Slice<Frame>
  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of bytes.
  public var endIndex: Int { count }
  /// One byte. O(1).
  public subscript(position: Int) -> UInt8 {
    precondition(
      position >= 0 && position < count,
      "the index \(position) is outside of a frame of \(count) bytes")
    return storage[start + position]
  }

  /// Lends the bytes to algorithms that can use contiguous storage.
  public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result? {
    try storage.withUnsafeBufferPointer { bytes in
      try body(UnsafeBufferPointer(rebasing: bytes[start..<(start + count)]))
    }
  }
}

extension Frame: Hashable {
  /// Whether both hold the same bytes, wherever they are stored. O(*n*).
  public static func == (left: Frame, right: Frame) -> Bool {
    left.count == right.count
      && left.withUnsafeBytes { left in right.withUnsafeBytes { left.elementsEqual($0) } }
  }

  /// Hashes the bytes. O(*n*).
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension Frame: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  /// The UTF-8 of a literal.
  public init(stringLiteral text: String) {
    self.init([UInt8](text.utf8))
  }

  /// Bytes written out.
  public init(arrayLiteral bytes: UInt8...) {
    self.init(bytes)
  }
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
    guard let text = String(validating: frame, as: UTF8.self) else { return nil }
    self = text
  }
}
