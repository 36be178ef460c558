/// The address of an in-process endpoint: `inproc://NAME`.
///
/// A name is 1 to 256 bytes of UTF-8 without control characters. Endpoints compare by the bytes of
/// their names, and sort that way too, so that listings do not depend on a locale.
///
/// ```swift
/// let endpoint = try Endpoint("inproc://jobs")
/// endpoint.name  // "jobs"
/// ```
public struct Endpoint: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// What follows `inproc://`.
  public let name: String
  /// Of the name's bytes; kept, because an endpoint is looked up more often than made. Never 0: its
  /// lowest bits say that, and whether the name is plain ASCII.
  let digest: UInt64

  /// The scheme every endpoint begins with.
  public static let prefix = "inproc://"

  /// The longest name, in bytes of UTF-8.
  public static let maximumNameLength = 256

  /// Parses `inproc://NAME`.
  ///
  /// - Parameter address: the whole address, its scheme included.
  /// - Throws: `.invalidEndpoint` if the scheme is missing, or the name is empty, longer than
  ///   ``maximumNameLength`` or holds a control character.
  /// - Complexity: O(*n*) in the length of the address.
  public init(_ address: some StringProtocol) throws(InprocError) {
    var text = String(address)
    let plain = text.withUTF8 { bytes -> Endpoint? in
      let name = bytes.dropFirst(Endpoint.prefix.utf8.count)
      guard bytes.starts(with: Endpoint.prefix.utf8), !name.isEmpty,
        name.count <= Endpoint.maximumNameLength, name.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
      else { return nil }
      return Endpoint(
        name: String(decoding: name, as: UTF8.self),
        digest: Endpoint.digest(
          UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: name)), isPlain: true))
    }
    if let plain { self = plain } else { try self.init(scrutinizing: address) }
  }

  private init(name: String, digest: UInt64) {
    self.name = name
    self.digest = digest
  }

  /// Whatever is not plain ASCII, or wrong.
  @inline(never)
  private init(scrutinizing address: some StringProtocol) throws(InprocError) {
    let quoted = Excerpt(String(address.prefix(400)))
    // Scalars, not Characters: a combining mark after the last slash must not hide the prefix.
    guard address.utf8.starts(with: Endpoint.prefix.utf8) else {
      throw InprocError(
        .invalidEndpoint,
        "\(quoted) is not an endpoint; write it as 'inproc://NAME', for example 'inproc://jobs'")
    }
    let name = String(decoding: address.utf8.dropFirst(Endpoint.prefix.utf8.count), as: UTF8.self)
    if name.isEmpty {
      throw InprocError(
        .invalidEndpoint, "'inproc://' has no name; write one after it, such as 'inproc://jobs'")
    }
    if name.utf8.count > Endpoint.maximumNameLength {
      throw InprocError(
        .invalidEndpoint,
        "the name of \(quoted) has \(name.utf8.count) bytes; "
          + "use at most \(Endpoint.maximumNameLength)")
    }
    if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      throw InprocError(
        .invalidEndpoint, "the name of \(quoted) holds a control character; use printable text")
    }
    var bytes = name
    let digest = bytes.withUTF8 { Endpoint.digest(UnsafeRawBufferPointer($0), isPlain: false) }
    self.init(name: name, digest: digest)
  }

  /// Multiplies and mixes eight bytes at a time, from a start that differs between processes: the
  /// finalizer of SplitMix64 (Steele, Lea, Flood 2014) makes every bit count.
  private static func digest(_ bytes: UnsafeRawBufferPointer, isPlain: Bool) -> UInt64 {
    var result = seed ^ UInt64(bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
      result = mixed(result ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    for byte in bytes[offset...] { rest = rest << 8 | UInt64(byte) }
    return mixed(result ^ rest) & ~3 | (isPlain ? 3 : 2)
  }

  private static let seed = UInt64.random(in: .min ... .max)

  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// The whole address.
  public var description: String { Endpoint.prefix + name }

  /// Whether both names have the same bytes: two that only look alike are two endpoints.
  public static func == (left: Endpoint, right: Endpoint) -> Bool {
    left.digest == right.digest && left.hasName(of: right)
  }

  /// The same for two of which it is known that their digests are equal.
  func hasName(of other: Endpoint) -> Bool {
    // What is plain ASCII has one spelling, and strings compare faster than their bytes one by one.
    other.digest & 1 == 1 ? name == other.name : name.utf8.elementsEqual(other.name.utf8)
  }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }

  /// Orders by the bytes of the names.
  public static func < (left: Endpoint, right: Endpoint) -> Bool {
    left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
  }
}

/// What can name an endpoint in a call: an ``Endpoint``, or text that is parsed as one.
public protocol EndpointConvertible {
  /// The endpoint this stands for.
  ///
  /// - Throws: `.invalidEndpoint` if it stands for none.
  func asEndpoint() throws(InprocError) -> Endpoint
}

extension Endpoint: EndpointConvertible {
  /// Itself.
  @inlinable
  public func asEndpoint() throws(InprocError) -> Endpoint { self }
}

extension String: EndpointConvertible {
  /// The endpoint of that address.
  ///
  /// - Returns: the parsed endpoint.
  /// - Throws: `.invalidEndpoint` if the text is none.
  public func asEndpoint() throws(InprocError) -> Endpoint { try Endpoint(self) }
}

extension Substring: EndpointConvertible {
  /// The endpoint of that address.
  ///
  /// - Returns: the parsed endpoint.
  /// - Throws: `.invalidEndpoint` if the text is none.
  public func asEndpoint() throws(InprocError) -> Endpoint { try Endpoint(self) }
}
