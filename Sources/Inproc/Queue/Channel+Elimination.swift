internal import CInprocCore

// Senders and receivers that look again, before they sleep, and are met in passing: a sender that
// found no room leaves its message where receivers find it, a receiver that found none is given one.
// Where both share a core three messages then pass at capacity 1 each time they let each other run,
// not one, and two at a rendezvous.
//
// Nobody stands in line meanwhile, and nobody else counts on it: whoever ends a connection, closes,
// begins to observe or stands in line at a rendezvous sends those who look to look for themselves.

extension Channel {
  /// What a look again has come to.
  enum Attempt<Value> {
    case done(Value)
    /// The time to look is over.
    case expired
    /// There was no place where to be met.
    case slotTaken
  }

  // MARK: Sending

  /// Offers a message for a short time, where there is no room for it.
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
    // Under the lock: whoever closes the connection, or begins to observe, waits for it.
    if queue.refuses || connection.hasEnded || isObserved || queue.hasRoom() {
      return false
    }
    return queue.publishSend(envelope)
  }

  /// Ends an offer. Returns whether the message was taken.
  private func withdrawSend() -> Bool {
    let isTaken = leave(&cQueue.pointee.send_handoff)
    queue.clearSend(isTaken: isTaken)
    return isTaken
  }

  /// Gives the oldest message to a receiver that looks for one. Under the senders' lock, where the
  /// queue is full. Returns whether there is room now.
  func makeRoom() -> Bool { queue.makeRoom { eliminationCheckpoint($0) } }

  /// At a rendezvous: hands a message to a receiver that looks for one. Under the senders' lock.
  func handOff(_ message: Message, over connection: Connection) -> Bool {
    if !queue.allowsElimination || queue.limit > 0 { return false }
    if queue.refuses || connection.hasEnded || isObserved { return false }
    return queue.handOff(Envelope(message: message, origin: connection.origin)) {
      eliminationCheckpoint($0)
    }
  }

  // MARK: Receiving

  /// Asks for a message for a short time, where there is none.
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

  /// Ends a request. Returns what was given.
  private func withdrawReceive() -> Envelope? {
    queue.clearReceive(isGiven: leave(&cQueue.pointee.receive_handoff))
  }

  /// The message of a sender that looks for room, where none is queued. Under the receivers' lock.
  func takePendingSend() -> Envelope? { queue.takePendingSend { eliminationCheckpoint($0) } }

  // MARK: Under a schedule
  //
  // One thread runs at a time, and what takes microseconds elsewhere is a checkpoint: others can come
  // in while a call looks, and before it tries again. They can also do so while a message is moved,
  // with a lock held: who needs that lock waits as the schedule says, and so does who leaves a place
  // where a message is being moved.

  /// Whether this very code is explored.
  var isExplored: Bool { hasCheckpoints && scheduler.allowsElimination }

  @inline(__always)
  func eliminationCheckpoint(_ point: Checkpoint) {
    if hasCheckpoints, scheduler.allowsElimination { scheduler.checkpoint(point) }
  }

  /// ``spin(_:until:_:)``, or one look.
  @inline(__always)
  private func spinOrCheck(
    _ failedSpins: UnsafeMutablePointer<UInt32>, until deadline: Deadline, _ isThere: () -> Bool
  ) -> Bool {
    if !hasCheckpoints { return spin(failedSpins, until: deadline, isThere) }
    scheduler.checkpoint(.spinning)
    return isThere()
  }

  /// From here on nobody meets the place's owner. Returns whether one did.
  private func leave(_ handoff: UnsafeMutablePointer<inproc_handoff>) -> Bool {
    if hasCheckpoints, inproc_handoff_state(handoff) == INPROC_MOVING {
      _ = scheduler.wait { inproc_handoff_state(handoff) != INPROC_MOVING }
    }
    return inproc_handoff_withdraw(handoff)
  }

  private func endRound(_ rounds: inout Int) {
    if !hasCheckpoints { return }
    rounds += 1
    // It need not end by itself: others have to go on.
    scheduler.checkpoint(rounds > 3 ? .retrying : .beforeEnqueue)
  }
}
