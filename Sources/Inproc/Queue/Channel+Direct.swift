internal import CInprocCore
internal import CInprocPlatform

// Direct sends and receives: those that need not wait use the queue of messages without the channel's
// state and its lock.
//
// Fast path: taken if this thread holds the biased lock of its end and the block has a free slot, or a
// message; it is inlined into the caller's code (`Sender`, `Receiver`, `inproc_fast_path.h`). Otherwise the
// slow path here, under the lock of that end.

extension Channel {
  /// Whether the queue seems to have room. Without a limit it reads nothing, because receivers write to the
  /// cache line of the count.
  var mayHaveRoom: Bool { queue.limit == .max || queue.count < queue.limit }

  /// Whether a send may put its message into the queue directly. Every way into the queue past the
  /// channel's state asks this under the senders' lock, because whoever closes an end or begins to observe
  /// takes that lock afterwards.
  @inline(__always)
  func allowsDirectSend(over connection: Connection) -> Bool {
    !queue.refuses && !connection.hasEnded
  }

  /// Releases the senders' lock after messages were put into the queue; notifies waiters, and yields to
  /// receivers where it is time to.
  @inline(__always)
  func finishDirectSend(_ held: inproc_held, _ wakes: Wakes? = nil) {
    let isQuantumOver = queue.isQuantumOver()
    closeQueue(&cQueue.pointee.send_lock, held, &cQueue.pointee.receivers_wait)
    wakes?.wake()
    if isQuantumOver { yieldToReceivers() }
  }

  /// Sends a message directly. Returns whether it was sent.
  @inline(never)
  func sendDirectly(_ message: Message, over connection: Connection) -> Bool {
    let held = inproc_lock(&cQueue.pointee.send_lock)
    if isObserved { return sendObserved(message, over: connection, held) }
    guard allowsDirectSend(over: connection), queue.hasRoom() || makeRoom()
    else {
      let isGiven = handOff(message, over: connection)
      inproc_unlock(&cQueue.pointee.send_lock, held)
      return isGiven
    }
    queue.push(message, connection.origin)
    finishDirectSend(held)
    return true
  }

  /// Receives the oldest message directly; nil if there is none, or if receives have to be announced.
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

  /// Releases the lock of an end after a change, and notifies waiters if the flag says so.
  func closeQueue(
    _ lock: UnsafeMutablePointer<inproc_lock>, _ held: inproc_held,
    _ flag: UnsafeMutablePointer<UInt32>
  ) {
    inproc_unlock(lock, held)
    if hasCheckpoints {
      // Without a limit no call waits for room.
      if queue.limit != .max || flag == &cQueue.pointee.receivers_wait { checkpoint(.published) }
      inproc_light_barrier()
    }
    if inproc_flag(flag) { notifyWaiters() }
  }

  // MARK: Afterwards

  /// Notifies the calls that can go on after messages were sent or received directly.
  @inline(never) func notifyWaiters() {
    update { $0.notify(delivering: !isObserved, wakes: &$1) }
  }

  /// Yields if a yield quantum of messages is queued. Receivers on the sender's core do not run while it
  /// sends, and what it sends leaves the core's cache. Backs off where nothing was received meanwhile:
  /// nobody receives, or receivers wait for something else than this core.
  @inline(never) func yieldToReceivers() {
    if !spins || queue.count < INPROC_YIELD_QUANTUM { return }
    let head = inproc_load(&cQueue.pointee.head)
    // Receivers run anyway: they are on another core, and a yield would only help other processes.
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
