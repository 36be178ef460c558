/// What can stand for the only frame of a message in a call: a ``Frame``, text, or bytes.
///
/// ```swift
/// try out.send("job \(number)")
/// try out.send(frame)
/// ```
public protocol FrameConvertible {
  /// The frame this stands for.
  func asFrame() -> Frame
}

extension Frame: FrameConvertible {
  /// Itself.
  @inlinable public func asFrame() -> Frame { self }
}

extension String: FrameConvertible {
  /// Its UTF-8, copied once.
  @inlinable public func asFrame() -> Frame { Frame(self) }
}

extension Substring: FrameConvertible {
  /// Its UTF-8, copied once.
  @inlinable public func asFrame() -> Frame { Frame(self) }
}

extension [UInt8]: FrameConvertible {
  /// A frame that shares its storage.
  @inlinable public func asFrame() -> Frame { Frame(self) }
}

extension ArraySlice<UInt8>: FrameConvertible {
  /// A frame that shares its storage, where that is larger than its copy would be.
  @inlinable public func asFrame() -> Frame { Frame(self) }
}

extension Message {
  /// A message of one frame.
  ///
  /// - Parameter frame: its only frame, or what stands for it.
  @inlinable init(_ frame: some FrameConvertible) { self.init(frame.asFrame()) }
}
