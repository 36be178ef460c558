internal import CInprocCore

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

  /// Makes the place vacant that the owner has left.
  func endOffer(isTaken: Bool) {
    // What was not taken is released; its sender has it, too.
    if !isTaken { _ = read(from: slot(of: &core.pointee.offer)) }
    inproc_exchange_set(&core.pointee.offer, INPROC_VACANT)
  }

  /// Gives the oldest message to a receiver that looks for one. Under the senders' lock, where the
  /// queue is full.
  ///
  /// - Parameter pause: lets a schedule choose.
  /// - Returns: whether there is room now.
  func makeRoom(_ pause: (Checkpoint) -> Void) -> Bool {
    guard exchanges, limit > 0, isRequested else { return false }
    pause(.locked)
    let held = inproc_lock(&core.pointee.receive_lock)
    defer { inproc_unlock(&core.pointee.receive_lock, held) }
    guard !isTold, inproc_exchange_meet(&core.pointee.request) else { return hasRoom() }
    pause(.moving)
    if let oldest = pop() {
      finish(&core.pointee.request, with: oldest)
    } else {
      inproc_exchange_set(&core.pointee.request, INPROC_VOID)
    }
    return hasRoom()
  }

  /// Hands a message over. Under the senders' lock, where none is queued that came before.
  func give(_ envelope: Envelope, _ pause: (Checkpoint) -> Void) -> Bool {
    guard inproc_exchange_meet(&core.pointee.request) else { return false }
    pause(.moving)
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

  /// Makes the place vacant that the owner has left. Returns what was given.
  func endRequest(isGiven: Bool) -> Envelope? {
    let envelope = isGiven ? read(from: slot(of: &core.pointee.request)) : nil
    inproc_exchange_set(&core.pointee.request, INPROC_VACANT)
    return envelope
  }

  /// The message of a sender that looks for room, where none is queued. Under the receivers' lock.
  func takeOffered(_ pause: (Checkpoint) -> Void) -> Envelope? {
    guard exchanges else { return nil }
    pause(.locked)
    guard inproc_exchange_meet(&core.pointee.offer) else { return nil }
    pause(.moving)
    // Looked at after the offer was: what its sender sent before comes first.
    if let earlier = pop() {
      // It has room now. Not put back: whoever closes meanwhile has passed by a message on the move.
      inproc_exchange_set(&core.pointee.offer, INPROC_VOID)
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
