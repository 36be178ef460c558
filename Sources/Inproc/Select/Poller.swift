internal import CInprocCore
internal import Synchronization

/// Waits again and again until one of several receiving ends has a message or is closed. What it
/// costs does not depend on how many of them are idle.
///
/// ```swift
/// let poller = Poller(among: inboxes)
/// while true {
///   let index = try poller.wait()
///   if let message = try inboxes[index].tryReceive() { print(index, message) }
/// }
/// ```
///
/// A `select(among:timeout:)` checks every end in each call. A poller queues a node at each idle end once,
/// which stays there from call to call; the first message there puts that end on the poller's ready list,
/// and only the ends on that list are checked. `epoll` relates to `poll` in the same way.
///
/// A poller takes no messages: they can be received past it at any time. It belongs to one thread or task at
/// a time, and keeps its ends alive. Releasing it removes its nodes.
public final class Poller {
  private final class Member {
    let end: any ReceivingEnd
    let channel: Channel
    let waiter: Waiter

    init(_ end: any ReceivingEnd, _ entry: ReadyList.Entry) {
      self.end = end
      channel = end.inbound.channel
      waiter = Waiter(parker: entry, channel, .watchOnce)
    }
  }
  // Run-time checks for overlapping accesses took a quarter of a wait. No accesses overlap, because what a
  // poller calls does not know the poller.

  /// The ends by their positions; nil where one was removed.
  @exclusivity(unchecked) private var members: [Member?]
  /// The queues of the ends, so that checking one takes three loads. Nil where an end was removed.
  @exclusivity(unchecked) private var cQueues: [UnsafeMutablePointer<inproc_queue>?]
  /// The ends that got a message while their node was queued, or have not been checked yet.
  private let ready: ReadyList
  /// The ends that were found empty and whose node is not queued yet: each wait checks them. Queueing a node
  /// again after each message, and being notified of the next, takes as long as 100 checks.
  @exclusivity(unchecked) private var unarmed: Bits
  /// Consecutive checks of each end that found nothing.
  @exclusivity(unchecked) private var failedPolls: [UInt16]
  private let order: SelectOrder
  private let scheduler: any Scheduler
  private let hasCheckpoints: Bool
  /// Consecutive failed spins, and batching windows in which no more messages came.
  private let failedSpins = WaitWord()
  private let failedBatches = WaitWord()
  /// The number of messages at which a batching window ends.
  private let batch: Int

  private static let mostUnarmed = 16
  private static let mostFailedPolls = 1024

  /// - Parameters:
  ///   - ends: receivers, servers and clients of one registry.
  ///   - order: which comes first where several could be received from.
  /// - Complexity: O(ends); the first wait checks each once.
  public init(among ends: [any ReceivingEnd], order: SelectOrder = .firstNamed) {
    let ready = ReadyList(count: ends.count)
    self.ready = ready
    self.order = order
    unarmed = Bits(count: ends.count)
    scheduler = ends.first?.inbound.channel.scheduler ?? SystemScheduler.shared
    hasCheckpoints = scheduler.hasCheckpoints
    let members = ends.enumerated().map { Member($1, ReadyList.Entry(ready, $0)) }
    cQueues = members.map(\.channel.cQueue)
    failedPolls = Array(repeating: 0, count: members.count)
    batch = members.reduce(0) { min(128, $0 + min(128, $1.channel.queue.limit / 2)) }
    self.members = members
  }

  /// - Parameters:
  ///   - ends: receivers, servers and clients of one registry.
  ///   - order: which comes first where several could be received from.
  public convenience init(_ ends: any ReceivingEnd..., order: SelectOrder = .firstNamed) {
    self.init(among: ends, order: order)
  }

  deinit {
    for case let member? in members { member.channel.leave(member.waiter) }
  }

  /// Removes an end, such as one that is closed, which would be found again and again. The positions of the
  /// others stay.
  ///
  /// - Parameter index: its position. One that is not there, or no longer, is left alone.
  public func remove(at index: Int) {
    guard members.indices.contains(index), let member = members[index] else { return }
    member.channel.leave(member.waiter)
    members[index] = nil
    cQueues[index] = nil
    unarmed.remove(index)
    ready.remove(index)
  }

  /// One that can be received from now; nil where there is none. Never blocks.
  ///
  /// - Returns: its position among the ends; what is closed counts.
  /// - Complexity: O(1) for each end that got a message since it was last found empty, one check for each of
  ///   the 16 that were found empty last, and one step for every 64 ends.
  public func poll() -> Int? {
    let first = firstPosition
    let found = look(from: first, to: members.count) ?? look(from: 0, to: first)
    if let found, case .fair(let turns) = order { turns.chose(found) }
    return found
  }

  /// The first end that can be received from, among those that have to be checked.
  private func look(from start: Int, to end: Int) -> Int? {
    var position = start
    while position < end {
      let word = position / 64
      let candidates = (ready.bits(word) | unarmed.bits(word)) >> UInt64(position % 64)
      if candidates == 0 {
        position = (word + 1) * 64
        continue
      }
      position += candidates.trailingZeroBitCount
      if position >= end { return nil }
      if isReadable(position) { return position }
      position += 1
    }
    return nil
  }

  /// Whether an end can be received from. If not, it is noted as unarmed, or its node is queued.
  @inline(__always)
  private func isReadable(_ index: Int) -> Bool {
    if let cQueue = cQueues[index], inproc_is_readable(cQueue) {
      if failedPolls[index] > 0 { failedPolls[index] = 0 }
      return true
    }
    return isReadableAfterAll(index)
  }

  @inline(never)
  private func isReadableAfterAll(_ index: Int) -> Bool {
    // An end whose messages come one by one is cheaper to check for a while than to queue at.
    if unarmed.contains(index) {
      failedPolls[index] += 1
      if failedPolls[index] < Self.mostFailedPolls { return false }
      unarmed.remove(index)
    } else {
      // At a rendezvous a check takes a lock, too.
      let isRendezvous = members[index]?.channel.queue.limit == 0
      if isRendezvous, members[index]?.channel.isReadable == true { return true }
      // In this order, because a message that comes in between puts the end on the list again.
      ready.remove(index)
      if !isRendezvous, unarmed.count < Self.mostUnarmed, members[index] != nil {
        unarmed.insert(index)
        return false
      }
    }
    return arm(index)
  }

  /// Queues the node of an end, unless that can be received from. Returns whether it can.
  private func arm(_ index: Int) -> Bool {
    failedPolls[index] = 0
    guard let member = members[index], member.channel.arm(member.waiter) else { return false }
    ready.insert(index)
    return true
  }

  /// Queues the nodes of all ends, before a wait. Ends that can be received from are on the ready list then.
  private func armAll() {
    unarmed.removeAll { _ = arm($0) }
  }

  private var firstPosition: Int {
    if case .fair(let turns) = order, !members.isEmpty { turns.first % members.count } else { 0 }
  }

  /// Blocks until one can be received from.
  ///
  /// - Parameter timeout: the longest wait; nil waits without limit.
  /// - Returns: its position among the ends. Where others receive there too, one of them may be faster:
  ///   use ``ReceivingEnd/tryReceive()``.
  /// - Throws: `.closed` if no end is left, `.timedOut`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await wait(timeout:)'; at the top level of main.swift, within a function"
  )
  public func wait(timeout: Duration? = nil) throws(InprocError) -> Int {
    if !hasCheckpoints {
      if let index = poll() { return index }
      try requireEnds()
      return try wait(Deadline(timeout))
    }
    try requireEnds()
    return try scheduler.perform(operation) { () throws(InprocError) in
      try wait(Deadline(timeout))
    }
  }

  /// Suspends until one can be received from.
  ///
  /// - Parameter timeout: the longest wait; nil waits without limit.
  /// - Returns: its position among the ends. Where others receive there too, one of them may be faster:
  ///   use ``ReceivingEnd/tryReceive()``.
  /// - Throws: `.closed` if no end is left, `.timedOut`, `.cancelled`.
  public func wait(timeout: Duration? = nil) async throws(InprocError) -> Int {
    try await wait(until: Deadline(timeout))
  }

  func wait(until deadline: Deadline) async throws(InprocError) -> Int {
    if Task.isCancelled { throw Selection.error(.cancelled) }
    if !hasCheckpoints {
      if let index = poll() { return index }
      try requireEnds()
      return try await waitSuspended(deadline)
    }
    try requireEnds()
    return try await scheduler.perform(operation) { () async throws(InprocError) in
      try await waitSuspended(deadline)
    }
  }

  private func wait(_ deadline: Deadline) throws(InprocError) -> Int {
    let deadline = deadline.fixed(scheduler)
    if scheduler.spins {
      while spin(failedSpins.address, until: deadline, { isUnarmedReadable || !ready.isEmpty }) {
        coalesce(failedBatches.address, upTo: batch) { amount }
        if let index = poll() { return index }
      }
    }
    let thread = try scheduler.currentThread()
    let wait = PollerWait(ready)
    let instant = deadline.instant(scheduler)
    defer { noteEnd(wait, thread) }
    var isFirst = true
    while true {
      if let result = step(wait, thread, isFirst) { return try result.get() }
      isFirst = false
      if hasCheckpoints { scheduler.checkpoint(.parking) }
      thread.park(in: wait, until: instant)
      if hasCheckpoints { scheduler.checkpoint(.woken) }
    }
  }

  private var isUnarmedReadable: Bool {
    unarmed.contains { position in cQueues[position].map { inproc_is_readable($0) } ?? false }
  }

  /// How many messages the unarmed ends have, plus how many ends are on the ready list.
  private var amount: Int {
    ready.count
      + unarmed.sum { position in
        guard let cQueue = cQueues[position] else { return 0 }
        let head = inproc_load(&cQueue.pointee.head)
        return inproc_load(&cQueue.pointee.tail) - head
      }
  }

  private func waitSuspended(_ deadline: Deadline) async throws(InprocError) -> Int {
    try Selection.requireTasks(scheduler)
    let task = TaskParker()
    let wait = PollerWait(ready)
    defer { noteEnd(wait, task) }
    let result = await task.run(wait, until: deadline, on: scheduler) { isFirst in
      step(wait, task, isFirst)
    }
    return try result.get()
  }

  /// One attempt; nil if the thread or task has to sleep, and will be woken.
  private func step(
    _ wait: PollerWait, _ parker: any Parker, _ isFirst: Bool
  ) -> Result<Int, InprocError>? {
    repeat {
      if let index = poll() {
        if wait.settle(.served) { return .success(index) }
        return .failure(Selection.error(wait.outcome))
      }
      if wait.outcome != .waiting { return .failure(Selection.error(wait.outcome)) }
      armAll()
    } while !ready.wakes(parker)
    if isFirst, let observers {
      wait.hasWaited = true
      Selection.note(.blocked(.select), channels, parker, observers)
    }
    return nil
  }

  private func noteEnd(_ wait: PollerWait, _ parker: any Parker) {
    ready.wakesNoMore()
    if wait.hasWaited, let observers {
      Selection.noteEnd(wait.outcome, channels, parker, observers)
    }
  }

  private var channels: [Channel] { members.compactMap { $0?.channel } }
  private var observers: Observers? {
    members.lazy.compactMap { $0 }.first?.channel.observers
  }
  private var operation: Operation { Operation(.select, channels.map(\.endpoint)) }

  private func requireEnds() throws(InprocError) {
    if members.allSatisfy({ $0 == nil }) {
      throw InprocError(.closed, "the poller has no end left to wait at; make another one")
    }
  }
}

/// One wait of a poller.
private final class PollerWait: Wait, @unchecked Sendable {
  private let list: ReadyList
  /// Accessed by the waiting call only, which is why this class is unchecked.
  var hasWaited = false
  private let decision = Guarded(Waiter.Outcome.waiting)

  init(_ list: ReadyList) { self.list = list }

  var outcome: Waiter.Outcome { decision.withLock { $0 } }

  func settle(_ outcome: Waiter.Outcome) -> Bool {
    decision.withLock { decision in
      guard decision == .waiting else { return false }
      decision = outcome
      return true
    }
  }

  func end(_ reason: WaitEnd) -> Bool {
    settle(Waiter.Outcome(rawValue: reason.rawValue) ?? .interrupted)
  }

  var canGoOn: Bool { outcome != .waiting || !list.isEmpty }
}
