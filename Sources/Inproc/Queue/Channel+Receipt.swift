// Waiting until all messages that were sent have been received.

extension Channel {
  func waitUntilReceived(until deadline: Deadline) throws(InprocError) {
    if let fanOut { return try fanOut.waitUntilReceived(until: deadline.fixed(scheduler)) }
    let count = queue.sent
    if try isReceived(count) { return }
    let instant = deadline.instant(scheduler)
    let thread = try scheduler.currentThread()
    let waiter = Waiter(parker: thread, self, .untilReceived(count))
    var step = receiptStep(of: waiter, count, enters: true)
    while case .wait = step {
      checkpoint(.parking)
      thread.park(in: waiter, until: instant)
      checkpoint(.woken)
      step = receiptStep(of: waiter, count, enters: false)
    }
    try finishReceipt(step)
  }

  func waitUntilReceived(until deadline: Deadline) async throws(InprocError) {
    let task = CallingTask()
    if task.isCancelled { throw receiptError(.cancelled) }
    if let fanOut { return try await fanOut.waitUntilReceived(until: deadline.fixed(scheduler)) }
    let count = queue.sent
    if try isReceived(count) { return }
    try requireTasks()
    let waiter = Waiter(task, self, .untilReceived(count))
    let step = await waiter.run(waiter, until: deadline, on: scheduler) {
      (isFirst) -> Step<Void>? in
      let step = self.receiptStep(of: waiter, count, enters: isFirst)
      if case .wait = step { return nil }
      return step
    }
    try finishReceipt(step)
  }

  private func isReceived(_ count: Int) throws(InprocError) -> Bool {
    let receipt = withState { $0.receipt(of: count) }
    if receipt == false { throw receiptError(.closed) }
    return receipt == true
  }

  private func receiptStep(
    of waiter: Waiter, _ count: Int, enters: Bool
  ) -> Step<Void> {
    update { (state, wakes) -> Step<Void> in
      if waiter.outcome != .waiting { return .ended(waiter.outcome) }
      if state.receipt(of: count) == nil {
        state.wait(waiter, of: waiter, enters: enters, wakes: &wakes)
      }
      // Read again, because a direct receive may have happened before the node was queued.
      guard let isReceived = state.receipt(of: count) else { return .wait }
      _ = waiter.settle(isReceived ? .served : .closed)
      state.leave(waiter, wakes: &wakes)
      return isReceived ? .done(()) : .ended(.closed)
    }
  }

  private func finishReceipt(_ step: Step<Void>) throws(InprocError) {
    switch step {
    case .done: return
    case .ended(let outcome): throw receiptError(outcome)
    case .wait: throw receiptError(.interrupted)
    }
  }

  private func receiptError(_ outcome: Waiter.Outcome) -> InprocError {
    let name = Excerpt(endpoint.description)
    switch outcome {
    case .timedOut:
      return InprocError(
        .timedOut, "not all that was sent to \(name) was received in time; it stays queued")
    case .cancelled:
      return InprocError(
        .cancelled,
        "the task was cancelled while it waited for receivers of \(name); all stays queued")
    case .closed:
      return InprocError(
        .closed,
        "messages to \(name) were dropped unreceived, because its receiving end was released; "
          + "send them again once it is bound")
    default:
      return InprocError(
        .interrupted, "the wait for receivers of \(name) was interrupted; all stays queued")
    }
  }
}
