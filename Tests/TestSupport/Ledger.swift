package import Inproc

/// What was sent and what came, by sender and receiver, to be compared at the end.
///
/// Each thread writes in its own column only, so under a schedule the order of its calls tells nobody
/// anything.
package final class Ledger: Sendable {
  private struct Books {
    var sent: [String: [Int]] = [:]
    var received: [String: [(sender: String, number: Int)]] = [:]
  }
  private let books = Guarded(Books())

  package init() {}

  /// The message that the ledger knows a number of a sender by.
  package static func message(_ sender: String, _ number: Int) -> Message {
    [Frame(sender), Frame("\(number)")]
  }

  /// Notes that a sender has sent a number.
  package func sent(_ number: Int, by sender: String) {
    books.withLock { $0.sent[sender, default: []].append(number) }
  }

  /// Notes what a receiver got, if it got anything.
  package func received(_ message: Message?, by receiver: String) {
    guard let message else { return }
    let number = Int(message[1].description) ?? -1
    books.withLock {
      $0.received[receiver, default: []].append((message[0].description, number))
    }
  }

  /// How much was reported as sent.
  package var sentCount: Int { books.withLock { $0.sent.values.reduce(0) { $0 + $1.count } } }

  /// What is wrong, a sentence each: everything that was reported as sent has to come once, and
  /// nothing else; each receiver has to see each sender's in their order.
  package var mismatches: [String] {
    let (sent, received) = books.withLock { ($0.sent, $0.received) }
    var mismatches: [String] = []
    var came: [String: [Int]] = [:]
    for (receiver, messages) in received.sorted(by: { $0.key < $1.key }) {
      var last: [String: Int] = [:]
      for (sender, number) in messages {
        if number <= last[sender, default: -1] {
          mismatches.append(
            "\(receiver) received \(sender)'s \(number) after \(last[sender] ?? -1)")
        }
        last[sender] = number
        came[sender, default: []].append(number)
      }
    }
    for sender in Set(sent.keys).union(came.keys).sorted() {
      let (out, back) = (sent[sender] ?? [], came[sender]?.sorted() ?? [])
      if out != back { mismatches.append("\(sender) has sent \(out), and \(back) came") }
    }
    return mismatches
  }
}
