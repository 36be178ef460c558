/// How many messages an endpoint queues before its senders have to wait.
public enum Capacity: Hashable, Sendable {
  /// Any number: senders never wait.
  case unbounded
  /// At most this many; `0` is a rendezvous.
  case bounded(Int)
  /// The newest that many: where the queue is full, the oldest gives way and senders never wait.
  case latest(Int)

  /// Nothing is queued: a send waits for a receiver, and hands its message over.
  public static let rendezvous = Capacity.bounded(0)

  /// The most messages that are queued at once, or nil without a bound.
  public var limit: Int? {
    switch self {
    case .unbounded: nil
    case .bounded(let limit), .latest(let limit): limit
    }
  }

  /// - Throws: `.invalidValue` if no queue can have that capacity.
  func validate(for endpoint: Endpoint) throws(InprocError) {
    switch self {
    case .bounded(let limit) where limit < 0:
      throw InprocError(
        .invalidValue,
        "the capacity \(limit) of \(Excerpt(endpoint.description)) is negative; use 0 (rendezvous) or more"
      )
    case .latest(let limit) where limit < 1:
      throw InprocError(
        .invalidValue,
        "a queue of the latest \(limit) messages of \(Excerpt(endpoint.description)) holds nothing; use 1 or more"
      )
    default: break
    }
  }
}

extension Capacity: ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// `8` is `.bounded(8)`.
  public init(integerLiteral limit: Int) { self = .bounded(limit) }

  /// As it is written in code.
  public var description: String {
    switch self {
    case .unbounded: "unbounded"
    case .bounded(0): "rendezvous"
    case .bounded(let limit): "bounded(\(limit))"
    case .latest(let limit): "latest(\(limit))"
    }
  }
}
