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
    let held = inproc_lock(&cQueue.pointee.send_lock)
    // Under the lock: whoever closes the connection, or begins to observe, waits for it.
    if isObserved { return sendObserved(message, over: connection, held) }
    guard !queue.refuses, !connection.hasEnded, queue.hasRoom() || makeRoom()
    else {
      let isGiven = handOff(message, over: connection)
      inproc_unlock(&cQueue.pointee.send_lock, held)
      return isGiven
    }
    queue.push(message, connection.origin)
    let isQuantumOver = queue.isQuantumOver()
    closeQueue(&cQueue.pointee.send_lock, held, &cQueue.pointee.receivers_wait)
    if isQuantumOver { letReceiversRun() }
    return true
  }

  /// Takes the oldest message; nil where there is none, or where taking it must be told.
  @inline(never)
  func takeDirectly() -> Envelope? {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    if isObserved { return takeObserved(held) }
    guard !queue.announcesReceives, let envelope = queue.pop() else {
      let pending = queue.announcesReceives ? nil : takePendingSend()
      inproc_unlock(&cQueue.pointee.receive_lock, held)
      return pending
    }
    closeQueue(&cQueue.pointee.receive_lock, held, &cQueue.pointee.senders_wait)
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
      if queue.limit != .max || flag == &cQueue.pointee.receivers_wait { checkpoint(.published) }
      inproc_light_barrier()
    }
    if inproc_flag(flag) { notifyWaiters() }
  }

  // MARK: Afterwards

  @inline(never) func notifyWaiters() {
    update { $0.notify(delivering: !isObserved, wakes: &$1) }
  }

  /// Where receivers are on the sender's core they stand still while it sends, and what it sends
  /// leaves the core's cache. So it lets them run whenever many are queued. That is given up where
  /// nothing was received meanwhile: nobody receives, or the core is not what they wait for.
  @inline(never) func letReceiversRun() {
    if !spins || queue.count < INPROC_YIELD_QUANTUM { return }
    let head = inproc_load(&cQueue.pointee.head)
    // They run without that: on another core, where a yield would only help strangers.
    if inproc_load(&cQueue.pointee.head_at_last_yield) != head {
      return inproc_store(&cQueue.pointee.head_at_last_yield, head)
    }
    guard inproc_backoff_allows(&cQueue.pointee.failed_yields, 64), inproc_yield() else { return }
    let newHead = inproc_load(&cQueue.pointee.head)
    if newHead != head {
      inproc_store(&cQueue.pointee.head_at_last_yield, newHead)
      inproc_backoff_reset(&cQueue.pointee.failed_yields)
    }
  }
}
