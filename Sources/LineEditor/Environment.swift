#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The variables of the process's environment.
enum Environment {
  /// The bytes of a variable's value, which need not be UTF-8; nil where it is not set.
  static func bytes(of name: String) -> [UInt8]? {
    guard let value = getenv(name) else { return nil }
    return (0..<strlen(value)).map { UInt8(bitPattern: value[$0]) }
  }

  /// The value of a variable; nil where it is not set or empty.
  static func value(of name: String) -> String? {
    guard let bytes = bytes(of: name), !bytes.isEmpty else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
