internal import CInprocCore

/// What events tell of a queue, and how its messages are numbered. It is made when the queue first takes part
/// in an event.
///
/// Because a queue is first in, first out, the number of a message follows from how many messages have passed
/// that end of the queue since the period of observation began.
final class ObservedQueue: @unchecked Sendable {
  // Unchecked because each tally is accessed under the lock of its end only.
  let number: UInt64
  let endpoint: Endpoint
  let isReply: Bool
  /// In two separate cache lines.
  private let tallies: UnsafeMutablePointer<inproc_tallies>

  init(number: UInt64, endpoint: Endpoint, isReply: Bool) {
    self.number = number
    self.endpoint = endpoint
    self.isReply = isReply
    tallies = .allocate(capacity: 1)
    tallies.initialize(to: inproc_tallies())
  }

  deinit { tallies.deallocate() }

  /// Under the senders' lock.
  @inline(__always)
  var sends: UnsafeMutablePointer<inproc_tally> {
    UnsafeMutableRawPointer(tallies).assumingMemoryBound(to: inproc_tally.self)
  }

  /// Under the receivers' lock; at a rendezvous, where a message passes both ends at once, under the
  /// channel's.
  @inline(__always)
  var receives: UnsafeMutablePointer<inproc_tally> { sends + 1 }

  /// The number of the next message that is handed over at a rendezvous.
  func nextMeeting() -> UInt64 {
    receives.pointee.highest += 1
    return UInt64(receives.pointee.highest)
  }
}

extension UnsafeMutablePointer<inproc_tally> {
  /// Begins to number messages in a period of observation.
  ///
  /// - Parameters:
  ///   - epoch: the number of the period.
  ///   - received: how many messages have left the queue.
  ///   - highest: the highest number that was ever given.
  func begin(_ epoch: UInt32, received: Int, highest: Int) {
    pointee.epoch = epoch
    pointee.offset = received - highest
    pointee.highest = highest
  }

  /// The number of the message that passed as the `count`th.
  @inline(__always)
  func number(of count: Int) -> UInt64 {
    pointee.highest = max(pointee.highest, count - pointee.offset)
    return UInt64(count - pointee.offset)
  }
}
