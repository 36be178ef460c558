/// A waiter's node in the wait queue of one channel.
///
/// Unchecked because all that varies is read and written under the channel's lock only.
class WaitNode: @unchecked Sendable {
  enum Kind {
    /// Takes a message; at a rendezvous a sender can hand a message to it.
    case receive
    /// Waits for a message, and does not take it.
    case watch
    /// Waits for room; at a rendezvous it offers its message.
    case send(Envelope, Connection)
    /// Waits for the first message, and does not take it: a poller, which is notified once.
    case watchOnce
    /// Waits for room, and sends nothing.
    case watchRoom(Connection)
    /// Waits until that many messages, counted since the queue was made, have left it.
    case untilReceived(Int)
  }

  final let channel: Channel
  final let kind: Kind
  /// Whether the node is one of several cases of a selection, so that its wait can end elsewhere, too.
  final let isOffer: Bool
  /// The call that waits here; nil while the node is not queued, which breaks the reference cycle. The
  /// waiter keeps its nodes alive, so the wait queue itself counts no references.
  final fileprivate(set) var waiter: Waiter?
  /// Whether the call was notified and has not retried since.
  final fileprivate(set) var isNotified = false
  /// The message that was handed to the call, at a rendezvous or as a task. Written before the wait is
  /// settled, because a task reads it without the lock.
  final var delivered: Envelope?
  /// Whether a counterpart at a rendezvous has chosen this node.
  final var isChosen = false
  // Both are queued, so they are alive.
  final unowned(unsafe) var next: WaitNode?
  final unowned(unsafe) var previous: WaitNode?

  init(_ channel: Channel, _ kind: Kind, isOffer: Bool = false) {
    self.channel = channel
    self.kind = kind
    self.isOffer = isOffer
  }

  final var isQueued: Bool { waiter != nil }
}

/// The calls that wait at one end of a channel, first come, first served. Operations are O(1) unless they
/// say otherwise.
struct WaitQueue {
  // Alive: a waiter keeps its nodes, and a queued node keeps its waiter.
  private(set) unowned(unsafe) var first: WaitNode?
  private unowned(unsafe) var last: WaitNode?
  // 32 bits, because five wait queues are a large part of the memory of a bound endpoint.
  private var length: Int32 = 0
  /// How many were notified and have not retried since.
  private var notifiedCount: Int32 = 0
  private var offers: Int32 = 0

  var isEmpty: Bool { length == 0 }
  /// Whether a waiter is here that has not been notified.
  var expectsNews: Bool { notifiedCount < length }
  var count: Int { Int(length) }

  /// The first waiter, if it is a task that a message can be handed to.
  var firstTask: Waiter? {
    guard let waiter = first?.waiter, waiter.takesDelivery else { return nil }
    return waiter
  }

  /// How many still wait: a selection may have chosen another case. O(1) without offers, else O(count).
  var openCount: Int {
    if offers == 0 { return count }
    var (current, open) = (first, 0)
    while let node = current {
      if node.waiter?.outcome == .waiting { open += 1 }
      current = node.next
    }
    return open
  }

  /// Whether a call other than `waiter` sends or receives here and still waits. O(count).
  func hasOpen(otherThan waiter: Waiter?) -> Bool {
    var current = first
    while let node = current {
      switch node.kind {
      case .send, .receive:
        if node.waiter !== waiter, node.waiter?.outcome == .waiting { return true }
      default: break
      }
      current = node.next
    }
    return false
  }

  mutating func append(_ node: WaitNode, of waiter: Waiter) {
    node.waiter = waiter
    node.isNotified = false
    if let last {
      last.next = node
      node.previous = last
    } else {
      first = node
    }
    last = node
    length += 1
    if node.isOffer { offers += 1 }
  }

  /// Notes that a notified call has retried: it can be notified again.
  mutating func resetNotified(_ node: WaitNode) {
    guard node.isQueued, node.isNotified else { return }
    node.isNotified = false
    notifiedCount -= 1
  }

  mutating func remove(_ node: WaitNode) {
    guard node.isQueued else { return }
    resetNotified(node)
    if let previous = node.previous { previous.next = node.next } else { first = node.next }
    if let next = node.next { next.previous = node.previous } else { last = node.previous }
    node.next = nil
    node.previous = nil
    length -= 1
    if node.isOffer { offers -= 1 }
    node.waiter = nil
  }

  /// How many nodes at the front fulfil a condition. O(result).
  func prefixCount(where condition: (WaitNode) -> Bool) -> Int {
    var (current, count) = (first, 0)
    while let node = current, condition(node) {
      count += 1
      current = node.next
    }
    return count
  }

  /// Whether a node is among the first `limit`. O(`limit`).
  func isAmongFirst(_ limit: Int, _ node: WaitNode) -> Bool {
    guard node.isQueued else { return false }
    if limit >= count { return limit > 0 }
    var current = first
    for _ in 0..<limit {
      guard let candidate = current else { return false }
      if candidate === node { return true }
      current = candidate.next
    }
    return false
  }

  /// Notifies all waiters whose node fulfils a condition. O(count).
  mutating func notify(into wakes: inout Wakes, where condition: (WaitNode) -> Bool) {
    var current = first
    while let node = current {
      if condition(node), !node.isNotified, let waiter = node.waiter {
        node.isNotified = true
        notifiedCount += 1
        wakes.append(waiter.parker)
      }
      current = node.next
    }
  }

  /// Notifies the first `limit` waiters, and adds those that were not notified before to a list.
  /// O(`limit`).
  mutating func notifyFirst(_ limit: Int, into wakes: inout Wakes) {
    if !expectsNews { return }
    var current = first
    var left = limit
    while left > 0, let node = current {
      if !node.isNotified, let waiter = node.waiter {
        node.isNotified = true
        notifiedCount += 1
        wakes.append(waiter.parker)
      }
      current = node.next
      left -= 1
    }
  }
}
