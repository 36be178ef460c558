/// A multipart message: frames, in order.
///
/// A message is a value of 16 bytes; one of a single frame needs no array. Copying it, sending it
/// and receiving it copy no bytes of its frames.
///
/// ```swift
/// var message: Message = ["hello", "world"]
/// message.append(Frame([0xDE, 0xAD]))
/// message[0]     // "hello"
/// message.count  // 3
/// ```
public struct Message: Sendable, Hashable {
  // Almost every message has one frame: it needs no array.
  @usableFromInline enum Storage: Sendable {
    case one(Frame)
    case many([Frame])
  }
  @usableFromInline var storage: Storage

  /// A message without frames.
  @inlinable public init() { storage = .many([]) }

  /// A message of one frame; allocates nothing.
  ///
  /// - Parameter frame: its only frame.
  @inlinable public init(_ frame: Frame) { storage = .one(frame) }

  /// A message of an array's frames, which is shared as it is.
  ///
  /// - Parameter frames: in order.
  @inlinable public init(_ frames: [Frame]) {
    storage = frames.count == 1 ? .one(frames[0]) : .many(frames)
  }

  /// The number of bytes in all frames. O(frames).
  public var byteCount: Int {
    switch storage {
    case .one(let frame): frame.count
    case .many(let frames): frames.reduce(0) { $0 + $1.count }
    }
  }

  /// Whether both have equal frames in the same order.
  @inlinable public static func == (left: Message, right: Message) -> Bool {
    left.elementsEqual(right)
  }

  /// Hashes the frames in order.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for frame in self { hasher.combine(frame) }
  }
}

extension Message: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
  /// Always 0.
  @inlinable public var startIndex: Int { 0 }
  /// The number of frames.
  @inlinable public var endIndex: Int {
    switch storage {
    case .one: 1
    case .many(let frames): frames.count
    }
  }

  /// One frame. O(1).
  @inlinable public subscript(position: Int) -> Frame {
    get {
      switch storage {
      case .one(let frame):
        precondition(position == 0, "the index \(position) is outside of a message of 1 frame")
        return frame
      case .many(let frames): return frames[position]
      }
    }
    set { replaceSubrange(position..<(position + 1), with: CollectionOfOne(newValue)) }
  }

  /// Replaces a range of frames.
  ///
  /// - Parameters:
  ///   - bounds: which frames go.
  ///   - frames: which come in their place.
  public mutating func replaceSubrange(
    _ bounds: Range<Int>, with frames: some Collection<Frame>
  ) {
    var all: [Frame] =
      switch storage {
      case .one(let frame): [frame]
      case .many(let frames): frames
      }
    storage = .many([])  // so that `all` is the only owner and is changed in place
    all.replaceSubrange(bounds, with: frames)
    self = Message(all)
  }

  /// Adds a frame at the end; the first one needs no array.
  ///
  /// - Parameter frame: its new last frame.
  public mutating func append(_ frame: Frame) {
    if isEmpty {
      storage = .one(frame)
    } else {
      replaceSubrange(count..<count, with: CollectionOfOne(frame))
    }
  }
}

extension Message: ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
  /// Frames written out.
  @inlinable public init(arrayLiteral frames: Frame...) { self.init(frames) }
  /// One frame of a literal's text, which is not copied.
  @inlinable public init(stringLiteral text: StaticString) {
    self.init(Frame(stringLiteral: text))
  }
  /// One frame of text.
  @inlinable public init(stringLiteral text: String) { self.init(Frame(text)) }
  /// A literal's text is not copied.
  public typealias StringLiteralType = StaticString
}

extension Message: CustomStringConvertible {
  /// The frames' descriptions.
  public var description: String {
    "[" + map { String(reflecting: $0.description) }.joined(separator: ", ") + "]"
  }
}
