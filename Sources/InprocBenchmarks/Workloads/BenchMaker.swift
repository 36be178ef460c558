import Inproc

/// What a sender makes its messages with. Each sender has one of its own.
protocol BenchMaker: Sendable {
  /// As this one, sharing nothing with it.
  func another() -> Self
  /// The message of that number.
  func message(_ number: Int) -> Message
}

extension BenchMaker {
  /// A message of one frame or several.
  fileprivate func message(of frame: Frame, _ frames: Int) -> Message {
    switch frames {
    case 1: Message(frame)
    case 3: [frame, frame, frame]
    default: Message(repeatElement(frame, count: frames))
    }
  }
}

/// One frame that all share. A type of its own, as rivals have one for it: what the maker decides for
/// each message is measured, too.
struct BenchOne: BenchMaker {
  let size: Int
  let frame: Frame

  init(size: Int = 64) {
    self.size = size
    frame = Frame([UInt8](repeating: 7, count: size))
  }

  func another() -> BenchOne { BenchOne(size: size) }

  func message(_ number: Int) -> Message { Message(frame) }
}

/// Frames that share one storage.
struct BenchShared: BenchMaker {
  let frames: Int
  let size: Int
  let frame: Frame

  init(frames: Int, size: Int = 64) {
    self.frames = frames
    self.size = size
    frame = Frame([UInt8](repeating: 7, count: size))
  }

  func another() -> BenchShared { BenchShared(frames: frames, size: size) }

  func message(_ number: Int) -> Message { message(of: frame, frames) }
}

/// Frames of 64 bytes, each copied from elsewhere.
struct BenchFresh: BenchMaker {
  let frames: Int
  private let bytes = [UInt8](repeating: 7, count: 64)

  init(frames: Int) { self.frames = frames }

  func another() -> BenchFresh { self }

  func message(_ number: Int) -> Message {
    switch frames {
    case 1: Message(fresh())
    case 3: [fresh(), fresh(), fresh()]
    default: Message((0..<frames).map { _ in fresh() })
    }
  }

  /// From a pointer, since an array would be shared and not copied.
  private func fresh() -> Frame { bytes.withUnsafeBytes { Frame(copying: $0) } }
}

/// Frames of 8 bytes, made from an integer each time.
struct BenchNumber: BenchMaker {
  let frames: Int

  func another() -> BenchNumber { self }

  func message(_ number: Int) -> Message {
    // The bytes of an integer are reached by a pointer only.
    message(of: withUnsafeBytes(of: number.littleEndian) { Frame(copying: $0) }, frames)
  }
}
