internal import CInprocCore

// What happens at a channel, recorded for the observers of its registry. Messages stand in
// `Channel+ObservedMessages.swift`.

extension Channel {
  /// What is known of the queue, whose messages are numbered from here on. Waits for direct sends and
  /// receives that began before anyone observed. Queued messages get new numbers, because messages that
  /// left while nobody observed were not counted.
  func begin(_ state: inout ChannelState) -> ObservedQueue {
    let observers = observers
    let observed =
      state.observed
      ?? ObservedQueue(
        number: observers.nextNumber(), endpoint: endpoint, isReply: isReplies)
    state.observed = observed
    let epoch = observers.epoch
    // It is written under the channel's lock, too.
    guard observed.receives.pointee.epoch != epoch else { return observed }
    // From here on every call waits for the channel's lock until the numbers are known.
    queue.quiesce()
    let highest = max(observed.sends.pointee.highest, observed.receives.pointee.highest)
    withLock(&cQueue.pointee.send_lock) {
      observed.sends.begin(epoch, received: queue.received, highest: highest)
      withLock(&cQueue.pointee.receive_lock) {
        observed.receives.begin(epoch, received: queue.received, highest: highest)
        cQueue.pointee.observed_queue = UnsafeRawPointer(
          Unmanaged.passUnretained(observed).toOpaque())
      }
    }
    return observed
  }

  // MARK: Waiting

  /// Records that a call begins to wait, unless it can go on by now: then it has to retry.
  ///
  /// - Returns: whether it waits.
  @inline(__always)
  func noteBlocked(
    _ operation: RegistryEvent.Operation, of waiter: Waiter, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) -> Bool {
    isObserved ? observedBlock(operation, of: waiter, &state, &wakes) : true
  }

  @inline(never)
  private func observedBlock(
    _ operation: RegistryEvent.Operation, of waiter: Waiter, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) -> Bool {
    let observed = begin(&state)
    func note() -> Bool {
      record(
        .blocked(operation), by: waiter.parker.identity, in: observed, waking: &wakes)
      return true
    }
    if state.isRendezvous { return note() }
    // What ends this wait is recorded under the other end's lock, and must not come before it.
    if operation == .send {
      return withLock(&cQueue.pointee.receive_lock) { queue.count < queue.limit ? false : note() }
    }
    return withLock(&cQueue.pointee.send_lock) { queue.count > 0 ? false : note() }
  }

  /// Records that a call that has waited goes on, if its wait is over.
  @inline(__always)
  func noteWoken(
    _ operation: RegistryEvent.Operation, of waiter: Waiter, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) {
    if isObserved { observedEnd(operation, of: waiter, &state, &wakes) }
  }

  @inline(never)
  private func observedEnd(
    _ operation: RegistryEvent.Operation, of waiter: Waiter, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) {
    guard let result = RegistryEvent.WaitResult(waiter.outcome) else { return }
    record(
      .woken(operation, result), by: waiter.parker.identity, in: begin(&state), waking: &wakes)
  }

  // MARK: Coming and going

  /// Records that the receiving end closes. Called while someone observes.
  func noteClose(_ state: inout ChannelState, _ wakes: inout Wakes) {
    let observed = begin(&state)
    // No message is sent after this event.
    queue.refuse()
    if !state.isClosed, !isReplies { record(.closed, in: observed, waking: &wakes) }
  }

  /// Records that the last `count` messages were dropped.
  func noteDropped(_ count: Int, _ state: inout ChannelState, _ wakes: inout Wakes) {
    let observed = begin(&state)
    let last = withLock(&cQueue.pointee.receive_lock) {
      observed.receives.number(of: cQueue.pointee.head)
    }
    record(.dropped(count), nil, last, in: observed, waking: &wakes)
  }

  /// Records that a connection was made, or has ended.
  func noteConnection(
    _ kind: RegistryEvent.Kind, _ connection: Connection, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) {
    guard isObserved, connection.isCounted else { return }
    record(kind, over: connection, in: begin(&state), waking: &wakes)
  }

  /// Records that the endpoint was bound or unbound. Called under the registry's lock, while someone
  /// observes.
  @inline(never)
  func noteBinding(_ kind: RegistryEvent.Kind, _ wakes: inout Wakes) {
    withState { record(kind, in: begin(&$0), waking: &wakes) }
  }

  /// Records that a connection was made. Called without a lock.
  func noteConnected(_ connection: Connection) {
    guard isObserved else { return }
    var wakes = Wakes()
    withState { noteConnection(.connected, connection, &$0, &wakes) }
    wakes.wake()
  }

  func record(
    _ kind: RegistryEvent.Kind, _ envelope: Envelope? = nil, _ sequence: UInt64? = nil,
    over connection: Connection? = nil, by thread: ThreadIdentity? = nil,
    in observed: ObservedQueue, waking wakes: inout Wakes
  ) {
    var event = RegistryEvent(kind, by: thread ?? scheduler.currentIdentity, endpoint: endpoint)
    event.queueNumber = observed.number
    event.isReply = observed.isReply
    event.connectionNumber = connection?.number(observers) ?? 0
    event.sequenceNumber = sequence ?? 0
    if let message = envelope?.message { event.set(message) }
    observers.record(event, scheduler, &wakes)
  }

  @inline(__always)
  func withLock<Result>(
    _ lock: UnsafeMutablePointer<inproc_lock>, _ body: () -> Result
  ) -> Result {
    let held = inproc_lock(lock)
    defer { inproc_unlock(lock, held) }
    return body()
  }
}

extension RegistryEvent.WaitResult {
  /// Nil for a wait that is not over.
  init?(_ outcome: Waiter.Outcome) {
    switch outcome {
    case .waiting: return nil
    case .served: self = .served
    case .timedOut: self = .timedOut
    case .interrupted: self = .interrupted
    case .cancelled: self = .cancelled
    case .closed: self = .closed
    }
  }
}
