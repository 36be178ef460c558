internal import CInprocCore

// Receiving that may have to wait for a message.

extension Channel {
  func tryReceive() throws(InprocError) -> Envelope? {
    if let envelope = takeDirectly() { return envelope }
    switch update({ take(&$0, &$1) }) {
    case .message(let envelope): return envelope
    case .empty:
      queue.dropProxy()
      return nil
    case .closed:
      queue.dropProxy()
      throw closedToReceivers()
    }
  }

  func receive(until deadline: Deadline) throws(InprocError) -> Envelope {
    let deadline = deadline.fixed(scheduler)
    if queue.allowsElimination {
      if let envelope = takeDirectly() { return envelope }
      switch try receiveByElimination(until: deadline) {
      case .done(let envelope): return envelope
      case .expired: return try receiveParked(until: deadline, hasSpun: true)
      case .slotTaken: return try receiveParked(until: deadline, hasSpun: false)
      }
    }
    if !spins {
      if let envelope = try tryReceive() { return envelope }
      return try receiveParked(until: deadline, hasSpun: false)
    }
    // Most callers have found the queue empty.
    if inproc_holds_any(cQueue), let envelope = takeDirectly() { return envelope }
    while spin(
      &cQueue.pointee.receive_failed_spins, until: deadline,
      { queue.count > 0 || inproc_flag(&cQueue.pointee.is_finished) })
    {
      if coalesce(
        &cQueue.pointee.receive_failed_batches, upTo: min(128, queue.limit / 2), { queue.count })
      {
        queue.installProxyIfWorthwhile()
      }
      if let envelope = try tryReceive() { return envelope }
    }
    return try receiveParked(until: deadline, hasSpun: true)
  }

  private func receiveParked(
    until deadline: Deadline, hasSpun: Bool
  ) throws(InprocError) -> Envelope {
    let instant = deadline.instant(scheduler)
    let thread = try scheduler.currentThread()
    let waiter = Waiter(parker: thread, self, .receive, hasSpun: hasSpun)
    checkpoint(.beforeEnqueue)
    var step = receiveStep(of: waiter, enters: true)
    while case .wait = step {
      checkpoint(.parking)
      thread.park(in: waiter, until: instant)
      checkpoint(.woken)
      step = receiveStep(of: waiter, enters: false)
    }
    return try finish(step, doing: "receive from")
  }

  /// Receives for a task that has just found no message.
  @inline(__always)  // Each call of an async function takes longer than the lock.
  func receive(until deadline: Deadline) async throws(InprocError) -> Envelope {
    let task = CallingTask()
    if task.isCancelled { throw ended(.cancelled, doing: "receive from") }
    // Without a schedule the caller has tried, and the first step tries again.
    if hasCheckpoints, let envelope = try tryReceive() { return envelope }
    try requireTasks()
    let waiter = Waiter(task, self, .receive)
    checkpoint(.beforeEnqueue)
    let step = await waiter.run(waiter, until: deadline, on: scheduler) {
      (isFirst) -> Step<Envelope>? in
      // Written before the wait was settled, so no lock is needed to read it.
      if !isFirst, !isObserved, waiter.outcome == .served,
        let envelope = waiter.delivered.take()
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
      defer { if !enters { noteWoken(.receive, of: waiter, &state, &wakes) } }
      switch waiter.outcome {
      case .served:
        guard let envelope = waiter.delivered else { return .ended(.closed) }
        return .done(envelope)
      case .waiting: break
      case let outcome: return .ended(outcome)
      }
      // Taking a message and settling the wait are one step, because settling takes the lock.
      var result = skipsRetry(enters, state) ? .empty : take(&state, &wakes)
      if case .empty = result {
        state.wait(waiter, of: waiter, enters: enters, wakes: &wakes)
        repeat {
          // A direct send may have happened before the node was queued.
          if !state.isRendezvous { result = take(&state, &wakes) }
        } while result.isEmpty && enters && !noteBlocked(.receive, of: waiter, &state, &wakes)
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
      isObserved ? observedDrain(&state, &wakes) : state.drain(wakes: &wakes)
    }
  }
}
