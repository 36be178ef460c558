internal import CInprocPlatform

// Messages that pass from a sender to a receiver without being queued; see `Channel+Exchange.swift`.

extension MessageQueue {
  var isOffered: Bool { inproc_exchange_state(&core.pointee.offer) == INPROC_PUBLISHED }
  var isRequested: Bool { inproc_exchange_state(&core.pointee.request) == INPROC_PUBLISHED }

  /// Sends those who look to look for themselves.
  func endExchanges() {
    if !exchanges { return }
    inproc_exchange_void(&core.pointee.offer)
    inproc_exchange_void(&core.pointee.request)
  }

  // MARK: The sender that looks

  /// Under the senders' lock. Returns false where another has the place.
  func offer(_ envelope: Envelope) -> Bool {
    guard inproc_exchange_claim(&core.pointee.offer) else { return false }
    write(envelope.message, envelope.origin, to: slot(of: &core.pointee.offer))
    inproc_exchange_set(&core.pointee.offer, INPROC_PUBLISHED)
    return true
  }

  /// Ends what ``offer(_:)`` began. Returns whether the message was taken.
  func leaveOffer() -> Bool {
    let isTaken = inproc_exchange_leave(&core.pointee.offer)
    // What was not taken is released; its sender has it, too.
    if !isTaken { _ = read(from: slot(of: &core.pointee.offer)) }
    inproc_exchange_set(&core.pointee.offer, INPROC_VACANT)
    return isTaken
  }

  /// Gives the oldest message to a receiver that looks for one. Under the senders' lock, where the
  /// queue is full.
  ///
  /// - Returns: whether there is room now.
  func makeRoom() -> Bool {
    guard exchanges, limit > 0, isRequested else { return false }
    let held = inproc_lock(&core.pointee.receive_lock)
    defer { inproc_unlock(&core.pointee.receive_lock, held) }
    guard !isTold, inproc_exchange_meet(&core.pointee.request) else { return hasRoom() }
    if let oldest = pop() {
      finish(&core.pointee.request, with: oldest)
    } else {
      inproc_exchange_set(&core.pointee.request, INPROC_PUBLISHED)
    }
    return hasRoom()
  }

  /// Hands a message over. Under the senders' lock, where none is queued that came before.
  func give(_ envelope: Envelope) -> Bool {
    guard inproc_exchange_meet(&core.pointee.request) else { return false }
    finish(&core.pointee.request, with: envelope)
    return true
  }

  // MARK: The receiver that looks

  /// Under the receivers' lock. Returns false where another has the place.
  func request() -> Bool {
    guard inproc_exchange_claim(&core.pointee.request) else { return false }
    inproc_exchange_set(&core.pointee.request, INPROC_PUBLISHED)
    return true
  }

  /// Ends what ``request()`` began. Returns what was given.
  func leaveRequest() -> Envelope? {
    let isGiven = inproc_exchange_leave(&core.pointee.request)
    let envelope = isGiven ? read(from: slot(of: &core.pointee.request)) : nil
    inproc_exchange_set(&core.pointee.request, INPROC_VACANT)
    return envelope
  }

  /// The message of a sender that looks for room, where none is queued. Under the receivers' lock.
  func takeOffered() -> Envelope? {
    guard exchanges, inproc_exchange_meet(&core.pointee.offer) else { return nil }
    // Looked at after the offer was: what its sender sent before comes first.
    if let earlier = pop() {
      inproc_exchange_set(&core.pointee.offer, INPROC_PUBLISHED)
      return earlier
    }
    let envelope = read(from: slot(of: &core.pointee.offer))
    inproc_exchange_set(&core.pointee.offer, INPROC_DONE)
    return envelope
  }

  private func finish(
    _ exchange: UnsafeMutablePointer<inproc_exchange>, with envelope: Envelope
  ) {
    write(envelope.message, envelope.origin, to: slot(of: exchange))
    inproc_exchange_set(exchange, INPROC_DONE)
  }

  private func slot(of exchange: UnsafeMutablePointer<inproc_exchange>) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(inproc_exchange_slot(exchange))
  }
}
