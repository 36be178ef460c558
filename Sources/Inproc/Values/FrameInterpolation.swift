/// What a literal with values in it, such as `["job \(number)", picture]`, becomes on its way to a
/// ``Frame``: the UTF-8 of its text. A frame in it stands for its bytes.
public struct FrameInterpolation: StringInterpolationProtocol {
  /// The text between the values.
  public typealias StringLiteralType = StaticString

  fileprivate var bytes: [UInt8] = []

  /// Nothing yet.
  ///
  /// - Parameters:
  ///   - literalCapacity: the number of bytes between the values.
  ///   - interpolationCount: the number of values.
  public init(literalCapacity: Int, interpolationCount: Int) {
    bytes.reserveCapacity(literalCapacity + interpolationCount * 8)
  }

  /// Adds the text between two values.
  ///
  /// - Parameter literal: as it stands in the source.
  public mutating func appendLiteral(_ literal: StaticString) {
    literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Adds the bytes of a frame.
  ///
  /// - Parameter frame: any, text or not.
  public mutating func appendInterpolation(_ frame: Frame) {
    frame.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// Adds a text.
  ///
  /// - Parameter text: its UTF-8 is copied.
  public mutating func appendInterpolation(_ text: some StringProtocol) {
    bytes.append(contentsOf: text.utf8)
  }

  /// Adds a value's description.
  ///
  /// - Parameter value: is shown as in any string.
  public mutating func appendInterpolation<Value>(_ value: Value) {
    bytes.append(contentsOf: String(describing: value).utf8)
  }

  /// Adds a value's description, or a text where there is no value.
  ///
  /// - Parameters:
  ///   - value: is shown as in any string.
  ///   - text: stands for nil.
  public mutating func appendInterpolation<Value>(
    _ value: Value?, default text: @autoclosure () -> some StringProtocol
  ) {
    if let value { appendInterpolation(value) } else { appendInterpolation(text()) }
  }
}

extension Frame: ExpressibleByStringInterpolation {
  /// The UTF-8 of a literal with values in it.
  public init(stringInterpolation text: FrameInterpolation) { self.init(text.bytes) }
}

extension Message: ExpressibleByStringInterpolation {
  /// One frame of a literal with values in it.
  public init(stringInterpolation text: FrameInterpolation) { self.init(Frame(text.bytes)) }
}
