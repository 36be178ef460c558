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
  enum Look<Value> {
    case met(Value)
    /// The time to look is over.
    case vain
    /// There was no place where to be met.
    case noPlace
  }

  // MARK: Sending

  /// Offers a message for a short time, where there is no room for it.
  ///
  /// - Throws: `.closed`.
  func sendLooking(
    _ envelope: Envelope, over connection: Connection, until deadline: Deadline
  ) throws(InprocError) -> Look<Void> {
    var rounds = 0
    exchangeCheckpoint(.looked)
    while true {
      var mayLook = true
      let isOffered = offer(envelope, over: connection)
      if isOffered {
        var polls = 0
        mayLook = look(&core.pointee.send_misses, until: deadline) {
          polls += 1
          return inproc_exchange_state(&core.pointee.offer) != INPROC_PUBLISHED
            || (polls > 16 && queue.count < queue.limit)
        }
        if leaveOffer() { return .met(()) }
      } else if queue.limit > 0 {
        mayLook = look(&core.pointee.send_misses, until: deadline) {
          queue.count < queue.limit || queue.isRequested
        }
      }
      endRound(&rounds)
      if try trySend(envelope, over: connection) { return .met(()) }
      if !mayLook { return .vain }
      if !isOffered, queue.limit == 0, !queue.isRequested { return .noPlace }
    }
  }

  private func offer(_ envelope: Envelope, over connection: Connection) -> Bool {
    if queue.limit > 0 { return offerInQueue(envelope, over: connection) }
    return withState { state in
      state.nobodyWaits && !queue.isRequested && offerInQueue(envelope, over: connection)
    }
  }

  private func offerInQueue(_ envelope: Envelope, over connection: Connection) -> Bool {
    let held = inproc_lock(&core.pointee.send_lock)
    defer { inproc_unlock(&core.pointee.send_lock, held) }
    // Under the lock: whoever closes the connection, or begins to observe, waits for it.
    if queue.refuses || connection.hasEnded || isObserved || queue.hasRoom() {
      return false
    }
    return queue.offer(envelope)
  }

  /// Ends an offer. Returns whether the message was taken.
  private func leaveOffer() -> Bool {
    let isTaken = leave(&core.pointee.offer)
    queue.endOffer(isTaken: isTaken)
    return isTaken
  }

  /// Gives the oldest message to a receiver that looks for one. Under the senders' lock, where the
  /// queue is full. Returns whether there is room now.
  func makeRoom() -> Bool { queue.makeRoom { exchangeCheckpoint($0) } }

  /// At a rendezvous: hands a message to a receiver that looks for one. Under the senders' lock.
  func give(_ message: Message, over connection: Connection) -> Bool {
    if !queue.exchanges || queue.limit > 0 { return false }
    if queue.refuses || connection.hasEnded || isObserved { return false }
    return queue.give(Envelope(message: message, origin: connection.origin)) {
      exchangeCheckpoint($0)
    }
  }

  // MARK: Receiving

  /// Asks for a message for a short time, where there is none.
  ///
  /// - Throws: `.closed`.
  func receiveLooking(until deadline: Deadline) throws(InprocError) -> Look<Envelope> {
    var rounds = 0
    exchangeCheckpoint(.looked)
    while true {
      var mayLook = true
      let isRequested = request()
      if isRequested {
        mayLook = look(&core.pointee.receive_misses, until: deadline) {
          queue.count > 0 || inproc_flag(&core.pointee.is_finished)
            || inproc_exchange_state(&core.pointee.request) != INPROC_PUBLISHED
        }
        if let envelope = leaveRequest() { return .met(envelope) }
      } else if queue.limit > 0 {
        mayLook = look(&core.pointee.receive_misses, until: deadline) {
          queue.count > 0 || queue.isOffered || inproc_flag(&core.pointee.is_finished)
        }
      }
      endRound(&rounds)
      if let envelope = try tryReceive() { return .met(envelope) }
      if !mayLook { return .vain }
      if !isRequested, queue.limit == 0, !queue.isOffered { return .noPlace }
    }
  }

  private func request() -> Bool {
    if queue.limit > 0 { return requestInQueue() }
    return withState { $0.nobodyWaits && !queue.isOffered && requestInQueue() }
  }

  private func requestInQueue() -> Bool {
    let held = inproc_lock(&core.pointee.receive_lock)
    defer { inproc_unlock(&core.pointee.receive_lock, held) }
    return !isObserved && !queue.isTold && queue.request()
  }

  /// Ends a request. Returns what was given.
  private func leaveRequest() -> Envelope? {
    queue.endRequest(isGiven: leave(&core.pointee.request))
  }

  /// The message of a sender that looks for room, where none is queued. Under the receivers' lock.
  func takeOffered() -> Envelope? { queue.takeOffered { exchangeCheckpoint($0) } }

  // MARK: Under a schedule
  //
  // One thread runs at a time, and what takes microseconds elsewhere is a checkpoint: others can come
  // in while a call looks, and before it tries again. They can also do so while a message is moved,
  // with a lock held: who needs that lock waits as the schedule says, and so does who leaves a place
  // where a message is being moved.

  /// Whether this very code is explored.
  var isExplored: Bool { hasCheckpoints && scheduler.exchanges }

  @inline(__always)
  func exchangeCheckpoint(_ point: Checkpoint) {
    if hasCheckpoints, scheduler.exchanges { scheduler.checkpoint(point) }
  }

  /// ``lookAgain(_:until:_:)``, or one look.
  @inline(__always)
  private func look(
    _ misses: UnsafeMutablePointer<UInt32>, until deadline: Deadline, _ isThere: () -> Bool
  ) -> Bool {
    if !hasCheckpoints { return lookAgain(misses, until: deadline, isThere) }
    scheduler.checkpoint(.looking)
    return isThere()
  }

  /// From here on nobody meets the place's owner. Returns whether one did.
  private func leave(_ exchange: UnsafeMutablePointer<inproc_exchange>) -> Bool {
    if hasCheckpoints, inproc_exchange_state(exchange) == INPROC_MOVING {
      _ = scheduler.wait { inproc_exchange_state(exchange) != INPROC_MOVING }
    }
    return inproc_exchange_leave(exchange)
  }

  private func endRound(_ rounds: inout Int) {
    if !hasCheckpoints { return }
    rounds += 1
    // It need not end by itself: others have to go on.
    scheduler.checkpoint(rounds > 3 ? .repeating : .looked)
  }
}
