/// The identity of a connection to a bidirectional endpoint, which says who a request came from: in code
/// ``Client/ID``. Unique among the connections of one registry, which counts them from 1, so that what a
/// program prints does not depend on what else the process has done.
public struct ClientID: Hashable, Comparable, Sendable, CustomStringConvertible {
  let number: UInt64

  /// Orders by when they connected.
  public static func < (left: ClientID, right: ClientID) -> Bool { left.number < right.number }
  /// Its number.
  public var description: String { "client \(number)" }
}
