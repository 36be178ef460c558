/// Why a call failed: a code to switch on, and a sentence that names the thing and the way out.
///
/// ```swift
/// do {
///   try registry.bind("inproc://jobs")
/// } catch {
///   error.code         // .addressInUse
///   error.description  // "endpoint 'inproc://jobs' is already bound; unbind it first or …"
/// }
/// ```
public struct InprocError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of failure; the raw value is the word the command language uses.
  ///
  /// Later versions can have more: a `switch` over a code has an `@unknown default`.
  #if hasAttribute(nonexhaustive)
    @nonexhaustive
  #endif
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The text is no endpoint.
    case invalidEndpoint = "invalid-endpoint"
    /// The endpoint is already bound.
    case addressInUse = "address-in-use"
    /// No such endpoint is bound.
    case notFound = "not-found"
    /// The endpoint was not bound for replies.
    case notBidirectional = "not-bidirectional"
    /// The endpoint was not bound as a topic.
    case notATopic = "not-a-topic"
    /// The endpoint passes on values of another type.
    case typeMismatch = "type-mismatch"
    /// The other end is gone.
    case closed
    /// The time ran out; nothing was sent or received.
    case timedOut = "timed-out"
    /// The call would have had to wait.
    case wouldBlock = "would-block"
    /// The client to answer is gone.
    case noPeer = "no-peer"
    /// The task was cancelled; nothing was sent or received.
    case cancelled
    /// Another thread interrupted the wait; nothing was sent or received.
    case interrupted
    /// A value is outside of what the call takes, such as a negative capacity.
    case invalidValue = "invalid-value"
    /// The calling thread does not belong to the schedule that runs this registry.
    case foreignThread = "foreign-thread"
  }

  /// The kind of failure.
  public let code: Code
  /// A sentence that names the thing and what to do about it.
  public let description: String

  /// An error of one's own making, for code that stands in for the library.
  ///
  /// - Parameters:
  ///   - code: the kind of failure.
  ///   - description: a sentence that names the thing and what to do about it.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}

/// A quotation in an error text: in single quotes, unprintable characters escaped, cut at 64.
package struct Excerpt: CustomStringConvertible {
  package let description: String

  package init(_ text: String) {
    var result = "'"
    var count = 0
    for scalar in text.unicodeScalars {
      if count == 64 {
        result += "…"
        break
      }
      count += 1
      result += scalar.escapedIfUnprintable
    }
    description = result + "'"
  }
}
