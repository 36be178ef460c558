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

/// Frames of 64 bytes, built each time.
struct BenchFresh: BenchMaker {
  let frames: Int

  func another() -> BenchFresh { self }

  func message(_ number: Int) -> Message {
    let byte = UInt8(truncatingIfNeeded: number)
    func fresh() -> Frame { Frame([UInt8](repeating: byte, count: 64)) }
    switch frames {
    case 1: return Message(fresh())
    case 3: return [fresh(), fresh(), fresh()]
    default: return Message((0..<frames).map { _ in fresh() })
    }
  }
}

/// Frames of 8 bytes, made from an integer each time.
struct BenchNumber: BenchMaker {
  let frames: Int

  func another() -> BenchNumber { self }

  func message(_ number: Int) -> Message {
    let frame = Frame((0..<8).map { UInt8(truncatingIfNeeded: number &>> ($0 &* 8)) })
    return message(of: frame, frames)
  }
}
