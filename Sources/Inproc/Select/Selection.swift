internal import CInprocCore

/// Waits until one of several receiving ends has a message or is closed, without taking anything.
///
/// ```swift
/// switch try select(jobs, control) {
/// case 0: try jobs.receive()
/// default: try control.receive()
/// }
/// ```
///
/// - Parameters:
///   - first: a receiver, server or client. All must be of one registry.
///   - rest: further ones.
///   - timeout: the longest wait; nil waits without limit.
/// - Returns: the position of one that can be received from; ties go to the first named.
/// - Throws: `.timedOut`, `.interrupted`.
/// - Complexity: O(ends) a call; a ``Poller`` that is kept has no such cost.
@available(
  *, noasync,
  message: "use 'try await select(_:timeout:)'; at the top level of main.swift, within a function"
)
public func select(
  _ first: any ReceivingEnd, _ rest: any ReceivingEnd..., timeout: Duration? = nil
) throws(InprocError) -> Int {
  if let index = Selection.readyAtOnce(first, rest) { return index }
  let targets = ([first] + rest).map { Selection.Target($0) }
  return try Selection.wait(on: targets, Deadline(timeout))?.index ?? 0
}

/// Waits until one of several receiving ends has a message or is closed, without taking anything.
///
/// - Parameters:
///   - first: a receiver, server or client. All must be of one registry.
///   - rest: further ones.
///   - timeout: the longest wait; nil waits without limit.
/// - Returns: the position of one that can be received from; ties go to the first named.
/// - Throws: `.timedOut`, `.cancelled`.
/// - Complexity: O(ends) a call; a ``Poller`` that is kept has no such cost.
public func select(
  _ first: any ReceivingEnd, _ rest: any ReceivingEnd..., timeout: Duration? = nil
) async throws(InprocError) -> Int {
  try await Selection.waitForAny(first, rest, Deadline(timeout))
}

/// Waits until one of any number of receiving ends has a message or is closed, without taking
/// anything.
///
/// ```swift
/// while let index = try select(among: inboxes) { try inboxes[index].receive() }
/// ```
///
/// - Parameters:
///   - ends: receivers, servers and clients of one registry.
///   - timeout: the longest wait; nil waits without limit.
/// - Returns: the position of one that can be received from, ties to the first; nil if there are
///   no ends.
/// - Throws: `.timedOut`, `.interrupted`.
/// - Complexity: O(ends) a call; a ``Poller`` that is kept has no such cost.
@available(
  *, noasync,
  message:
    "use 'try await select(among:timeout:)'; at the top level of main.swift, within a function"
)
public func select(
  among ends: [any ReceivingEnd], timeout: Duration? = nil
) throws(InprocError) -> Int? {
  try selectReady(ends, waitingNot: false, timeout: timeout)
}

/// As ``select(_:_:timeout:)``, of an array; nil if that is empty. A deadline of now does not wait.
package func selectReady(
  _ ends: [any ReceivingEnd], waitingNot: Bool, timeout: Duration?
) throws(InprocError) -> Int? {
  if let index = Selection.readyAtOnce(ends) { return index }
  let targets = ends.map { Selection.Target($0) }
  if waitingNot { return Selection.ready(targets) }
  return try Selection.wait(on: targets, Deadline(timeout))?.index
}

/// Waiting on several channels at once.
@usableFromInline enum Selection {
  /// What came of a wait.
  enum Found: Sendable {
    /// That one can be done, or could a moment ago.
    case ready(Int)
    /// That one was done: another call met it at a rendezvous, and handed over what is to be received.
    case done(Int, Envelope?)

    var index: Int {
      switch self {
      case .ready(let index), .done(let index, _): index
      }
    }
  }

  /// The first that is so, without waiting.
  static func ready(_ targets: [Target]) -> Int? { targets.firstIndex { $0.isReady } }

  /// The first end that can be received from; nil if a schedule has to see the check.
  static func readyAtOnce(_ first: any ReceivingEnd, _ rest: [any ReceivingEnd]) -> Int? {
    if hasCheckpoints(first) { return nil }
    if isReadable(first) { return 0 }
    return firstReadable(rest).map { $0 + 1 }
  }

  /// The same, of an array.
  static func readyAtOnce(_ ends: [any ReceivingEnd]) -> Int? {
    guard let first = ends.first, !hasCheckpoints(first) else { return nil }
    return firstReadable(ends)
  }

  private static func firstReadable(_ ends: [any ReceivingEnd]) -> Int? {
    for index in ends.indices where isReadable(ends[index]) { return index }
    return nil
  }

  // A receiver's channel is reached without counting a reference. Counting took four times as long as a check,
  // and the count is in a cache line that senders read.

  @inline(__always)
  private static func hasCheckpoints(_ end: any ReceivingEnd) -> Bool {
    (end as? Receiver)?.channel.hasCheckpoints ?? end.inbound.channel.hasCheckpoints
  }

  /// Whether an end can be received from.
  @inline(__always)
  private static func isReadable(_ end: any ReceivingEnd) -> Bool {
    if let receiver = end as? Receiver, receiver.channel.queue.limit > 0 {
      return inproc_is_readable(receiver.channel.cQueue)
    }
    return end.inbound.channel.isReadable
  }

  static func waitForAny(
    _ first: any ReceivingEnd, _ rest: [any ReceivingEnd], _ deadline: Deadline
  ) async throws(InprocError) -> Int {
    if !Task.isCancelled, let index = readyAtOnce(first, rest) { return index }
    return try await wait(on: ([first] + rest).map { Target($0) }, deadline).index
  }

  static func wait(on targets: [Target], _ deadline: Deadline) throws(InprocError) -> Found? {
    guard let scheduler = targets.first?.channel.scheduler else { return nil }
    if !scheduler.hasCheckpoints { return try wait(on: targets, deadline, scheduler) }
    return try scheduler.perform(operation(targets)) { () throws(InprocError) in
      try wait(on: targets, deadline, scheduler)
    }
  }

  private static func operation(_ targets: [Target]) -> Operation {
    Operation(.select, targets.map(\.channel.endpoint))
  }

  /// - Parameters:
  ///   - targets: what is waited for; not none.
  ///   - deadline: when to give up.
  ///   - scheduler: of their registry.
  ///   - operation: the operation of the wait in events; only a selection is recorded at all channels.
  /// - Returns: which came first.
  /// - Throws: `.timedOut`, `.interrupted`; `.cancelled` in a task.
  static func wait(
    on targets: [Target], _ deadline: Deadline, _ scheduler: any Scheduler,
    doing operation: Registry.Event.Operation = .select
  ) throws(InprocError) -> Found {
    if let index = ready(targets) { return .ready(index) }
    let deadline = deadline.fixed(scheduler)
    let spins = scheduler.spins && !targets.contains { $0.channel.queue.limit == 0 }
    if spins, let index = spinBeforeWaiting(targets, deadline) { return .ready(index) }
    let thread = try scheduler.currentThread()
    let waiter = targets[0].waiter(thread, others: targets.dropFirst(), hasSpun: spins)
    let nodes = waiter.nodes
    if scheduler.hasCheckpoints { scheduler.checkpoint(.beforeEnqueue) }
    let instant = deadline.instant(scheduler)
    let observers = nodes[0].channel.observers
    var enters = true
    note(.blocked(operation), channels(nodes, operation), thread, observers)
    while true {
      if let result = step(waiter, nodes, enters: enters) {
        noteEnd(
          waiter.outcome, channels(nodes, operation), thread, observers, doing: operation)
        return try result.get()
      }
      enters = false
      if scheduler.hasCheckpoints { scheduler.checkpoint(.parking) }
      thread.park(in: waiter, until: instant)
      if scheduler.hasCheckpoints { scheduler.checkpoint(.woken) }
    }
  }

  /// Spins for a short time, before a thread queues at each channel. Not at a rendezvous, where selections
  /// meet as queued waiters only.
  private static func spinBeforeWaiting(_ targets: [Target], _ deadline: Deadline) -> Int? {
    // Failed spins are counted at the first channel, together with those of calls that receive there.
    let cQueue = targets[0].channel.cQueue
    while spin(
      &cQueue.pointee.receive_failed_spins, until: deadline, { targets.contains { $0.seemsReady } })
    {
      coalesce(&cQueue.pointee.receive_failed_batches, upTo: 128) {
        targets.reduce(0) { $0 + $1.count }
      }
      if let index = ready(targets) { return index }
    }
    return nil
  }

  static func wait(on targets: [Target], _ deadline: Deadline) async throws(InprocError) -> Found {
    if Task.isCancelled { throw error(.cancelled) }
    guard let scheduler = targets.first?.channel.scheduler else { return .ready(0) }
    if !scheduler.hasCheckpoints { return try await wait(on: targets, deadline, scheduler) }
    return try await scheduler.perform(operation(targets)) { () async throws(InprocError) in
      try await wait(on: targets, deadline, scheduler)
    }
  }

  /// The same for a task.
  static func wait(
    on targets: [Target], _ deadline: Deadline, _ scheduler: any Scheduler,
    doing operation: Registry.Event.Operation = .select
  ) async throws(InprocError) -> Found {
    if let index = ready(targets) { return .ready(index) }
    try requireTasks(scheduler)
    let observers = targets[0].channel.observers
    let waiter = targets[0].waiter(CallingTask(), others: targets.dropFirst())
    let nodes = waiter.nodes
    note(.blocked(operation), channels(nodes, operation), waiter, observers)
    let result = await waiter.run(waiter, until: deadline, on: scheduler) {
      isFirst in
      step(waiter, nodes, enters: isFirst)
    }
    noteEnd(waiter.outcome, channels(nodes, operation), waiter, observers, doing: operation)
    return try result.get()
  }

  private static func channels(
    _ nodes: [WaitNode], _ operation: Registry.Event.Operation
  ) -> [Channel] {
    nodes.prefix(operation == .select ? nodes.count : 1).map(\.channel)
  }

  static func requireTasks(_ scheduler: any Scheduler) throws(InprocError) {
    if !scheduler.allowsTasks {
      throw InprocError(.foreignThread, "a task can't select in a schedule that runs threads")
    }
  }

  /// One attempt at all channels.
  ///
  /// Where two selections meet at a rendezvous, one to send and one to receive, the one that entered
  /// its wait queue first has offered, and stays. The other sees the offer when it enters its own wait queue,
  /// withdraws from all wait queues, and then takes the offer as any call would that does not wait: under
  /// the channel's lock, and by the one step that decides the offering selection's outcome. It offers
  /// nothing itself at that time, so nothing can be done twice.
  private static func step(
    _ waiter: Waiter, _ nodes: [WaitNode], enters: Bool
  ) -> Result<Found, InprocError>? {
    var found: Int?
    for (index, node) in nodes.enumerated()
    where node.channel.watch(node, of: waiter, enters: enters) {
      found = index
      break
    }
    guard found != nil || waiter.outcome != .waiting else { return nil }
    let withdrew = found != nil && waiter.settle(.served)
    // Takes the lock of each channel, so what was handed over is seen after it.
    waiter.leave()
    if withdrew, let found { return .success(.ready(found)) }
    if waiter.outcome == .served, let index = nodes.firstIndex(where: \.isChosen) {
      return .success(.done(index, nodes[index].delivered))
    }
    return .failure(error(waiter.outcome))
  }

  static func error(_ outcome: Waiter.Outcome) -> InprocError {
    switch outcome {
    case .timedOut:
      InprocError(
        .timedOut, "the time to select ran out; nothing was there at any of the endpoints")
    case .cancelled:
      InprocError(.cancelled, "the task was cancelled while selecting; nothing was taken")
    default:
      InprocError(.interrupted, "the selection was interrupted; nothing was taken")
    }
  }
}
