internal import CInprocCore

// Elimination: a spinning sender and a spinning receiver exchange a message without the queue. A sender
// that found no room publishes its message in a hand-off slot, a receiver that found no message publishes
// that it wants one. If both share a core, three messages pass at capacity 1 each time they yield to each
// other, not one; at a rendezvous two.
//
// A spinning call is not queued as a waiter. Whoever ends a connection, closes an end, begins to observe
// or queues at a rendezvous cancels what is published; the owners then retry by themselves.

extension Channel {
  /// How an attempt by elimination ended.
  enum Attempt<Value> {
    case done(Value)
    /// The time to spin is over.
    case expired
    /// Another call has the hand-off slot.
    case slotTaken
  }

  // MARK: Sending

  /// Publishes a message for a short time, because there is no room for it, and retries.
  ///
  /// - Throws: `.closed`.
  func sendByElimination(
    _ envelope: Envelope, over connection: Connection, until deadline: Deadline
  ) throws(InprocError) -> Attempt<Void> {
    var rounds = 0
    eliminationCheckpoint(.beforeEnqueue)
    while true {
      var maySpin = true
      let hasPendingSend = publishSend(envelope, over: connection)
      if hasPendingSend {
        var polls = 0
        maySpin = spinOrCheck(&cQueue.pointee.send_failed_spins, until: deadline) {
          polls += 1
          return inproc_handoff_state(&cQueue.pointee.send_handoff) != INPROC_PUBLISHED
            || (polls > 16 && queue.count < queue.limit)
        }
        if withdrawSend() { return .done(()) }
      } else if queue.limit > 0 {
        maySpin = spinOrCheck(&cQueue.pointee.send_failed_spins, until: deadline) {
          queue.count < queue.limit || queue.hasPendingReceive
        }
      }
      endRound(&rounds)
      if try trySend(envelope, over: connection) { return .done(()) }
      if !maySpin { return .expired }
      if !hasPendingSend, queue.limit == 0, !queue.hasPendingReceive { return .slotTaken }
    }
  }

  private func publishSend(_ envelope: Envelope, over connection: Connection) -> Bool {
    if queue.limit > 0 { return publishSendInQueue(envelope, over: connection) }
    return withState { state in
      state.nobodyWaits && !queue.hasPendingReceive
        && publishSendInQueue(envelope, over: connection)
    }
  }

  private func publishSendInQueue(_ envelope: Envelope, over connection: Connection) -> Bool {
    let held = inproc_lock(&cQueue.pointee.send_lock)
    defer { inproc_unlock(&cQueue.pointee.send_lock, held) }
    if !allowsDirectSend(over: connection) || isObserved || queue.hasRoom() {
      return false
    }
    return queue.publishSend(envelope)
  }

  /// Withdraws a published message. Returns whether it was taken.
  private func withdrawSend() -> Bool {
    let isTaken = leave(&cQueue.pointee.send_handoff)
    queue.clearSend(isTaken: isTaken)
    return isTaken
  }

  /// Hands the oldest message to a spinning receiver. Under the senders' lock, if the queue is full.
  /// Returns whether there is room now.
  func makeRoom() -> Bool { queue.makeRoom { eliminationCheckpoint($0) } }

  /// Rendezvous: hands a message to a spinning receiver. Under the senders' lock.
  func handOff(_ message: Message, over connection: Connection) -> Bool {
    if !queue.allowsElimination || queue.limit > 0 { return false }
    if !allowsDirectSend(over: connection) || isObserved { return false }
    return queue.handOff(Envelope(message: message, origin: connection.origin)) {
      eliminationCheckpoint($0)
    }
  }

  // MARK: Receiving

  /// Publishes that a message is wanted for a short time, because there is none, and retries.
  ///
  /// - Throws: `.closed`.
  func receiveByElimination(until deadline: Deadline) throws(InprocError) -> Attempt<Envelope> {
    var rounds = 0
    eliminationCheckpoint(.beforeEnqueue)
    while true {
      var maySpin = true
      let hasPendingReceive = publishReceive()
      if hasPendingReceive {
        maySpin = spinOrCheck(&cQueue.pointee.receive_failed_spins, until: deadline) {
          queue.count > 0 || inproc_flag(&cQueue.pointee.is_finished)
            || inproc_handoff_state(&cQueue.pointee.receive_handoff) != INPROC_PUBLISHED
        }
        if let envelope = withdrawReceive() { return .done(envelope) }
      } else if queue.limit > 0 {
        maySpin = spinOrCheck(&cQueue.pointee.receive_failed_spins, until: deadline) {
          queue.count > 0 || queue.hasPendingSend || inproc_flag(&cQueue.pointee.is_finished)
        }
      }
      endRound(&rounds)
      if let envelope = try tryReceive() { return .done(envelope) }
      if !maySpin { return .expired }
      if !hasPendingReceive, queue.limit == 0, !queue.hasPendingSend { return .slotTaken }
    }
  }

  private func publishReceive() -> Bool {
    if queue.limit > 0 { return publishReceiveInQueue() }
    return withState { $0.nobodyWaits && !queue.hasPendingSend && publishReceiveInQueue() }
  }

  private func publishReceiveInQueue() -> Bool {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    defer { inproc_unlock(&cQueue.pointee.receive_lock, held) }
    return !isObserved && !queue.announcesReceives && queue.publishReceive()
  }

  /// Withdraws a published receive. Returns the message that was handed over.
  private func withdrawReceive() -> Envelope? {
    queue.clearReceive(isGiven: leave(&cQueue.pointee.receive_handoff))
  }

  /// Takes the message of a spinning sender. Under the receivers' lock, if no message is queued.
  func takePendingSend() -> Envelope? { queue.takePendingSend { eliminationCheckpoint($0) } }

  // MARK: Under a schedule
  //
  // One thread runs at a time, and a checkpoint stands for the microseconds of a spin: other threads can
  // run while a call spins, and before it retries. They can also run while a message is moved, with a lock
  // held: a thread that needs that lock waits as the schedule says, and so does one that withdraws from a
  // slot where a message is being moved.

  /// Whether a schedule explores this file's code, too.
  var isExplored: Bool { hasCheckpoints && scheduler.allowsElimination }

  @inline(__always)
  func eliminationCheckpoint(_ point: Checkpoint) {
    if hasCheckpoints, scheduler.allowsElimination { scheduler.checkpoint(point) }
  }

  /// ``spin(_:until:_:)``, or under a schedule one check.
  @inline(__always)
  private func spinOrCheck(
    _ failedSpins: UnsafeMutablePointer<UInt32>, until deadline: Deadline, _ isThere: () -> Bool
  ) -> Bool {
    if !hasCheckpoints { return spin(failedSpins, until: deadline, isThere) }
    scheduler.checkpoint(.spinning)
    return isThere()
  }

  /// Withdraws from a hand-off slot. Returns whether a message was moved.
  private func leave(_ handoff: UnsafeMutablePointer<inproc_handoff>) -> Bool {
    if hasCheckpoints, inproc_handoff_state(handoff) == INPROC_MOVING {
      _ = scheduler.wait { inproc_handoff_state(handoff) != INPROC_MOVING }
    }
    return inproc_handoff_withdraw(handoff)
  }

  private func endRound(_ rounds: inout Int) {
    if !hasCheckpoints { return }
    rounds += 1
    // The loop need not end by itself: other threads have to run.
    scheduler.checkpoint(rounds > 3 ? .retrying : .beforeEnqueue)
  }
}
