package import Inproc

/// The code of an error. The codes of the library are among them.
package enum ErrorCode: String, Hashable, Sendable, CaseIterable {
  case invalidEndpoint = "invalid-endpoint"
  case addressInUse = "address-in-use"
  case notFound = "not-found"
  case notBidirectional = "not-bidirectional"
  case notATopic = "not-a-topic"
  case notLocked = "not-locked"
  case closed
  case timedOut = "timed-out"
  case wouldBlock = "would-block"
  case noPeer = "no-peer"
  case unknownName = "unknown-name"
  case nameInUse = "name-in-use"
  case invalidValue = "invalid-value"
  case limit
  case io
  case deadlock
  case threadFailed = "thread-failed"
  case failed
  case interrupted
  case syntax
}

/// Why a command failed.
package struct CommandError: Error, Hashable, Sendable {
  package var code: ErrorCode
  package var text: String
  /// The threads whose failures the error reports; only for `thread-failed`.
  package var failedThreads: [String]

  package init(_ code: ErrorCode, _ text: String, failedThreads: [String] = []) {
    self.code = code
    self.text = text
    self.failedThreads = failedThreads
  }

  /// How Ctrl-C ends a line that runs. A saved screen is read by the beginning of the text.
  package static let lineInterrupted = CommandError(
    .interrupted, "the line was interrupted; other threads go on")
}

/// One line that a command gives.
package enum ResultLine: Hashable, Sendable {
  package enum Field: Hashable, Sendable {
    /// Printed by the rules for frames.
    case frame(Frame)
    /// Printed as it is: `queued=0`.
    case text(String)
  }
  case fields([Field])
  /// `=> (none)`
  case none
  /// `=! CODE: TEXT`
  case error(CommandError)
}
