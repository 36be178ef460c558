internal import CInprocCore

// The two hand-off slots, through which messages pass without being queued: see
// `Channel+Elimination.swift`.

extension MessageQueue {
  var hasPendingSend: Bool {
    inproc_handoff_state(&cQueue.pointee.send_handoff) == INPROC_PUBLISHED
  }
  var hasPendingReceive: Bool {
    inproc_handoff_state(&cQueue.pointee.receive_handoff) == INPROC_PUBLISHED
  }

  /// Cancels pending sends and receives; their owners retry.
  func cancelHandOffs() {
    if !allowsElimination { return }
    inproc_handoff_cancel(&cQueue.pointee.send_handoff)
    inproc_handoff_cancel(&cQueue.pointee.receive_handoff)
  }

  // MARK: A spinning sender

  /// Publishes a message. Under the senders' lock. Returns false if another sender has the slot.
  func publishSend(_ envelope: Envelope) -> Bool {
    guard inproc_handoff_claim(&cQueue.pointee.send_handoff) else { return false }
    write(envelope.message, envelope.origin, to: slot(of: &cQueue.pointee.send_handoff))
    inproc_handoff_set(&cQueue.pointee.send_handoff, INPROC_PUBLISHED)
    return true
  }

  /// Makes the slot vacant after its owner has withdrawn.
  func clearSend(isTaken: Bool) {
    // A message that was not taken is released; its sender keeps another copy.
    if !isTaken { _ = read(from: slot(of: &cQueue.pointee.send_handoff)) }
    inproc_handoff_set(&cQueue.pointee.send_handoff, INPROC_VACANT)
  }

  /// Hands the oldest message to a spinning receiver. Under the senders' lock, if the queue is full.
  ///
  /// - Parameter pause: is called between the steps, for a schedule to choose.
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

  /// Hands a message to a spinning receiver. Under the senders' lock, if no older message is queued.
  func handOff(_ envelope: Envelope, _ pause: (Checkpoint) -> Void) -> Bool {
    guard inproc_handoff_match(&cQueue.pointee.receive_handoff) else { return false }
    pause(.moving)
    finish(&cQueue.pointee.receive_handoff, with: envelope)
    return true
  }

  // MARK: A spinning receiver

  /// Publishes that a message is wanted. Under the receivers' lock. Returns false if another receiver has
  /// the slot.
  func publishReceive() -> Bool {
    guard inproc_handoff_claim(&cQueue.pointee.receive_handoff) else { return false }
    inproc_handoff_set(&cQueue.pointee.receive_handoff, INPROC_PUBLISHED)
    return true
  }

  /// Makes the slot vacant after its owner has withdrawn. Returns the message that was handed over.
  func clearReceive(isGiven: Bool) -> Envelope? {
    let envelope = isGiven ? read(from: slot(of: &cQueue.pointee.receive_handoff)) : nil
    inproc_handoff_set(&cQueue.pointee.receive_handoff, INPROC_VACANT)
    return envelope
  }

  /// Takes the message of a spinning sender. Under the receivers' lock, if no message is queued.
  func takePendingSend(_ pause: (Checkpoint) -> Void) -> Envelope? {
    guard allowsElimination else { return nil }
    pause(.locked)
    guard inproc_handoff_match(&cQueue.pointee.send_handoff) else { return nil }
    pause(.moving)
    // Read after the slot: what its sender sent before comes first.
    if let earlier = pop() {
      // The sender has room now. The slot is cancelled, not published again, because whoever closes the
      // queue meanwhile has ignored a slot in the state `moving`.
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
