internal import CInprocPlatform
internal import Synchronization

/// One blocked call that stands in the line of a channel, or of several.
///
/// Its outcome is decided once, by one atomic step: whoever moves it from `waiting` has won, be it
/// the message, the deadline, an interruption or a cancellation. A call that sends or receives
/// stands in one line only, and there that step is taken under the channel's lock, together with
/// the message. A selection takes nothing, so its step needs no lock.
///
/// It is its own place in the line, and where a task waits also what suspends it: a wait makes one
/// object.
final class Waiter: WaitNode, Wait, TaskParking, @unchecked Sendable {
  // Unchecked because `Place` is; what is added here does not vary but by atomics.
  enum Outcome: UInt8 {
    case waiting = 0
    case served = 1
    case timedOut = 2
    case interrupted, cancelled, closed
  }

  /// Who waits; nil for a task.
  private let thread: (any Parker)?
  private let task: UInt64
  private let suspension = Suspension()
  private let decision = Atomic<UInt8>(Outcome.waiting.rawValue)
  /// Of a selection: its further places.
  private let others: [WaitNode]

  let hasSpun: Bool

  /// One place at each channel it waits at.
  ///
  /// - Parameters:
  ///   - parker: who waits.
  ///   - channel: where.
  ///   - kind: for what.
  ///   - isOffer: whether others can meet it there in its stead.
  ///   - others: its further places.
  ///   - hasSpun: whether it has looked again before it stands in line.
  init(
    parker: any Parker, _ channel: Channel, _ kind: Kind, isOffer: Bool = false,
    others: [WaitNode] = [], hasSpun: Bool = false
  ) {
    thread = parker
    task = 0
    self.others = others
    self.hasSpun = hasSpun
    takesDelivery = false
    super.init(channel, kind, isOffer: isOffer)
  }

  /// The same of a task.
  init(
    _ task: CallingTask, _ channel: Channel, _ kind: Kind, isOffer: Bool = false,
    others: [WaitNode] = []
  ) {
    thread = nil
    self.task = task.number
    self.others = others
    hasSpun = false
    if case .receive = kind { takesDelivery = others.isEmpty } else { takesDelivery = false }
    super.init(channel, kind, isOffer: isOffer)
  }

  var parker: any Parker { thread ?? self }
  var nodes: [WaitNode] { [self] + others }

  /// A task that receives: who sends can hand it a message.
  let takesDelivery: Bool

  var outcome: Outcome {
    Outcome(rawValue: decision.load(ordering: .acquiring)) ?? .waiting
  }

  /// Decides the outcome, if that has not happened yet. Returns whether this call did.
  func settle(_ outcome: Outcome) -> Bool {
    decision.compareExchange(
      expected: Outcome.waiting.rawValue, desired: outcome.rawValue,
      ordering: .acquiringAndReleasing
    ).exchanged
  }

  func end(_ reason: WaitEnd) -> Bool {
    let outcome = Outcome(rawValue: reason.rawValue) ?? .interrupted
    if others.isEmpty { return channel.end(self, at: self, outcome) }
    guard settle(outcome) else { return false }
    leave()
    return true
  }

  /// Leaves all lines; those behind move up.
  func leave() {
    channel.leave(self)
    for node in others { node.channel.leave(node) }
  }

  var canGoOn: Bool {
    outcome != .waiting || channel.canGoOn(self) || others.contains { $0.channel.canGoOn($0) }
  }

  // MARK: A task that waits

  func wake() { suspension.wake() }
  @inline(__always) func suspend() async { await suspension.suspend() }
  var identity: Registry.Event.Thread { .init(name: "task", id: task, isTask: true) }

  /// It waits for itself. Does what `withTaskCancellationHandler` does, which as a function costs
  /// three frames, each of which is allocated and asks for the current executor.
  @inline(__always) func park(in wait: some Wait) async {
    let record = inproc_begin_cancellable(Unmanaged.passUnretained(self).toOpaque())
    await suspend()
    // The handler does not run any more when this returns, so it was given no reference.
    inproc_end_cancellable(record)
    withExtendedLifetime(self) {}
  }

  fileprivate func cancel() {
    if end(.cancelled) { wake() }
  }
}

/// Called by the runtime where a task is cancelled that waits.
@_cdecl("inproc_cancel_waiter")
func cancelWaiter(_ waiter: UnsafeMutableRawPointer) {
  Unmanaged<Waiter>.fromOpaque(waiter).takeUnretainedValue().cancel()
}

/// A waiter's place in the line of one channel.
///
/// Unchecked because all that varies is read and written under the channel's lock only.
class WaitNode: @unchecked Sendable {
  enum Kind {
    /// Takes a message; at a rendezvous a message can be handed to it.
    case receive
    /// Waits for a message and leaves it there.
    case watch
    /// Waits for room; at a rendezvous it offers its message.
    case send(Envelope, Connection)
    /// Waits for the first message, and leaves it there: a poller, that is told once.
    case watchOnce
    /// Waits for room and sends nothing.
    case watchRoom(Connection)
    /// Waits until so many messages, counted since the queue was made, have left it.
    case untilReceived(Int)
  }

  final let channel: Channel
  final let kind: Kind
  /// It is one of several things that a selection waits to do, so its wait can end elsewhere, too.
  final let isOffer: Bool
  /// Who waits here, while it stands in line; leaving breaks the cycle. It keeps its places alive,
  /// so the line itself counts no references.
  final fileprivate(set) var waiter: Waiter?
  /// Was told to look, and has not looked since.
  final fileprivate(set) var isNotified = false
  /// What was handed over, at a rendezvous or to a task. For a task set before the wait is settled.
  final var delivered: Envelope?
  /// Somebody met it at a rendezvous.
  final var isChosen = false
  // Both are in line, so they are alive.
  final unowned(unsafe) var next: WaitNode?
  final unowned(unsafe) var previous: WaitNode?

  init(_ channel: Channel, _ kind: Kind, isOffer: Bool = false) {
    self.channel = channel
    self.kind = kind
    self.isOffer = isOffer
  }

  final var isQueued: Bool { waiter != nil }
}

/// Those who wait at one end of a channel, in the order they came. All operations that do not say
/// otherwise are O(1).
struct WaitQueue {
  // Alive, because each is kept by its waiter, and that by the place itself as long as it is in line.
  private(set) unowned(unsafe) var first: WaitNode?
  private unowned(unsafe) var last: WaitNode?
  // Narrow, because five of these are a good part of what a bound endpoint takes.
  private var length: Int32 = 0
  /// How many were told to look, and have not looked since.
  private var notifiedCount: Int32 = 0
  private var offers: Int32 = 0

  var isEmpty: Bool { length == 0 }
  /// Whether someone is here who would have to be told.
  var expectsNews: Bool { notifiedCount < length }
  var count: Int { Int(length) }

  /// The first, if it is a task that can be handed a message. It is its own place.
  var firstTask: Waiter? {
    guard let waiter = first?.waiter, waiter.takesDelivery else { return nil }
    return waiter
  }

  /// How many have not chosen something else meanwhile. O(1) without offers, else O(count).
  var openCount: Int {
    if offers == 0 { return count }
    var (current, open) = (first, 0)
    while let node = current {
      if node.waiter?.outcome == .waiting { open += 1 }
      current = node.next
    }
    return open
  }

  /// Whether anyone sends or receives here, and has not chosen something else meanwhile. O(count).
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

  /// One who was told has looked, and can be told again.
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

  /// How many at the front a condition holds for. O(that many).
  func prefixCount(where condition: (WaitNode) -> Bool) -> Int {
    var (current, count) = (first, 0)
    while let node = current, condition(node) {
      count += 1
      current = node.next
    }
    return count
  }

  /// Whether the place is among the first `limit`. O(`limit`).
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

  /// Notes those as told to look that a condition holds for. O(count).
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

  /// Notes the first `limit` as told to look, and adds those who were not yet to a list. O(`limit`).
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

/// What is to be done once the lock is free: threads and tasks to wake. Allocates nothing for one.
struct Wakes {
  private var first: (any Parker)?
  private var others: [any Parker]?
  /// The queue was brought to its end: the reference that its ties had is to be released.
  var hasEnded = false
  /// A message that gave way to a newer one, to be released.
  var dropped: Envelope?
  /// The same of events that an observer has lost.
  private var outdated: Message?
  private var furtherOutdated: [Message] = []

  var isEmpty: Bool { first == nil }
  mutating func append(_ parker: any Parker) {
    if first == nil {
      first = parker
    } else if others == nil {
      others = [parker]
    } else {
      others?.append(parker)
    }
  }
  mutating func append(_ parkers: [any Parker]) {
    for parker in parkers { append(parker) }
  }
  mutating func release(_ message: consuming Message) {
    if outdated == nil { outdated = message } else { furtherOutdated.append(message) }
  }
  @inline(__always)
  func wake() {
    if !isEmpty { wakeAll() }
  }
  private func wakeAll() {
    first?.wake()
    for parker in others ?? [] { parker.wake() }
  }
}
