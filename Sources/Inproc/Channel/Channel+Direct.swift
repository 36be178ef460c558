internal import CInprocPlatform

// Sends and receives that need no waiting, and of which nobody is to be told: past the channel's
// state, directly into the queue.
//
// There are two ways. The short one is all that most calls take, and stands where the caller's code
// is: it does not handle what happens seldom, such as a block of slots that is used up, and leaves
// that to the long one.

extension Channel {
  // MARK: The short way

  /// A slot for a message, with the senders' lock held, for ``closeSend(_:_:)``; none where the
  /// short way does not lead on.
  @inline(__always)
  func openSend(over connection: Connection) -> inproc_opening {
    let opening = inproc_open_send(core)
    // Under the lock: whoever closes the connection, or begins to observe, waits for it.
    if opening.slot != nil, connection.hasEnded || observation.isActive {
      if let held = opening.held { inproc_unlock(&core.pointee.send_lock, held) }
      return inproc_opening()
    }
    return opening
  }

  @inline(__always)
  func closeSend(
    _ opening: inproc_opening, _ message: consuming Message, over connection: Connection
  ) {
    let slot = UnsafeMutableRawPointer(opening.slot)
    slot?.initializeMemory(as: Message.self, to: message)
    if core.pointee.slot_size != MemoryLayout<Message>.stride {
      (slot.map { $0 + MemoryLayout<Message>.stride })?
        .initializeMemory(as: Origin?.self, to: connection.origin)
    }
    if inproc_close_send(core, opening) { afterSending() }
  }

  /// The oldest message's slot, with the receivers' lock held, for ``closeReceive(_:)``; none where
  /// the short way does not lead on.
  @inline(__always)
  func openReceive() -> inproc_opening {
    let opening = inproc_open_receive(core)
    if opening.slot != nil, observation.isActive {
      giveUpReceive(opening)
      return inproc_opening()
    }
    return opening
  }

  /// Where the message stays.
  @inline(__always)
  func giveUpReceive(_ opening: inproc_opening) {
    if let held = opening.held { inproc_unlock(&core.pointee.receive_lock, held) }
  }

  /// After the message was moved out.
  @inline(__always)
  func closeReceive(_ opening: inproc_opening) {
    if inproc_close_receive(core, opening) { tellThoseInLine() }
  }

  @inline(never) private func afterSending() {
    if inproc_flag(&core.pointee.receivers_wait) { tellThoseInLine() }
    if queue.sent & Int(INPROC_STINT - 1) == 0 { letReceiversRun() }
  }

  // MARK: The long way

  /// Puts a message in. Returns whether that went at once and untold.
  @inline(never)
  func sendDirectly(_ message: Message, over connection: Connection) -> Bool {
    let held = inproc_lock(&core.pointee.send_lock)
    guard !queue.refuses, !connection.hasEnded, !observation.isActive,
      queue.hasRoom() || makeRoom()
    else {
      let isGiven = give(message, over: connection)
      inproc_unlock(&core.pointee.send_lock, held)
      return isGiven
    }
    queue.push(message, connection.origin)
    let sent = core.pointee.tail
    closeQueue(&core.pointee.send_lock, held, &core.pointee.receivers_wait)
    if sent % Int(INPROC_STINT) == 0 { letReceiversRun() }
    return true
  }

  /// Takes the oldest message; nil where there is none, or where taking it must be told.
  @inline(never)
  func takeDirectly() -> Envelope? {
    let held = inproc_lock(&core.pointee.receive_lock)
    guard !observation.isActive, !queue.isTold, let envelope = queue.pop() else {
      let offered = observation.isActive || queue.isTold ? nil : takeOffered()
      inproc_unlock(&core.pointee.receive_lock, held)
      return offered
    }
    closeQueue(&core.pointee.receive_lock, held, &core.pointee.senders_wait)
    return envelope
  }

  /// Gives a lock of the queue back after a change, and tells those in line where it asks for that.
  func closeQueue(
    _ lock: UnsafeMutablePointer<inproc_lock>, _ held: UnsafeMutablePointer<UInt32>,
    _ flag: UnsafeMutablePointer<UInt32>
  ) {
    inproc_unlock(lock, held)
    if hasCheckpoints {
      // Without a limit nobody waits for room.
      if queue.limit != .max || flag == &core.pointee.receivers_wait { checkpoint(.published) }
      inproc_light_barrier()
    }
    if inproc_flag(flag) { tellThoseInLine() }
  }

  // MARK: Afterwards

  @inline(never) func tellThoseInLine() {
    update { $0.notify(delivering: !observation.isActive, wakes: &$1) }
  }

  /// Where receivers are on the sender's core they stand still while it sends, and what it sends
  /// leaves the core's cache. So it lets them run whenever many are queued. That is given up where
  /// nothing was received meanwhile: nobody receives, or the core is not what they wait for.
  @inline(never) func letReceiversRun() {
    if !looksAgain || queue.count < INPROC_STINT { return }
    let head = inproc_load(&core.pointee.head)
    // They run without that: on another core, where a yield would only help strangers.
    if inproc_load(&core.pointee.head_looked_at) != head {
      return inproc_store(&core.pointee.head_looked_at, head)
    }
    guard inproc_should_pause(&core.pointee.send_yielding_misses) else { return }
    inproc_yield()
    let newHead = inproc_load(&core.pointee.head)
    if newHead != head {
      inproc_store(&core.pointee.head_looked_at, newHead)
      inproc_pause_helped(&core.pointee.send_yielding_misses)
    }
  }
}
