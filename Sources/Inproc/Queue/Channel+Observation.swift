internal import CInprocCore

// Tells the observers of a registry what happens in one queue.

extension Channel {
  /// ``ChannelState/send(_:over:wakes:)``, and tells of it.
  @inline(__always)
  func put(
    _ envelope: Envelope, over connection: Connection, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) -> ChannelState.SendResult {
    isObserved
      ? observedPut(envelope, over: connection, &state, &wakes)
      : state.send(envelope, over: connection, wakes: &wakes)
  }

  /// ``ChannelState/receive(wakes:)``, and tells of it.
  @inline(__always)
  func take(_ state: inout ChannelState, _ wakes: inout Wakes) -> ChannelState.ReceiveResult {
    isObserved ? observedTake(&state, &wakes) : state.receive(wakes: &wakes)
  }

  /// Sends and receives that passed the state by, before anyone observed, have ended; from here on
  /// all are counted. What is queued gets new numbers: messages that left while no one observed were
  /// not counted.
  private func begin(_ state: inout ChannelState) -> ObservedQueue {
    let observers = observers
    let observed =
      state.observed
      ?? ObservedQueue(
        number: observers.nextNumber(), endpoint: endpoint, isReply: isReplies)
    state.observed = observed
    let epoch = observers.epoch
    // Written under the channel's lock, too.
    guard observed.receives.pointee.epoch != epoch else { return observed }
    // Afterwards everybody waits for the channel's lock until the numbers are known.
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

  // MARK: Messages that pass an end of the queue

  /// Puts a message in and tells of it, under the senders' lock, which is given back. Returns whether
  /// that went at once.
  @inline(never)
  func sendObserved(
    _ message: Message, over connection: Connection, _ held: inproc_held
  ) -> Bool {
    guard let known = observedNow({ $0.sends }), !queue.refuses, !connection.hasEnded,
      queue.hasRoom()
    else {
      inproc_unlock(&cQueue.pointee.send_lock, held)
      return false
    }
    var wakes = Wakes()
    known._withUnsafeGuaranteedRef {
      push(message, connection.origin, over: connection, $0, &wakes)
    }
    let isQuantumOver = queue.isQuantumOver()
    closeQueue(&cQueue.pointee.send_lock, held, &cQueue.pointee.receivers_wait)
    wakes.wake()
    if isQuantumOver { letReceiversRun() }
    return true
  }

  /// Takes the oldest message and tells of it, under the receivers' lock, which is given back; nil
  /// where that can't be done at once.
  @inline(never)
  func takeObserved(_ held: inproc_held) -> Envelope? {
    var wakes = Wakes()
    guard let known = observedNow({ $0.receives }), !queue.announcesReceives,
      let envelope = known._withUnsafeGuaranteedRef({ pop($0, &wakes) })
    else {
      inproc_unlock(&cQueue.pointee.receive_lock, held)
      return nil
    }
    closeQueue(&cQueue.pointee.receive_lock, held, &cQueue.pointee.senders_wait)
    wakes.wake()
    return envelope
  }

  /// What is known of this queue, if its messages are numbered. A schedule chooses between the steps
  /// of the channel's state; a rendezvous has no ends.
  @inline(__always)
  private func observedNow(
    _ tally: (ObservedQueue) -> UnsafeMutablePointer<inproc_tally>
  ) -> Unmanaged<ObservedQueue>? {
    guard !hasCheckpoints, queue.limit > 0, let known = cQueue.pointee.observed_queue else {
      return nil
    }
    let observed = Unmanaged<ObservedQueue>.fromOpaque(known)
    let epoch = observed._withUnsafeGuaranteedRef { tally($0).pointee.epoch }
    return epoch == observers.epoch ? observed : nil
  }

  /// Tells of a message, then puts it in: nobody receives it before. Under the senders' lock.
  @inline(__always)
  private func push(
    _ message: Message, _ origin: Origin?, over connection: Connection,
    _ observed: ObservedQueue, _ wakes: inout Wakes
  ) {
    let sends = observed.sends
    let observers = observers
    let passage = Passage(
      kind: .sent, connection: connection.number(observers) ?? 0,
      sequence: sends.number(of: cQueue.pointee.tail + 1), epoch: sends.pointee.epoch)
    note(passage, message, observed, &wakes)
    queue.push(message, origin)
  }

  /// Takes the oldest message out, then tells of it. Under the receivers' lock.
  @inline(__always)
  private func pop(_ observed: ObservedQueue, _ wakes: inout Wakes) -> Envelope? {
    guard let envelope = queue.pop() else { return nil }
    noteTaken(envelope, observed, &wakes)
    return envelope
  }

  @inline(__always)
  private func noteTaken(
    _ envelope: Envelope, _ observed: ObservedQueue, _ wakes: inout Wakes
  ) {
    let receives = observed.receives
    let passage = Passage(
      kind: .received, connection: 0, sequence: receives.number(of: cQueue.pointee.head),
      epoch: receives.pointee.epoch)
    note(passage, envelope.message, observed, &wakes)
  }

  @inline(__always)
  private func note(
    _ passage: Passage, _ message: borrowing Message, _ observed: ObservedQueue,
    _ wakes: inout Wakes
  ) {
    // Only the system's scheduler looks again; it need not be asked.
    if spins {
      observers.record(passage, message, at: observed, by: .current, nil, &wakes)
    } else {
      observers.record(
        passage, message, at: observed, by: scheduler.currentIdentity, scheduler, &wakes)
    }
  }

  @inline(__always)
  private func withLock<Result>(
    _ lock: UnsafeMutablePointer<inproc_lock>, _ body: () -> Result
  ) -> Result {
    let held = inproc_lock(lock)
    defer { inproc_unlock(lock, held) }
    return body()
  }

  // MARK: The same by way of the channel's state

  @inline(never)
  private func observedPut(
    _ envelope: Envelope, over connection: Connection, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) -> ChannelState.SendResult {
    let observed = begin(&state)
    if state.isRendezvous {
      return observedHandOver(envelope, over: connection, observed, &state, &wakes)
    }
    return state.send(envelope, over: connection, wakes: &wakes) { wakes in
      withLock(&cQueue.pointee.send_lock) {
        if queue.refuses { return .closed }
        if !queue.hasRoom() {
          guard queue.isLossy else { return .full }
          wakes.dropped = withLock(&cQueue.pointee.receive_lock) { dropOldest(observed, &wakes) }
        }
        push(envelope.message, envelope.origin, over: connection, observed, &wakes)
        return .sent
      }
    }
  }

  private func dropOldest(_ observed: ObservedQueue, _ wakes: inout Wakes) -> Envelope? {
    guard let oldest = queue.pop() else { return nil }
    let number = observed.receives.number(of: cQueue.pointee.head)
    record(.dropped(1), oldest, number, in: observed, waking: &wakes)
    return oldest
  }

  private func observedHandOver(
    _ envelope: Envelope, over connection: Connection, _ observed: ObservedQueue,
    _ state: inout ChannelState, _ wakes: inout Wakes
  ) -> ChannelState.SendResult {
    let receivers = state.receivers.all
    let result = state.send(envelope, over: connection, wakes: &wakes)
    guard result == .sent else { return result }
    let number = observed.nextMeeting()
    record(.sent, envelope, number, over: connection, in: observed, waking: &wakes)
    if let (_, parker) = receivers.first(where: { $0.node.delivered != nil }) {
      record(.received, envelope, number, by: parker.identity, in: observed, waking: &wakes)
    }
    return result
  }

  @inline(never)
  private func observedTake(
    _ state: inout ChannelState, _ wakes: inout Wakes
  ) -> ChannelState.ReceiveResult {
    let observed = begin(&state)
    if state.isRendezvous { return observedTakeOver(observed, &state, &wakes) }
    return state.receive(wakes: &wakes) { wakes in
      withLock(&cQueue.pointee.receive_lock) { pop(observed, &wakes) }
    }
  }

  private func observedTakeOver(
    _ observed: ObservedQueue, _ state: inout ChannelState, _ wakes: inout Wakes
  ) -> ChannelState.ReceiveResult {
    let senders = state.senders.all
    let result = state.receive(wakes: &wakes)
    guard case .message(let envelope) = result else { return result }
    let number = observed.nextMeeting()
    if let (node, parker) = senders.first(where: { $0.node.isChosen }),
      case .send(_, let connection) = node.kind
    {
      record(
        .sent, envelope, number, over: connection, by: parker.identity, in: observed,
        waking: &wakes)
    }
    record(.received, envelope, number, in: observed, waking: &wakes)
    return result
  }

  /// Takes all messages at once.
  func observedDrain(_ state: inout ChannelState, _ wakes: inout Wakes) -> [Envelope] {
    let observed = begin(&state)
    return state.drain(wakes: &wakes) { noteTaken($0, observed, &$1) }
  }

  // MARK: Waiting

  /// A call begins to wait, unless what it waits for has come. It has to look again then.
  ///
  /// - Returns: whether it waits.
  @inline(__always)
  func noteBlocked(
    _ operation: Registry.Event.Operation, of waiter: Waiter, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) -> Bool {
    isObserved ? observedBlock(operation, of: waiter, &state, &wakes) : true
  }

  @inline(never)
  private func observedBlock(
    _ operation: Registry.Event.Operation, of waiter: Waiter, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) -> Bool {
    let observed = begin(&state)
    func note() -> Bool {
      record(
        .blocked(operation), by: waiter.parker.identity, in: observed, waking: &wakes)
      return true
    }
    if state.isRendezvous { return note() }
    // What ends this wait must not be told before it: it is told under the other end's lock.
    if operation == .send {
      return withLock(&cQueue.pointee.receive_lock) { queue.count < queue.limit ? false : note() }
    }
    return withLock(&cQueue.pointee.send_lock) { queue.count > 0 ? false : note() }
  }

  /// A call that has waited goes on, if its wait is over.
  @inline(__always)
  func noteWoken(
    _ operation: Registry.Event.Operation, of waiter: Waiter, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) {
    if isObserved { observedEnd(operation, of: waiter, &state, &wakes) }
  }

  @inline(never)
  private func observedEnd(
    _ operation: Registry.Event.Operation, of waiter: Waiter, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) {
    guard let result = Registry.Event.WaitResult(waiter.outcome) else { return }
    record(
      .woken(operation, result), by: waiter.parker.identity, in: begin(&state), waking: &wakes)
  }

  // MARK: Coming and going

  /// The receiving end closes; somebody observes.
  func noteClose(_ state: inout ChannelState, _ wakes: inout Wakes) {
    let observed = begin(&state)
    // Nothing is sent after this was told.
    queue.refuse()
    if !state.isClosed, !isReplies { record(.closed, in: observed, waking: &wakes) }
  }

  /// So many messages were dropped, and were the last ones.
  func noteDropped(_ count: Int, _ state: inout ChannelState, _ wakes: inout Wakes) {
    let observed = begin(&state)
    let last = withLock(&cQueue.pointee.receive_lock) {
      observed.receives.number(of: cQueue.pointee.head)
    }
    record(.dropped(count), nil, last, in: observed, waking: &wakes)
  }

  /// A connection came or went.
  func noteConnection(
    _ kind: Registry.Event.Kind, _ connection: Connection, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) {
    guard isObserved, connection.isCounted else { return }
    record(kind, over: connection, in: begin(&state), waking: &wakes)
  }

  /// It was put on the registry, or taken off; the registry holds its lock, and somebody observes.
  @inline(never)
  func noteBinding(_ kind: Registry.Event.Kind, _ wakes: inout Wakes) {
    withState { record(kind, in: begin(&$0), waking: &wakes) }
  }

  /// A connection was made; no lock is held.
  func noteConnected(_ connection: Connection) {
    guard isObserved else { return }
    var wakes = Wakes()
    withState { noteConnection(.connected, connection, &$0, &wakes) }
    wakes.wake()
  }

  private func record(
    _ kind: Registry.Event.Kind, _ envelope: Envelope? = nil, _ sequence: UInt64? = nil,
    over connection: Connection? = nil, by thread: Registry.Event.Thread? = nil,
    in observed: ObservedQueue, waking wakes: inout Wakes
  ) {
    var event = Registry.Event(kind, by: thread ?? scheduler.currentIdentity, endpoint: endpoint)
    event.queueNumber = observed.number
    event.isReply = observed.isReply
    event.connectionNumber = connection?.number(observers) ?? 0
    event.sequenceNumber = sequence ?? 0
    if let message = envelope?.message { event.set(message) }
    observers.record(event, scheduler, &wakes)
  }
}

extension WaitQueue {
  /// All places and who waits there, in order. O(waiters).
  fileprivate var all: [(node: WaitNode, parker: any Parker)] {
    var all: [(node: WaitNode, parker: any Parker)] = []
    var current = first
    while let node = current {
      if let waiter = node.waiter { all.append((node, waiter.parker)) }
      current = node.next
    }
    return all
  }
}

extension Registry.Event.WaitResult {
  /// Nil for a wait that goes on.
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
