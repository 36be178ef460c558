internal import CInprocPlatform

/// The queue of one endpoint, or of one client's replies: ``ChannelState`` under a lock, and the
/// waiting around it. What needs no waiting goes past that state, directly into the queue.
///
/// A reference: copies are the same channel.
package struct Channel: @unchecked Sendable {
  // Unchecked because of its parts only the state changes, under the lock.
  let storage: ChannelStorage

  init(
    endpoint: Endpoint, capacity: Capacity, connections: Int = 0, canConnect: Bool,
    hasOrigins: Bool = false, scheduler: any Scheduler,
    observation: QueueObservation = QueueObservation(observers: Observers())
  ) {
    storage = ChannelStorage.make { (core, ties) in
      let queue = MessageQueue(
        core: core, capacity: capacity, hasOrigins: hasOrigins,
        isScheduled: scheduler.hasCheckpoints)
      let parts = ChannelParts(
        endpoint: endpoint, connections: connections, canConnect: canConnect,
        scheduler: scheduler, observation: observation, capacity: capacity, queue: queue)
      return (parts, ChannelState(queue: queue, ties: ties))
    }
  }

  init(_ storage: ChannelStorage) { self.storage = storage }

  package static func === (left: Channel, right: Channel) -> Bool { left.storage === right.storage }

  // MARK: Its parts

  @inline(__always) private var parts: UnsafeMutablePointer<ChannelParts> { storage.parts }

  @inline(__always) package var endpoint: Endpoint { parts.pointee.endpoint }
  @inline(__always) package var capacity: Capacity { parts.pointee.capacity }
  @inline(__always) package var scheduler: any Scheduler { parts.pointee.scheduler }
  @inline(__always) var hasCheckpoints: Bool { parts.pointee.hasCheckpoints }
  @inline(__always) var looksAgain: Bool { parts.pointee.looksAgain }
  @inline(__always) var observation: QueueObservation { parts.pointee.observation }
  @inline(__always) var queue: MessageQueue { parts.pointee.queue }
  /// That of the queue.
  @inline(__always) var core: UnsafeMutablePointer<inproc_queue> { storage.core }

  /// Looks at, or changes, the state under the lock.
  @inline(__always)
  func withState<Result>(_ body: (inout ChannelState) -> Result) -> Result {
    storage.withUnsafeMutablePointerToElements { memory in
      let word = ChannelMemory.word(of: memory)
      lockWord(word)
      defer { unlockWord(word) }
      return body(&ChannelMemory.state(of: memory).pointee)
    }
  }

  /// Changes the state under the lock, then wakes whom the change concerns.
  @inline(__always)
  func update<Result>(_ change: (inout ChannelState, inout Wakes) -> Result) -> Result {
    var wakes = Wakes()
    let result = withState { change(&$0, &wakes) }
    if !wakes.isEmpty {
      checkpoint(.published)
      wakes.wake()
    }
    return result
  }

  /// Whether a call need not look now: it has just looked, and is about to stand in line and look
  /// again. A look in between would also hide from a schedule what comes before the line: it can't
  /// switch under the lock.
  @inline(__always)
  private func leavesOutLook(_ enters: Bool, _ state: ChannelState) -> Bool {
    enters && !state.isRendezvous
  }

  @inline(__always) func checkpoint(_ point: Checkpoint) {
    if hasCheckpoints { scheduler.checkpoint(point) }
  }

  // MARK: What it is now

  package var count: Int { queue.count }
  package var connectionCount: Int { withState { $0.connections } }
  package var isClosed: Bool { withState { $0.isClosed || $0.isHungUp } }
  /// Nothing is queued and nothing can come.
  package var isDisconnected: Bool { withState { $0.isFinished && $0.available == 0 } }
  package var isFull: Bool { withState { $0.room == 0 } }
  /// Whether a receive would not have to wait. Takes no lock but at a rendezvous.
  package var isReadable: Bool {
    if queue.limit == 0 { return withState { $0.isReadable } }
    return queue.count > 0 || inproc_flag(&queue.core.pointee.is_finished)
  }
  /// How many calls wait to receive or to select, and how many to send.
  package var waiting: (receivers: Int, senders: Int) {
    withState {
      ($0.receivers.count + $0.messageWatchers.count, $0.senders.count + $0.roomWatchers.count)
    }
  }
  /// How many calls wait until all was received.
  var waitingForReceipt: Int { withState { $0.receiptWatchers.count } }
  func canGoOn(_ place: Place) -> Bool { withState { $0.canGoOn(place) } }

  // MARK: Sending

  func trySend(_ envelope: Envelope, over connection: Connection) throws(InprocError) -> Bool {
    if !observation.isActive, sendDirectly(envelope.message, over: connection) { return true }
    switch update({ put(envelope, over: connection, &$0, &$1) }) {
    case .sent: return true
    case .full: return false
    case .closed: throw closedToSenders()
    }
  }

  func send(
    _ envelope: Envelope, over connection: Connection,
    until deadline: Deadline
  ) throws(InprocError) {
    let deadline = deadline.fixed(scheduler)
    var hasLooked = false
    if looksAgain, queue.exchanges {
      if sendDirectly(envelope.message, over: connection) { return }
      switch try sendLooking(envelope, over: connection, until: deadline) {
      case .met: return
      case .vain: hasLooked = true
      case .noPlace: break
      }
    } else {
      if try trySend(envelope, over: connection) { return }
      hasLooked = looksAgain
      while looksAgain,
        lookAgain(&core.pointee.send_misses, until: deadline, { queue.count < queue.limit })
      {
        gather(&core.pointee.send_gathering_misses, upTo: min(64, queue.limit / 2)) {
          queue.limit - queue.count
        }
        if try trySend(envelope, over: connection) { return }
      }
    }
    try sendParked(envelope, over: connection, until: deadline, hasLooked: hasLooked)
  }

  private func sendParked(
    _ envelope: Envelope, over connection: Connection, until deadline: Deadline, hasLooked: Bool
  ) throws(InprocError) {
    let instant = deadline.instant(scheduler)
    let thread = try scheduler.currentThread()
    let waiter = Waiter(
      parker: thread, self, .send(envelope, connection), hasLooked: hasLooked)
    checkpoint(.looked)
    var step = sendStep(of: waiter, envelope, connection, enters: true)
    while case .wait = step {
      checkpoint(.parking)
      thread.park(in: waiter, until: instant)
      checkpoint(.woken)
      step = sendStep(of: waiter, envelope, connection, enters: false)
    }
    try finish(step, doing: "send to")
  }

  /// For a task that has just found no room.
  func send(
    _ envelope: Envelope, over connection: Connection, until deadline: Deadline
  ) async throws(InprocError) {
    let task = CallingTask()
    if task.isCancelled { throw ended(.cancelled, doing: "send to") }
    // Elsewhere the caller has tried, and the first step tries again.
    if hasCheckpoints, try trySend(envelope, over: connection) { return }
    try requireTasks()
    let waiter = Waiter(task, self, .send(envelope, connection))
    checkpoint(.looked)
    let step = await waiter.run(waiter, until: deadline, on: scheduler) {
      (isFirst) -> Step<Void>? in
      let step = self.sendStep(of: waiter, envelope, connection, enters: isFirst)
      if case .wait = step { return nil }
      return step
    }
    try finish(step, doing: "send to")
  }

  /// What a call that waits does next.
  enum Step<Value> {
    case wait
    case done(Value)
    case ended(Waiter.Outcome)
  }

  private func sendStep(
    of waiter: Waiter, _ envelope: Envelope, _ connection: Connection, enters: Bool
  ) -> Step<Void> {
    update { (state, wakes) -> Step<Void> in
      defer { noteWait(.send, of: waiter, enters: enters, &state, &wakes) }
      switch waiter.outcome {
      case .served: return .done(())
      case .waiting: break
      case let outcome: return .ended(outcome)
      }
      // Nobody else can end the wait while the lock is held: sending and settling are one step.
      var result =
        leavesOutLook(enters, state) ? .full : put(envelope, over: connection, &state, &wakes)
      if result == .full {
        state.wait(waiter, of: waiter, enters: enters, wakes: &wakes)
        // Who made room without this lock did not see this one in line yet.
        if !state.isRendezvous { result = put(envelope, over: connection, &state, &wakes) }
      }
      switch result {
      case .sent:
        _ = waiter.settle(.served)
        state.leave(waiter, wakes: &wakes)
        return .done(())
      case .closed:
        _ = waiter.settle(.closed)
        state.leave(waiter, wakes: &wakes)
        return .ended(.closed)
      case .full:
        return .wait
      }
    }
  }

  // MARK: Receiving

  func tryReceive() throws(InprocError) -> Envelope? {
    if !observation.isActive, let envelope = takeDirectly() { return envelope }
    switch update({ take(&$0, &$1) }) {
    case .message(let envelope): return envelope
    case .empty: return nil
    case .closed: throw closedToReceivers()
    }
  }

  func receive(until deadline: Deadline) throws(InprocError) -> Envelope {
    let deadline = deadline.fixed(scheduler)
    if !looksAgain {
      if let envelope = try tryReceive() { return envelope }
      return try receiveParked(until: deadline, hasLooked: false)
    }
    if let envelope = takeDirectly() { return envelope }
    if queue.exchanges {
      switch try receiveLooking(until: deadline) {
      case .met(let envelope): return envelope
      case .vain: return try receiveParked(until: deadline, hasLooked: true)
      case .noPlace: return try receiveParked(until: deadline, hasLooked: false)
      }
    }
    while lookAgain(
      &core.pointee.receive_misses, until: deadline,
      { queue.count > 0 || inproc_flag(&core.pointee.is_finished) })
    {
      gather(&core.pointee.receive_gathering_misses, upTo: min(128, queue.limit / 2)) {
        queue.count
      }
      if let envelope = try tryReceive() { return envelope }
    }
    return try receiveParked(until: deadline, hasLooked: true)
  }

  private func receiveParked(
    until deadline: Deadline, hasLooked: Bool
  ) throws(InprocError) -> Envelope {
    let instant = deadline.instant(scheduler)
    let thread = try scheduler.currentThread()
    let waiter = Waiter(parker: thread, self, .receive, hasLooked: hasLooked)
    checkpoint(.looked)
    var step = receiveStep(of: waiter, enters: true)
    while case .wait = step {
      checkpoint(.parking)
      thread.park(in: waiter, until: instant)
      checkpoint(.woken)
      step = receiveStep(of: waiter, enters: false)
    }
    return try finish(step, doing: "receive from")
  }

  /// For a task that has just found nothing.
  @inline(__always)  // Each call of an async function takes longer than the lock.
  func receive(until deadline: Deadline) async throws(InprocError) -> Envelope {
    let task = CallingTask()
    if task.isCancelled { throw ended(.cancelled, doing: "receive from") }
    // Elsewhere the caller has looked, and the first step looks again.
    if hasCheckpoints, let envelope = try tryReceive() { return envelope }
    try requireTasks()
    let waiter = Waiter(task, self, .receive)
    checkpoint(.looked)
    let step = await waiter.run(waiter, until: deadline, on: scheduler) {
      (isFirst) -> Step<Envelope>? in
      // Put there before the wait was settled, and past the lock for who sees that it was.
      if !isFirst, !observation.isActive, waiter.outcome == .served,
        let envelope = waiter.delivered
      {
        return .done(envelope)
      }
      let step = self.receiveStep(of: waiter, enters: isFirst)
      if case .wait = step { return nil }
      return step
    }
    return try finish(step, doing: "receive from")
  }

  private func receiveStep(of waiter: Waiter, enters: Bool) -> Step<Envelope> {
    update { (state, wakes) -> Step<Envelope> in
      defer { noteWait(.receive, of: waiter, enters: enters, &state, &wakes) }
      switch waiter.outcome {
      case .served:
        guard let envelope = waiter.delivered else { return .ended(.closed) }
        return .done(envelope)
      case .waiting: break
      case let outcome: return .ended(outcome)
      }
      // Nobody else can end the wait while the lock is held: taking and settling are one step.
      var result = leavesOutLook(enters, state) ? .empty : take(&state, &wakes)
      if case .empty = result {
        state.wait(waiter, of: waiter, enters: enters, wakes: &wakes)
        // Who sent without this lock did not see this one in line yet.
        if !state.isRendezvous { result = take(&state, &wakes) }
      }
      switch result {
      case .message(let envelope):
        _ = waiter.settle(.served)
        state.leave(waiter, wakes: &wakes)
        return .done(envelope)
      case .closed:
        _ = waiter.settle(.closed)
        state.leave(waiter, wakes: &wakes)
        return .ended(.closed)
      case .empty:
        return .wait
      }
    }
  }

  func drain() -> [Envelope] {
    update { (state, wakes) -> [Envelope] in
      let taken = state.drain(wakes: &wakes)
      noteDrained(taken, &state, &wakes)
      return taken
    }
  }

  // MARK: Watching, for a selection

  /// Whether what the place watches for is so; where not, it stands in line and is told.
  func watch(_ place: Place, of waiter: Waiter, enters: Bool) -> Bool {
    update { (state, wakes) -> Bool in
      if !leavesOutLook(enters, state), state.isReady(place.kind, for: waiter) { return true }
      state.wait(place, of: waiter, enters: enters, wakes: &wakes)
      // Who sent or received without this lock did not see this one in line yet.
      return state.isReady(place.kind, for: waiter)
    }
  }

  /// The same, without waiting.
  func isReady(_ kind: Place.Kind) -> Bool {
    if case .watch = kind { return isReadable }
    return withState { $0.isReady(kind) }
  }

  /// The same for a poller, that is told once.
  func arm(_ waiter: Waiter) -> Bool {
    update { $0.arm(waiter, of: waiter, wakes: &$1) }
  }

  func leave(_ place: Place) { update { $0.leave(place, wakes: &$1) } }

  /// Ends a wait that stands here only, unless it is over. Under the lock, so that no one hands a
  /// message to, or takes one from, a call that has given up.
  func end(_ waiter: Waiter, at place: Place, _ outcome: Waiter.Outcome) -> Bool {
    update { (state, wakes) -> Bool in
      guard waiter.settle(outcome) else { return false }
      state.leave(place, wakes: &wakes)
      return true
    }
  }

  // MARK: Ending

  /// The receiving end closes; further sends fail. What is queued stays, unless it is dropped.
  func close(dropping: Bool) {
    // What is dropped is released after the lock.
    _ = update { (state, wakes) -> [Envelope] in
      if observation.isActive { noteClose(dropping: dropping, &state, &wakes) }
      return state.close(dropping: dropping, wakes: &wakes)
    }
  }

  func unbind() { update { $0.unbind(wakes: &$1) } }

  /// Counts a connection. The registry's lock is held, or this channel's and the channel is known not
  /// to have ended.
  func connect() { inproc_connect(storage.ties) }

  /// Whether it may be on a registry: false once it was taken off.
  var isBound: Bool { inproc_can_connect(storage.ties) }

  /// Ends the connection of a sender that nothing refers to, where nobody needs to be told: then no
  /// call waits over it. Returns whether it did.
  @inline(__always)
  func letGo(of connection: Connection) -> Bool {
    if observation.isActive || connection.hasEnded { return false }
    if connection.isCounted, inproc_disconnect(storage.ties) { tellThoseInLine() }
    return true
  }

  /// A connection ends.
  ///
  /// - Parameters:
  ///   - connection: which one.
  ///   - isReleased: whether nothing refers to the sender, so that no send is under way.
  func disconnect(_ connection: Connection, isReleased: Bool = false) {
    guard connection.closeOnce() else { return }
    // A send that found the connection open has put its message in before this counts as an end.
    if !isReleased { queue.quiesce() }
    update { (state, wakes) in
      noteConnection(.disconnected, connection, &state, &wakes)
      state.disconnect(connection, wakes: &wakes)
    }
  }

  func hangUp() { update { $0.hangUp(wakes: &$1) } }

  // MARK: Errors

  private var name: Excerpt { Excerpt(endpoint.description) }

  func finish<Value>(_ step: Step<Value>, doing verb: String) throws(InprocError) -> Value {
    switch step {
    case .done(let value): return value
    case .ended(let outcome): throw ended(outcome, doing: verb)
    case .wait: throw ended(.interrupted, doing: verb)
    }
  }

  func ended(_ outcome: Waiter.Outcome, doing verb: String) -> InprocError {
    switch outcome {
    case .timedOut:
      return InprocError(.timedOut, "the time to \(verb) \(name) ran out; \(rest(verb))")
    case .cancelled:
      return InprocError(
        .cancelled, "the task was cancelled while waiting to \(verb) \(name); \(rest(verb))")
    case .closed:
      return verb == "send to" ? closedToSenders() : closedToReceivers()
    default:
      return InprocError(
        .interrupted, "the wait to \(verb) \(name) was interrupted; \(rest(verb))")
    }
  }

  private func rest(_ verb: String) -> String {
    verb == "send to" ? "the message was not sent" : "no message was taken"
  }

  private func closedToSenders() -> InprocError {
    InprocError(
      .closed,
      isClosed
        ? "the receiving end of \(name) is gone; connect again once it is bound"
        : "this connection to \(name) is closed; connect again to send")
  }

  func closedToReceivers() -> InprocError {
    InprocError(
      .closed,
      "nothing is queued at \(name) and nothing can come: "
        + (isClosed ? "it is closed" : "no connection is left and the endpoint is not bound"))
  }

  func requireTasks() throws(InprocError) {
    if !scheduler.allowsTasks {
      throw InprocError(
        .foreignThread,
        "\(name) belongs to a schedule that runs threads, and a task can't wait in it; "
          + "use the blocking call on a thread of that schedule")
    }
  }
}
