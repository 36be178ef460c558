import Synchronization
import TestSupport
import Testing

@testable import Inproc

/// Lets others run until something is so; the suite's time limit, which cancels the test, bounds it.
func until(_ condition: () -> Bool) async {
  while !condition(), !Task.isCancelled { await Task.yield() }
}

/// Waits until so many calls stand in the line of a channel's receivers.
func untilReceiversWait(_ end: any ReceivingEnd, _ count: Int = 1) async {
  await until { end.inbound.channel.waiting.receivers == count }
}

/// Waits until so many calls stand in the line of a channel's senders.
func untilSendersWait(_ end: some SendingEnd, _ count: Int = 1) async {
  await until { end.outbound.channel.waiting.senders == count }
}

/// Where a frame's bytes are.
func address(_ frame: Frame) -> UInt {
  frame.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
}

/// A gate that all threads leave at once.
final class StartLine: Sendable {
  private let missing: Atomic<Int>
  init(_ count: Int) { missing = Atomic(count) }
  func wait() {
    missing.subtract(1, ordering: .sequentiallyConsistent)
    while missing.load(ordering: .sequentiallyConsistent) > 0 {}
  }
}

/// A weak reference that can be looked at from outside.
struct Weak<Object: AnyObject> {
  private(set) weak var object: Object?
  init(_ object: Object) { self.object = object }
}
