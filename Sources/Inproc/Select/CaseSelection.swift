/// One selection of cases, past all that is generic: which of them is done, and what was received.
@usableFromInline struct CaseSelection: Sendable {
  /// Those that can still be done, in the order they are tried.
  private var cases: [(index: Int, target: Selection.Target)]
  private let order: SelectOrder
  private var deadline: Deadline

  @usableFromInline
  init(_ targets: [Selection.Target], _ order: SelectOrder, _ timeout: Duration?) {
    self.init(targets, order, Deadline(timeout))
  }

  @usableFromInline
  init(
    _ targets: [Selection.Target], _ order: SelectOrder, until deadline: ContinuousClock.Instant
  ) {
    self.init(targets, order, Deadline.at(deadline))
  }

  init(_ targets: [Selection.Target], _ order: SelectOrder, _ deadline: Deadline) {
    let first = order.first(of: targets.count)
    cases = targets.indices.map { position in
      let index = (first + position) % targets.count
      return (index, targets[index])
    }
    self.order = order
    self.deadline = deadline
  }

  /// Whether the calling task is cancelled.
  @usableFromInline static var isCancelled: Bool { CallingTask().isCancelled }

  /// What is waited for, at the positions of the cases; after them who keeps a send to a topic waiting.
  private var targets: [Selection.Target] { cases.map(\.target) + cases.flatMap(\.target.behind) }

  /// Blocks until one is done.
  ///
  /// - Returns: which one, and what was received.
  /// - Throws: `.closed` once the ends of all are, `.timedOut`, `.interrupted`.
  @usableFromInline mutating func next() throws(InprocError) -> (Int, Delivery?) {
    while true {
      if let done = try attempt() { return done }
      deadline = deadline.fixed(scheduler)
      let found = try Selection.wait(on: targets, deadline)
      if let found, let done = done(found) { return done }
    }
  }

  /// The same, suspended.
  @usableFromInline
  nonisolated(nonsending) mutating func nextOfTask() async throws(InprocError) -> (Int, Delivery?) {
    if Task.isCancelled { throw Selection.error(.cancelled) }
    while true {
      if let done = try attempt() { return done }
      deadline = deadline.fixed(scheduler)
      if let done = done(try await Selection.wait(on: targets, deadline)) { return done }
    }
  }

  private var scheduler: any Scheduler {
    cases.first?.target.channel.scheduler ?? SystemScheduler.shared
  }

  /// A case that another call has carried out, if that is what was found.
  private func done(_ found: Selection.Found) -> (Int, Delivery?)? {
    guard case .done(let position, let envelope) = found else { return nil }
    order.chose(cases[position].index)
    return (cases[position].index, envelope.map { Delivery(envelope: $0, server: nil) })
  }

  /// Carries out one case, if one can be. Leaves out those whose end is closed.
  private mutating func attempt() throws(InprocError) -> (Int, Delivery?)? {
    var position = 0
    while position < cases.count {
      let (index, target) = cases[position]
      do throws(InprocError) {
        var delivery: Delivery?
        if try target.isDone(&delivery) {
          order.chose(index)
          return (index, delivery)
        }
        position += 1
      } catch {
        guard error.code == .closed else { throw error }
        cases.remove(at: position)
      }
    }
    if cases.isEmpty {
      throw InprocError(
        .closed,
        "none of the cases can be done any more: all their ends are closed, or none was named")
    }
    return nil
  }
}

extension Selection.Target {
  /// Where room has to come, for a send to a topic.
  fileprivate var behind: [Selection.Target] {
    guard let fanOut = channel.fanOut, case .watchRoom(let connection) = kind else { return [] }
    return fanOut.full(for: nil).map { Selection.Target(roomAt: $0, over: connection) }
  }

  /// Does what it offers, if that needs no waiting; what offers nothing is done where it is ready.
  ///
  /// - Throws: `.closed` where it can never be done any more.
  fileprivate func isDone(_ delivery: inout Delivery?) throws(InprocError) -> Bool {
    switch offer {
    case .receive:
      delivery = try Inbound(channel: channel).tryReceive().map {
        Delivery(envelope: $0, server: nil)
      }
      return delivery != nil
    case .send(let envelope, let connection):
      return try Outbound(channel: channel, connection: connection).trySend(envelope.message)
    default: return isReady
    }
  }

  /// The same past a schedule; false where that would have to see it, or where the end is closed.
  @usableFromInline func isDoneAtOnce(_ delivery: inout Delivery?) -> Bool {
    if channel.hasCheckpoints { return false }
    // Looks without a lock, but at a rendezvous.
    if case .watch = kind, !channel.isReadable { return false }
    return (try? isDone(&delivery)) ?? false
  }
}
