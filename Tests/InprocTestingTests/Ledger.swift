import Inproc
import InprocTesting

/// What was sent and what came, by thread. A test that explores makes one for each run.
///
/// Each thread writes in its own column only, so the order of its calls tells nobody anything.
final class Ledger: Sendable {
  private struct Books {
    var sent: [String: [Int]] = [:]
    var received: [String: [(sender: String, number: Int)]] = [:]
  }
  private let books = Guarded(Books())

  static func message(_ sender: String, _ number: Int) -> Message {
    [Frame(sender), Frame("\(number)")]
  }

  /// Sends, and writes it down where that succeeded. Returns the code of an error.
  @discardableResult
  func send(
    _ number: Int, as sender: String, _ body: (Message) throws -> Void
  ) -> InprocError.Code? {
    let code = failureCode { try body(Ledger.message(sender, number)) }
    if code == nil { books.withLock { $0.sent[sender, default: []].append(number) } }
    return code
  }

  @discardableResult
  func send(
    _ number: Int, as sender: String, _ body: (Message) async throws -> Void
  ) async -> InprocError.Code? {
    let code = await codeOf { try await body(Ledger.message(sender, number)) }
    if code == nil { books.withLock { $0.sent[sender, default: []].append(number) } }
    return code
  }

  /// Receives, and writes it down where something came. Returns the code of an error.
  @discardableResult
  func receive(as receiver: String, _ body: () throws -> Message?) -> InprocError.Code? {
    failureCode { note(try body(), receiver) }
  }

  @discardableResult
  func receive(
    as receiver: String, _ body: () async throws -> Message?
  ) async -> InprocError.Code? {
    await codeOf { note(try await body(), receiver) }
  }

  private func note(_ message: Message?, _ receiver: String) {
    guard let message, let number = Int(message[1].description) else { return }
    books.withLock {
      $0.received[receiver, default: []].append((message[0].description, number))
    }
  }

  /// Everything that was reported as sent has come once, with what is left, and nothing else has;
  /// each receiver saw each sender's in their order.
  func check(_ scheduler: TestScheduler, left: [Message] = []) throws {
    for message in left { note(message, "left") }
    let (sent, received) = books.withLock { ($0.sent, $0.received) }
    var came: [String: [Int]] = [:]
    for (receiver, messages) in received {
      var last: [String: Int] = [:]
      for (sender, number) in messages {
        try scheduler.require(
          number > last[sender, default: -1],
          "\(receiver) received \(sender)'s \(number) after \(last[sender] ?? -1)")
        last[sender] = number
        came[sender, default: []].append(number)
      }
    }
    for sender in Set(sent.keys).union(came.keys).sorted() {
      let (out, back) = (sent[sender] ?? [], came[sender]?.sorted() ?? [])
      try scheduler.require(out == back, "\(sender) has sent \(out), and \(back) came")
    }
  }
}
