internal import CInprocCore
internal import CInprocPlatform

// Sends and receives that need no waiting, and of which nobody is to be told: past the channel's
// state, directly into the queue.
//
// There are two ways. The short one is all that most calls take, and stands where the caller's code
// is (`Sender`, `Receiver`, `inproc_queue.h`): it leads on where the thread is the owner of the lock
// at its end of the queue, and slots are there. All else takes the long one.

extension Channel {
  /// Whether a message could be put in. Where there is no limit that is asked of nobody: receivers write
  /// to the line that knows.
  var mayHaveRoom: Bool { queue.limit == .max || queue.count < queue.limit }

  /// Puts a message in. Returns whether that went at once and untold.
  @inline(never)
  func sendDirectly(_ message: Message, over connection: Connection) -> Bool {
    let held = inproc_lock(&core.pointee.send_lock)
    // Under the lock: whoever closes the connection, or begins to observe, waits for it.
    if isObserved { return sendObserved(message, over: connection, held) }
    guard !queue.refuses, !connection.hasEnded, queue.hasRoom() || makeRoom()
    else {
      let isGiven = give(message, over: connection)
      inproc_unlock(&core.pointee.send_lock, held)
      return isGiven
    }
    queue.push(message, connection.origin)
    let endsStint = queue.endsStint()
    closeQueue(&core.pointee.send_lock, held, &core.pointee.receivers_wait)
    if endsStint { letReceiversRun() }
    return true
  }

  /// Takes the oldest message; nil where there is none, or where taking it must be told.
  @inline(never)
  func takeDirectly() -> Envelope? {
    let held = inproc_lock(&core.pointee.receive_lock)
    if isObserved { return takeObserved(held) }
    guard !queue.isTold, let envelope = queue.pop() else {
      let offered = queue.isTold ? nil : takeOffered()
      inproc_unlock(&core.pointee.receive_lock, held)
      return offered
    }
    closeQueue(&core.pointee.receive_lock, held, &core.pointee.senders_wait)
    return envelope
  }

  /// Gives a lock of the queue back after a change, and tells those in line where it asks for that.
  func closeQueue(
    _ lock: UnsafeMutablePointer<inproc_lock>, _ held: inproc_held,
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
    update { $0.notify(delivering: !isObserved, wakes: &$1) }
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
    guard inproc_should_try(&core.pointee.send_yielding_misses, 64), inproc_yield() else { return }
    let newHead = inproc_load(&core.pointee.head)
    if newHead != head {
      inproc_store(&core.pointee.head_looked_at, newHead)
      inproc_pause_helped(&core.pointee.send_yielding_misses)
    }
  }
}
