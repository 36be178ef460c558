/// A multipart message: frames, in order.
///
/// A message is a value. Copying it, sending it and receiving it copy no bytes of its frames.
///
/// ```swift
/// var message: Message = ["hello", "world"]
/// message.append(Frame([0xDE, 0xAD]))
/// message[0]     // "hello"
/// message.count  // 3
/// ```
public struct Message: Sendable, Hashable {
  // Almost every message has one frame: it needs no array.
  private enum Storage: Sendable {
    case one(Frame)
    case many([Frame])
  }
  private var storage: Storage

  /// A message without frames.
  public init() { storage = .many([]) }

  /// A message of one frame; allocates nothing.
  ///
  /// - Parameter frame: its only frame.
  public init(_ frame: Frame) { storage = .one(frame) }

  /// The number of bytes in all frames. O(frames).
  public var byteCount: Int { reduce(0) { $0 + $1.count } }

  /// Whether both have equal frames in the same order.
  public static func == (left: Message, right: Message) -> Bool { left.elementsEqual(right) }

  /// Hashes the frames in order.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for frame in self { hasher.combine(frame) }
  }
}

extension Message: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of frames.
  public var endIndex: Int {
    switch storage {
    case .one: 1
    case .many(let frames): frames.count
    }
  }

  /// One frame. O(1).
  public subscript(position: Int) -> Frame {
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
    if all.count == 1 { storage = .one(all[0]) } else { storage = .many(all) }
  }
}

extension Message: ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
  /// Frames written out.
  public init(arrayLiteral frames: Frame...) { self.init(frames) }
  /// One frame of text.
  public init(stringLiteral text: String) { self.init(Frame(stringLiteral: text)) }
}

extension Message: CustomStringConvertible {
  /// The frames' descriptions.
  public var description: String {
    "[" + map { String(reflecting: $0.description) }.joined(separator: ", ") + "]"
  }
}
