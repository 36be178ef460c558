internal import CInprocCore

// Messages that pass from a sender to a receiver without being queued; see `Channel+Elimination.swift`.

extension MessageQueue {
  var hasPendingSend: Bool {
    inproc_handoff_state(&cQueue.pointee.send_handoff) == INPROC_PUBLISHED
  }
  var hasPendingReceive: Bool {
    inproc_handoff_state(&cQueue.pointee.receive_handoff) == INPROC_PUBLISHED
  }

  /// Sends those who look to look for themselves.
  func cancelHandOffs() {
    if !allowsElimination { return }
    inproc_handoff_cancel(&cQueue.pointee.send_handoff)
    inproc_handoff_cancel(&cQueue.pointee.receive_handoff)
  }

  // MARK: The sender that looks

  /// Under the senders' lock. Returns false where another has the place.
  func publishSend(_ envelope: Envelope) -> Bool {
    guard inproc_handoff_claim(&cQueue.pointee.send_handoff) else { return false }
    write(envelope.message, envelope.origin, to: slot(of: &cQueue.pointee.send_handoff))
    inproc_handoff_set(&cQueue.pointee.send_handoff, INPROC_PUBLISHED)
    return true
  }

  /// Makes the place vacant that the owner has left.
  func clearSend(isTaken: Bool) {
    // What was not taken is released; its sender has it, too.
    if !isTaken { _ = read(from: slot(of: &cQueue.pointee.send_handoff)) }
    inproc_handoff_set(&cQueue.pointee.send_handoff, INPROC_VACANT)
  }

  /// Gives the oldest message to a receiver that looks for one. Under the senders' lock, where the
  /// queue is full.
  ///
  /// - Parameter pause: lets a schedule choose.
  /// - Returns: whether there is room now.
  func makeRoom(_ pause: (Checkpoint) -> Void) -> Bool {
    guard allowsElimination, limit > 0, hasPendingReceive else { return false }
    pause(.locked)
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    defer { inproc_unlock(&cQueue.pointee.receive_lock, held) }
    guard !announcesReceives, inproc_handoff_match(&cQueue.pointee.receive_handoff) else {
      return hasRoom()
    }
    pause(.moving)
    if let oldest = pop() {
      finish(&cQueue.pointee.receive_handoff, with: oldest)
    } else {
      inproc_handoff_set(&cQueue.pointee.receive_handoff, INPROC_CANCELLED)
    }
    return hasRoom()
  }

  /// Hands a message over. Under the senders' lock, where none is queued that came before.
  func handOff(_ envelope: Envelope, _ pause: (Checkpoint) -> Void) -> Bool {
    guard inproc_handoff_match(&cQueue.pointee.receive_handoff) else { return false }
    pause(.moving)
    finish(&cQueue.pointee.receive_handoff, with: envelope)
    return true
  }

  // MARK: The receiver that looks

  /// Under the receivers' lock. Returns false where another has the place.
  func publishReceive() -> Bool {
    guard inproc_handoff_claim(&cQueue.pointee.receive_handoff) else { return false }
    inproc_handoff_set(&cQueue.pointee.receive_handoff, INPROC_PUBLISHED)
    return true
  }

  /// Makes the place vacant that the owner has left. Returns what was given.
  func clearReceive(isGiven: Bool) -> Envelope? {
    let envelope = isGiven ? read(from: slot(of: &cQueue.pointee.receive_handoff)) : nil
    inproc_handoff_set(&cQueue.pointee.receive_handoff, INPROC_VACANT)
    return envelope
  }

  /// The message of a sender that looks for room, where none is queued. Under the receivers' lock.
  func takePendingSend(_ pause: (Checkpoint) -> Void) -> Envelope? {
    guard allowsElimination else { return nil }
    pause(.locked)
    guard inproc_handoff_match(&cQueue.pointee.send_handoff) else { return nil }
    pause(.moving)
    // Looked at after the offer was: what its sender sent before comes first.
    if let earlier = pop() {
      // It has room now. Not put back: whoever closes meanwhile has passed by a message on the move.
      inproc_handoff_set(&cQueue.pointee.send_handoff, INPROC_CANCELLED)
      return earlier
    }
    let envelope = read(from: slot(of: &cQueue.pointee.send_handoff))
    inproc_handoff_set(&cQueue.pointee.send_handoff, INPROC_DONE)
    return envelope
  }

  private func finish(
    _ handoff: UnsafeMutablePointer<inproc_handoff>, with envelope: Envelope
  ) {
    write(envelope.message, envelope.origin, to: slot(of: handoff))
    inproc_handoff_set(handoff, INPROC_DONE)
  }

  private func slot(of handoff: UnsafeMutablePointer<inproc_handoff>) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(inproc_handoff_slot(handoff))
  }
}
