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
/// A ``select(among:timeout:)`` looks at every end in each call. A poller stands in the line of each
/// idle end once and stays there from call to call; the first message there puts that end on a list of
/// its own, and only who is on that list is looked at. That is how `epoll` relates to `poll`.
///
/// It takes nothing and keeps nothing from others: messages can be received past it at any time. It
/// belongs to one thread or task at a time, and keeps its ends alive. Releasing it leaves all lines.
public final class Poller {
  private struct Member {
    let end: any ReceivingEnd
    let channel: Channel
    let place: Place
    let waiter: Waiter
  }
  /// By position; nil where one was removed.
  private var members: [Member?]
  private let ready: ReadyList
  private let order: SelectOrder

  /// - Parameters:
  ///   - ends: receivers, servers and clients of one registry.
  ///   - order: which comes first where several could be received from.
  /// - Complexity: O(ends); the first wait looks at each once.
  public init(among ends: [any ReceivingEnd], order: SelectOrder = .firstNamed) {
    let ready = ReadyList(count: ends.count)
    self.ready = ready
    self.order = order
    members = ends.enumerated().map { index, end in
      let channel = end.inbound.channel
      let place = Place(channel, .watchOnce)
      let waiter = Waiter(parker: ReadyList.Entry(ready, index), place)
      return Member(end: end, channel: channel, place: place, waiter: waiter)
    }
  }

  /// - Parameters:
  ///   - ends: receivers, servers and clients of one registry.
  ///   - order: which comes first where several could be received from.
  public convenience init(_ ends: any ReceivingEnd..., order: SelectOrder = .firstNamed) {
    self.init(among: ends, order: order)
  }

  deinit {
    for case let member? in members { member.channel.leave(member.place) }
  }

  /// Takes an end out, such as one that is closed: it would be found again and again. The positions of
  /// the others stay.
  ///
  /// - Parameter index: its position. One that is not there, or no longer, is left alone.
  public func remove(at index: Int) {
    guard members.indices.contains(index), let member = members[index] else { return }
    member.channel.leave(member.place)
    members[index] = nil
  }

  /// One that can be received from now; nil where there is none. Never blocks.
  ///
  /// - Returns: its position among the ends; what is closed counts.
  /// - Complexity: O(1) for each end that got a message since it was last found empty, and one step
  ///   for every 64 ends.
  public func poll() -> Int? {
    while let index = ready.first(from: firstPosition) {
      guard let member = members[index] else {
        ready.remove(index)
        continue
      }
      if !member.channel.isReadable {
        // In this order: a message that comes in between puts it on the list again.
        ready.remove(index)
        guard member.channel.arm(member.place, of: member.waiter) else { continue }
        ready.insert(index)
      }
      if case .fair(let turns) = order { turns.chose(index) }
      return index
    }
    return nil
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
  @available(*, noasync, message: "use 'try await wait(timeout:)'")
  public func wait(timeout: Duration? = nil) throws(InprocError) -> Int {
    let scheduler = try scheduler()
    if !scheduler.hasCheckpoints {
      if let index = poll() { return index }
      return try wait(Deadline(timeout), scheduler)
    }
    return try scheduler.perform(operation) { () throws(InprocError) in
      try wait(Deadline(timeout), scheduler)
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
    let scheduler = try scheduler()
    if !scheduler.hasCheckpoints {
      if let index = poll() { return index }
      return try await wait(deadline, scheduler)
    }
    return try await scheduler.perform(operation) { () async throws(InprocError) in
      try await wait(deadline, scheduler)
    }
  }

  private func wait(_ deadline: Deadline, _ scheduler: any Scheduler) throws(InprocError) -> Int {
    let thread = try scheduler.currentThread()
    let wait = PollerWait(ready)
    let instant = deadline.instant(scheduler)
    defer { noteEnd(wait, thread) }
    var isFirst = true
    while true {
      if let result = step(wait, thread, isFirst) { return try result.get() }
      isFirst = false
      if scheduler.hasCheckpoints { scheduler.checkpoint(.parking) }
      thread.park(in: wait, until: instant)
      if scheduler.hasCheckpoints { scheduler.checkpoint(.woken) }
    }
  }

  private func wait(
    _ deadline: Deadline, _ scheduler: any Scheduler
  ) async throws(InprocError) -> Int {
    try Selection.requireTasks(scheduler)
    let task = TaskParker(isObserved: observers?.isActive ?? false)
    let wait = PollerWait(ready)
    defer { noteEnd(wait, task) }
    let result = await task.run(wait, until: deadline, on: scheduler) { isFirst in
      step(wait, task, isFirst)
    }
    return try result.get()
  }

  /// One look at those that are ready; nil where the thread or task is to sleep, and will be woken.
  private func step(
    _ wait: PollerWait, _ parker: any Parker, _ isFirst: Bool
  ) -> Result<Int, InprocError>? {
    repeat {
      if let index = poll() {
        if wait.settle(.served) { return .success(index) }
        return .failure(Selection.error(wait.outcome))
      }
      if wait.outcome != .waiting { return .failure(Selection.error(wait.outcome)) }
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
    members.lazy.compactMap { $0 }.first?.channel.observation.observers
  }
  private var operation: Operation { Operation(.select, channels.map(\.endpoint)) }

  private func scheduler() throws(InprocError) -> any Scheduler {
    guard let member = members.lazy.compactMap({ $0 }).first else {
      throw InprocError(.closed, "the poller has no end left to wait at; make another one")
    }
    return member.channel.scheduler
  }
}

/// The positions of those ends that got a message, or were not looked at yet.
private final class ReadyList: Sendable {
  private struct State {
    var words: [UInt64]
    var parker: (any Parker)?
  }
  private let state: Guarded<State>

  /// All are on it at first.
  init(count: Int) {
    var words = [UInt64](repeating: .max, count: (count + 63) / 64)
    if count % 64 != 0 { words[words.count - 1] = (1 << UInt64(count % 64)) - 1 }
    state = Guarded(State(words: words))
  }

  /// The first one from a position on, and from 0 on after the last. O(count / 64).
  func first(from start: Int) -> Int? {
    state.withLock { state in
      let words = state.words
      let (word, bit) = (start / 64, UInt64(start % 64))
      for step in 0...words.count {
        guard !words.isEmpty else { return nil }
        let index = (word + step) % words.count
        // The first word is looked at twice: from the position on, and at last before it.
        let mask: UInt64 = step == 0 ? .max << bit : step == words.count ? ~(.max << bit) : .max
        let found = words[index] & mask
        if found != 0 { return index * 64 + found.trailingZeroBitCount }
      }
      return nil
    }
  }

  func remove(_ index: Int) {
    state.withLock { $0.words[index / 64] &= ~(1 << UInt64(index % 64)) }
  }

  func insert(_ index: Int) {
    let parker = state.withLock { state in
      state.words[index / 64] |= 1 << UInt64(index % 64)
      defer { state.parker = nil }
      return state.parker
    }
    parker?.wake()
  }

  /// Has a sleeper woken by the next one that is put on the list. Returns false where one is there.
  func wakes(_ parker: any Parker) -> Bool {
    state.withLock { state in
      if state.words.contains(where: { $0 != 0 }) { return false }
      state.parker = parker
      return true
    }
  }

  func wakesNoMore() { state.withLock { $0.parker = nil } }

  var isEmpty: Bool { state.withLock { state in state.words.allSatisfy { $0 == 0 } } }

  /// Who stands in the line of one end: told of a message, it puts that on the list.
  final class Entry: Parker {
    private let list: ReadyList
    private let index: Int

    init(_ list: ReadyList, _ index: Int) {
      self.list = list
      self.index = index
    }

    func wake() { list.insert(index) }
  }
}

/// One wait of a poller.
private final class PollerWait: Wait, @unchecked Sendable {
  private let list: ReadyList
  /// Touched by the call that waits only; that is why this class is unchecked.
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
