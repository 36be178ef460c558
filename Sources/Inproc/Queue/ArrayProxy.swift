/// The object whose references are counted instead of an array's (`inproc_proxy.h`).
final class ArrayProxy: FrameOwner, @unchecked Sendable {
  // Unchecked as its superclass is.
  private let kept: [UInt8]
  override var array: [UInt8]? { kept }

  init(_ array: [UInt8]) {
    kept = array
    // The pointer outlives the closure, because the array is kept and never changed.
    super.init(array.withUnsafeBytes { $0 })
  }
}

/// How a message of one frame that refers to an array lies in memory, and one that refers to a proxy.
struct ArrayProxyLayout {
  /// The last byte of each.
  let arrayTag: UInt8
  let objectTag: UInt8

  /// Nil if the compiler lays messages out so that the one can't replace the other.
  static let current: ArrayProxyLayout? = {
    let array = [UInt8](repeating: 7, count: 64)
    let proxy = ArrayProxy(array)
    let window = FrameWindow(bits: 0x12_3456_789A_BCDE)
    let (shared, stoodIn) = (Storage(.array(array, window)), Storage(.owned(proxy, window)))
    guard shared.reference == reference(of: array),
      stoodIn.reference == UInt(bitPattern: Unmanaged.passUnretained(proxy).toOpaque()),
      shared.window == stoodIn.window
    else { return nil }
    return ArrayProxyLayout(arrayTag: shared.tag, objectTag: stoodIn.tag)
  }()

  /// The reference that an array consists of, as a number: it is neither counted nor followed.
  static func reference(of array: [UInt8]) -> UInt {
    withUnsafeBytes(of: array) { $0.loadUnaligned(as: UInt.self) }
  }

  /// A message's bytes.
  private struct Storage {
    let reference: UInt
    let window: UInt64
    let tag: UInt8

    init(_ storage: FrameStorage) {
      (reference, window, tag) = withUnsafeBytes(of: Message(Frame(storage: storage))) { bytes in
        let last = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        return (
          bytes.loadUnaligned(as: UInt.self), last & (1 << 56 - 1),
          UInt8(truncatingIfNeeded: last >> 56)
        )
      }
    }
  }
}
