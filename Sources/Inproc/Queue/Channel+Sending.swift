internal import CInprocCore

// Sending that may have to wait for room.

extension Channel {
  func trySend(_ envelope: Envelope, over connection: Connection) throws(InprocError) -> Bool {
    if let fanOut { return try fanOut.trySend(envelope.message, over: connection, at: self) }
    if sendDirectly(envelope.message, over: connection) { return true }
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
    if let fanOut {
      return try fanOut.send(envelope.message, over: connection, at: self, until: deadline)
    }
    let deadline = deadline.fixed(scheduler)
    var hasSpun = false
    if queue.allowsElimination {
      if sendDirectly(envelope.message, over: connection) { return }
      switch try sendByElimination(envelope, over: connection, until: deadline) {
      case .done: return
      case .expired: hasSpun = true
      case .slotTaken: break
      }
    } else {
      if try trySend(envelope, over: connection) { return }
      hasSpun = spins
      while spins,
        spin(&cQueue.pointee.send_failed_spins, until: deadline, { queue.count < queue.limit })
      {
        coalesce(&cQueue.pointee.send_failed_batches, upTo: min(64, queue.limit / 2)) {
          queue.limit - queue.count
        }
        if try trySend(envelope, over: connection) { return }
      }
    }
    try sendParked(envelope, over: connection, until: deadline, hasSpun: hasSpun)
  }

  private func sendParked(
    _ envelope: Envelope, over connection: Connection, until deadline: Deadline, hasSpun: Bool
  ) throws(InprocError) {
    let instant = deadline.instant(scheduler)
    let thread = try scheduler.currentThread()
    let waiter = Waiter(
      parker: thread, self, .send(envelope, connection), hasSpun: hasSpun)
    checkpoint(.beforeEnqueue)
    var step = sendStep(of: waiter, envelope, connection, enters: true)
    while case .wait = step {
      checkpoint(.parking)
      thread.park(in: waiter, until: instant)
      checkpoint(.woken)
      step = sendStep(of: waiter, envelope, connection, enters: false)
    }
    try finish(step, doing: "send to")
  }

  /// Sends for a task that has just found no room.
  func send(
    _ envelope: Envelope, over connection: Connection, until deadline: Deadline
  ) async throws(InprocError) {
    let task = CallingTask()
    if task.isCancelled { throw ended(.cancelled, doing: "send to") }
    if let fanOut {
      return try await fanOut.send(envelope.message, over: connection, at: self, until: deadline)
    }
    // Without a schedule the caller has tried, and the first step tries again.
    if hasCheckpoints, try trySend(envelope, over: connection) { return }
    try requireTasks()
    let waiter = Waiter(task, self, .send(envelope, connection))
    checkpoint(.beforeEnqueue)
    let step = await waiter.run(waiter, until: deadline, on: scheduler) {
      (isFirst) -> Step<Void>? in
      let step = self.sendStep(of: waiter, envelope, connection, enters: isFirst)
      if case .wait = step { return nil }
      return step
    }
    try finish(step, doing: "send to")
  }

  private func sendStep(
    of waiter: Waiter, _ envelope: Envelope, _ connection: Connection, enters: Bool
  ) -> Step<Void> {
    update { (state, wakes) -> Step<Void> in
      defer { if !enters { noteWoken(.send, of: waiter, &state, &wakes) } }
      switch waiter.outcome {
      case .served: return .done(())
      case .waiting: break
      case let outcome: return .ended(outcome)
      }
      // Sending and settling the wait are one step, because settling takes the lock.
      var result =
        skipsRetry(enters, state) ? .full : put(envelope, over: connection, &state, &wakes)
      if result == .full {
        state.wait(waiter, of: waiter, enters: enters, wakes: &wakes)
        repeat {
          // A direct receive may have happened before the node was queued.
          if !state.isRendezvous { result = put(envelope, over: connection, &state, &wakes) }
        } while result == .full && enters && !noteBlocked(.send, of: waiter, &state, &wakes)
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
}
