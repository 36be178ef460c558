#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Why a system call failed.
package struct SystemReason: Error, Hashable, CustomStringConvertible {
  package let code: Int32

  /// The reason of the call that failed last.
  package init() { code = errno }

  init(_ code: Int32) { self.code = code }

  package var description: String { String(cString: strerror(code)) }
}

extension SystemReason {
  static let missing = SystemReason(ENOENT)
  static let notFolder = SystemReason(ENOTDIR)
  static let exists = SystemReason(EEXIST)
  static let isFolder = SystemReason(EISDIR)
  static let closed = SystemReason(EBADF)
  static let tooManyLinks = SystemReason(ELOOP)
  static let tooLarge = SystemReason(EFBIG)
  /// The file is not the one that was read, or does not hold what it held.
  static let stale = SystemReason(ESTALE)
}
