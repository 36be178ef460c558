internal import CInprocCore

// Messages that pass a channel while someone observes.

extension Channel {
  /// ``ChannelState/send(_:over:wakes:)``, recorded if someone observes.
  @inline(__always)
  func put(
    _ envelope: Envelope, over connection: Connection, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) -> ChannelState.SendResult {
    isObserved
      ? observedPut(envelope, over: connection, &state, &wakes)
      : state.send(envelope, over: connection, wakes: &wakes)
  }

  /// ``ChannelState/receive(wakes:)``, recorded if someone observes.
  @inline(__always)
  func take(_ state: inout ChannelState, _ wakes: inout Wakes) -> ChannelState.ReceiveResult {
    isObserved ? observedTake(&state, &wakes) : state.receive(wakes: &wakes)
  }

  // MARK: Directly, under the lock of an end

  /// Sends a message directly, and records it. Called under the senders' lock, which it releases.
  ///
  /// - Returns: whether it was sent.
  @inline(never)
  func sendObserved(
    _ message: Message, over connection: Connection, _ held: inproc_held
  ) -> Bool {
    guard let known = observedNow({ $0.sends }), allowsDirectSend(over: connection),
      queue.hasRoom()
    else {
      inproc_unlock(&cQueue.pointee.send_lock, held)
      return false
    }
    var wakes = Wakes()
    known._withUnsafeGuaranteedRef {
      push(message, connection.origin, over: connection, $0, &wakes)
    }
    finishDirectSend(held, wakes)
    return true
  }

  /// Receives the oldest message directly, and records it. Called under the receivers' lock, which it
  /// releases.
  ///
  /// - Returns: nil if the channel's state is needed.
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

  /// What is known of the queue, if its messages are numbered and can pass directly. Under a schedule they
  /// pass through the channel's state, which has the checkpoints; at a rendezvous they have to.
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

  /// Records a message, then puts it into the queue, so that no receive is recorded before. Under the
  /// senders' lock.
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

  /// Takes the oldest message, then records it. Under the receivers' lock.
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
    // Only the system's scheduler spins, and it has the system's clock and threads.
    if spins {
      observers.record(passage, message, at: observed, by: .current, nil, &wakes)
    } else {
      observers.record(
        passage, message, at: observed, by: scheduler.currentIdentity, scheduler, &wakes)
    }
  }

  // MARK: Through the channel's state

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
          let oldest = withLock(&cQueue.pointee.receive_lock) { dropOldest(observed, &wakes) }
          wakes.dropped = oldest.map { ($0.message, $0.origin) }
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

  /// Takes all messages, and records each.
  func observedDrain(_ state: inout ChannelState, _ wakes: inout Wakes) -> [Envelope] {
    let observed = begin(&state)
    return state.drain(wakes: &wakes) { noteTaken($0, observed, &$1) }
  }
}

extension WaitQueue {
  /// All nodes and the threads or tasks that wait there, in order. O(count).
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
