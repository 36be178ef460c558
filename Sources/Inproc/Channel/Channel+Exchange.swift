internal import CInprocPlatform

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
    while true {
      var mayLook = true
      let isOffered = offer(envelope, over: connection)
      if isOffered {
        var polls = 0
        mayLook = lookAgain(&core.pointee.send_misses, until: deadline) {
          polls += 1
          return inproc_exchange_state(&core.pointee.offer) != INPROC_PUBLISHED
            || (polls > 16 && queue.count < queue.limit)
        }
        if queue.leaveOffer() { return .met(()) }
      } else if queue.limit > 0 {
        mayLook = lookAgain(&core.pointee.send_misses, until: deadline) {
          queue.count < queue.limit || queue.isRequested
        }
      }
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
    if queue.refuses || connection.hasEnded || observation.isActive || queue.hasRoom() {
      return false
    }
    return queue.offer(envelope)
  }

  /// At a rendezvous: hands a message to a receiver that looks for one. Under the senders' lock.
  func give(_ message: Message, over connection: Connection) -> Bool {
    if !queue.exchanges || queue.limit > 0 { return false }
    if queue.refuses || connection.hasEnded || observation.isActive { return false }
    return queue.give(Envelope(message: message, origin: connection.origin))
  }

  // MARK: Receiving

  /// Asks for a message for a short time, where there is none.
  ///
  /// - Throws: `.closed`.
  func receiveLooking(until deadline: Deadline) throws(InprocError) -> Look<Envelope> {
    while true {
      var mayLook = true
      let isRequested = request()
      if isRequested {
        mayLook = lookAgain(&core.pointee.receive_misses, until: deadline) {
          queue.count > 0 || inproc_flag(&core.pointee.is_finished)
            || inproc_exchange_state(&core.pointee.request) != INPROC_PUBLISHED
        }
        if let envelope = queue.leaveRequest() { return .met(envelope) }
      } else if queue.limit > 0 {
        mayLook = lookAgain(&core.pointee.receive_misses, until: deadline) {
          queue.count > 0 || queue.isOffered || inproc_flag(&core.pointee.is_finished)
        }
      }
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
    return !observation.isActive && !queue.isTold && queue.request()
  }
}
