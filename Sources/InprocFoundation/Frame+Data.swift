public import Foundation
public import Inproc

extension Frame {
  /// From this size on a frame keeps the data instead of copying it.
  private static let keptSize = 1024

  /// A frame of the bytes of a `Data`. From 1 KiB on the storage is shared; less is copied once.
  ///
  /// - Parameter data: later changes to it do not show in the frame.
  public init(_ data: Data) {
    self = data.withUnsafeBytes { bytes in
      if bytes.count < Frame.keptSize { return Frame(copying: bytes) }
      // The pointer leaves the closure: the frame keeps the storage alive, and whoever changes the
      // data then finds it shared and changes a copy.
      return Frame(bytes, keeping: data)
    }
  }
}

extension Data {
  /// The bytes of a frame, copied once; where the frame was made of a `Data` and keeps it, that is
  /// shared.
  ///
  /// Other storage can't be shared: a `Data` over memory of someone else is changed in place.
  ///
  /// - Parameter frame: the bytes.
  public init(_ frame: Frame) {
    self = frame.kept(as: Data.self) ?? frame.withUnsafeBytes { Data($0) }
  }
}
