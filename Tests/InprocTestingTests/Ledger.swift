import Inproc
import InprocTesting
import TestSupport

/// What a test that explores does with a ledger; it makes one for each run.
extension Ledger {
  /// Sends, and writes it down where that succeeded. Returns the code of an error.
  @discardableResult
  func send(
    _ number: Int, as sender: String, _ body: (Message) throws -> Void
  ) -> InprocError.Code? {
    let failure = failureCode { try body(Ledger.message(sender, number)) }
    if failure == nil { sent(number, by: sender) }
    return failure
  }

  @discardableResult
  func send(
    _ number: Int, as sender: String, _ body: (Message) async throws -> Void
  ) async -> InprocError.Code? {
    let failure = await asyncFailureCode { try await body(Ledger.message(sender, number)) }
    if failure == nil { sent(number, by: sender) }
    return failure
  }

  /// Receives, and writes it down where something came. Returns the code of an error.
  @discardableResult
  func receive(as receiver: String, _ body: () throws -> Message?) -> InprocError.Code? {
    failureCode { received(try body(), by: receiver) }
  }

  @discardableResult
  func receive(
    as receiver: String, _ body: () async throws -> Message?
  ) async -> InprocError.Code? {
    await asyncFailureCode { received(try await body(), by: receiver) }
  }

  /// Everything that was reported as sent has come once, with what is left, and nothing else has;
  /// each receiver saw each sender's in their order.
  func check(_ scheduler: TestScheduler, left: [Message] = []) throws {
    for message in left { received(message, by: "left") }
    let mismatches = mismatches
    try scheduler.require(mismatches.isEmpty, mismatches.first ?? "")
  }
}
