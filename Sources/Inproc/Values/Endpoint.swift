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
    let quoted = Excerpt(String(address.prefix(400)))
    // Scalars, not Characters: a combining mark after the last slash must not hide the prefix.
    guard address.utf8.starts(with: Endpoint.prefix.utf8) else {
      throw InprocError(
        .invalidEndpoint,
        "\(quoted) is no endpoint; write it as 'inproc://NAME', for example 'inproc://jobs'")
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
    self.name = name
  }

  /// The whole address.
  public var description: String { Endpoint.prefix + name }

  /// Whether both names have the same bytes: two that only look alike are two endpoints.
  public static func == (left: Endpoint, right: Endpoint) -> Bool {
    left.name.utf8.elementsEqual(right.name.utf8)
  }

  /// Hashes the bytes of the name.
  public func hash(into hasher: inout Hasher) {
    var name = name
    name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(name.utf8.count)
  }

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
