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
/// - Complexity: O(ends) a call.
@available(*, noasync, message: "use 'try await select(_:timeout:)'")
public func select(
  _ first: any ReceivingEnd, _ rest: any ReceivingEnd..., timeout: Duration? = nil
) throws(InprocError) -> Int {
  let index = try Selection.wait(on: ([first] + rest).map(Selection.Target.init), Deadline(timeout))
  return index ?? 0
}

/// Waits until one of several receiving ends has a message or is closed, without taking anything.
///
/// - Parameters:
///   - first: a receiver, server or client. All must be of one registry.
///   - rest: further ones.
///   - timeout: the longest wait; nil waits without limit.
/// - Returns: the position of one that can be received from; ties go to the first named.
/// - Throws: `.timedOut`, `.cancelled`.
/// - Complexity: O(ends) a call.
public func select(
  _ first: any ReceivingEnd, _ rest: any ReceivingEnd..., timeout: Duration? = nil
) async throws(InprocError) -> Int {
  try await Selection.wait(on: ([first] + rest).map(Selection.Target.init), Deadline(timeout))
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
/// - Complexity: O(ends) a call.
@available(*, noasync, message: "select in a task names its ends: 'try await select(_:_:)'")
public func select(
  among ends: [any ReceivingEnd], timeout: Duration? = nil
) throws(InprocError) -> Int? {
  try selectReady(ends, waitingNot: false, timeout: timeout)
}

/// As ``select(_:_:timeout:)``, of an array; nil if that is empty. A deadline of now does not wait.
package func selectReady(
  _ ends: [any ReceivingEnd], waitingNot: Bool, timeout: Duration?
) throws(InprocError) -> Int? {
  let targets = ends.map(Selection.Target.init)
  if waitingNot { return Selection.ready(targets) }
  return try Selection.wait(on: targets, Deadline(timeout))
}

/// Waiting on several channels at once.
enum Selection {
  /// One of the things that it waits for, and where.
  struct Target: Sendable {
    let channel: Channel
    let kind: Place.Kind

    /// A message there, or its end.
    init(_ end: any ReceivingEnd) {
      channel = end.inbound.channel
      kind = .watch
    }

    /// Room there, or its end.
    init(roomAt end: any SendingEnd) {
      channel = end.outbound.channel
      kind = .watchRoom(end.outbound.connection)
    }

    var isReady: Bool { channel.isReady(kind) }
  }

  /// The first that is so, without waiting.
  static func ready(_ targets: [Target]) -> Int? { targets.firstIndex { $0.isReady } }

  static func wait(on targets: [Target], _ deadline: Deadline) throws(InprocError) -> Int? {
    guard let scheduler = targets.first?.channel.scheduler else { return nil }
    if !scheduler.hasCheckpoints { return try wait(on: targets, deadline, scheduler) }
    return try scheduler.perform(operation(targets)) { () throws(InprocError) in
      try wait(on: targets, deadline, scheduler)
    }
  }

  private static func operation(_ targets: [Target]) -> Operation {
    Operation(.select, targets.map(\.channel.endpoint))
  }

  private static func wait(
    on targets: [Target], _ deadline: Deadline, _ scheduler: any Scheduler
  ) throws(InprocError) -> Int {
    if let index = ready(targets) { return index }
    let thread = try scheduler.currentThread()
    let places = targets.map { Place($0.channel, $0.kind) }
    let waiter = Waiter(parker: thread, places: places)
    let instant = deadline.instant(scheduler)
    var enters = true
    note(.blocked(.select), targets.map(\.channel), waiter)
    while true {
      if let result = step(waiter, places, enters: enters) {
        noteEnd(targets.map(\.channel), waiter)
        return try result.get()
      }
      enters = false
      if scheduler.hasCheckpoints { scheduler.checkpoint(.parking) }
      thread.park(in: waiter, until: instant)
      if scheduler.hasCheckpoints { scheduler.checkpoint(.woken) }
    }
  }

  static func wait(on targets: [Target], _ deadline: Deadline) async throws(InprocError) -> Int {
    if Task.isCancelled { throw error(.cancelled) }
    guard let scheduler = targets.first?.channel.scheduler else { return 0 }
    if !scheduler.hasCheckpoints { return try await wait(on: targets, deadline, scheduler) }
    return try await scheduler.perform(operation(targets)) { () async throws(InprocError) in
      try await wait(on: targets, deadline, scheduler)
    }
  }

  private static func wait(
    on targets: [Target], _ deadline: Deadline, _ scheduler: any Scheduler
  ) async throws(InprocError) -> Int {
    if let index = ready(targets) { return index }
    guard scheduler.allowsTasks else {
      throw InprocError(.foreignThread, "a task can't select in a schedule that runs threads")
    }
    let task = TaskParker()
    let places = targets.map { Place($0.channel, $0.kind) }
    let waiter = Waiter(parker: task, places: places)
    note(.blocked(.select), targets.map(\.channel), waiter)
    let result = await task.run(waiter, until: deadline, on: scheduler) {
      isFirst in
      step(waiter, places, enters: isFirst)
    }
    noteEnd(targets.map(\.channel), waiter)
    return try result.get()
  }

  private static func step(
    _ waiter: Waiter, _ places: [Place], enters: Bool
  ) -> Result<Int, InprocError>? {
    var found: Int?
    for (index, place) in places.enumerated()
    where place.channel.watch(place, of: waiter, enters: enters) {
      found = index
      break
    }
    guard found != nil || waiter.outcome != .waiting else { return nil }
    let isServed = found != nil && waiter.settle(.served)
    waiter.leave()
    if isServed, let found { return .success(found) }
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
