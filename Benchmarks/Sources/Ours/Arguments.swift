import CPlacement
import Foundation
import Inproc
import InprocBenchmarks

/// What this contestant has no equivalent of.
struct Unsupported: Error, CustomStringConvertible {
  var description: String
}

/// What the runner asks for: words of the form `key=value`.
struct Arguments: Sendable {
  private var words: [String: String] = [:]

  init(_ words: some Sequence<String>) {
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { self.words[String(parts[0])] = String(parts[1]) }
    }
  }

  subscript(key: String) -> String { words[key] ?? "" }

  func number(_ key: String, _ otherwise: Int) -> Int {
    words[key].flatMap { Int($0) } ?? otherwise
  }

  var count: Int { number("count", 1_000_000) }
  var senderCore: Int32 { Int32(number("sender-core", -1)) }
  var receiverCore: Int32 { Int32(number("receiver-core", -1)) }

  /// Keeps all threads on the core of both sides, those of the tasks' pool among them.
  func stayOnOneCore() {
    if senderCore == receiverCore { _ = placement_pin(senderCore) }
  }

  /// Puts the calling thread where its side belongs.
  func place(_ side: BenchRun.Side) {
    let core = side == .sender ? senderCore : receiverCore
    guard placement_pin(core) else {
      FileHandle.standardError.write(Data("can't stay on core \(core)\n".utf8))
      exit(1)
    }
  }

  /// The run that they describe.
  func run() throws -> BenchRun {
    guard let shape = BenchRun.Shape(rawValue: self["shape"]) else {
      throw Unsupported(description: "shape '\(self["shape"])'")
    }
    // Values have none.
    let payload = self["payload"].isEmpty ? .shared : BenchRun.Payload(rawValue: self["payload"])
    guard let payload else {
      throw Unsupported(description: "payload '\(self["payload"])'")
    }
    let waiting = self["waiting"].isEmpty ? .poller : BenchWaiting(rawValue: self["waiting"])
    guard let waiting else { throw Unsupported(description: "waiting '\(self["waiting"])'") }
    let capacity = number("capacity", -1)
    return BenchRun(
      shape: shape, payload: payload, frames: max(1, number("frames", 0)),
      senders: number("senders", 1), receivers: number("receivers", 1),
      capacity: capacity < 0 ? .unbounded : .bounded(capacity),
      endpoints: number("endpoints", 10), waiting: waiting, isObserved: self["observed"] == "yes",
      count: count,
      place: { [self] in place($0) })
  }
}
