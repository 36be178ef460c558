internal import CInprocPlatform

/// A block of memory that one thread fills with the small frames it makes.
///
/// Making a frame advances a pointer: no call of the allocator, which on two cores carries 15
/// million buffers a second at best, and no counting either. A slab is born with one reference for
/// each frame it can hold, the frames take theirs over one by one, and what is left is given back
/// together once the slab is used up. It is freed with its last frame.
final class FrameSlab: FrameOwner, @unchecked Sendable {
  /// The memory of one slab, in bytes: what a single long-lived small frame can keep alive.
  static let size = 4096
  /// Larger frames get storage of their own.
  static let largestFrame = 512
  /// Frames begin at multiples of this, so no more of them than `size / step` share a slab.
  private static let step = 16

  private let memory: UnsafeMutableRawPointer

  private init() {
    memory = .allocate(byteCount: FrameSlab.size, alignment: 64)
    super.init(UnsafeRawBufferPointer(start: memory, count: FrameSlab.size))
  }

  deinit { memory.deallocate() }

  /// Uninitialized room for at most ``largestFrame`` bytes, and the storage it belongs to.
  static func allocate(_ count: Int) -> (UnsafeMutableRawBufferPointer, FrameStorage) {
    let current = inproc_current_slab()
    // What fills cache lines begins at one: writing it disturbs nobody who reads its neighbour.
    let alignment = count > 32 ? 64 : step
    var offset = (current.pointee.used + alignment - 1) & ~(alignment - 1)
    let object: UnsafeMutableRawPointer
    if let known = current.pointee.object, offset + count <= size {
      object = known
    } else {
      object = renew()
      offset = 0
    }
    current.pointee.used = offset + max(step, count)
    current.pointee.references -= 1
    // One of the references that were taken when the slab was made becomes the frame's.
    let slab = Unmanaged<FrameSlab>.fromOpaque(object).takeRetainedValue()
    return (
      UnsafeMutableRawBufferPointer(start: slab.memory + offset, count: count),
      .owned(slab, FrameWindow(bits: UInt64(offset) << 28 | UInt64(count)))
    )
  }

  /// Replaces the calling thread's slab.
  @inline(never)
  private static func renew() -> UnsafeMutableRawPointer {
    let references = UInt32(size / step + 1)
    let object = Unmanaged.passRetained(FrameSlab()).toOpaque()
    swift_retain_n(object, references - 1)
    inproc_replace_slab(object, references) { object, left in
      if let object { swift_release_n(object, left) }
    }
    return object
  }
}
