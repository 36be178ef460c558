internal import CInprocCore

// How a queue ends: its receiving end is closed or released, or its last connection.

extension Channel {
  // MARK: The receiving end

  /// Unbinds the endpoint and refuses further messages.
  func end(dropping: Bool) {
    if !hasCheckpoints { return unbindAndClose(dropping: dropping) }
    act(.close) { unbindAndClose(dropping: dropping) }
  }

  /// Ends the queue of a receiver that is released, and refers to it until this returns.
  static func discard(_ uncounted: Unmanaged<ChannelStorage>) {
    // Without counting references: the receiver's is there.
    let isSimple = uncounted._withUnsafeGuaranteedRef { storage in
      let parts = storage.parts
      return !parts.pointee.hasCheckpoints && !inproc_flag(parts.pointee.observed)
        && !inproc_can_connect(storage.links)
    }
    if !isSimple, Channel(uncounted.takeUnretainedValue()).endOrUnbind() { return }
    // Where nothing else refers to the queue, nobody can be told that it has ended: it just goes.
    if ChannelStorage.hasOneReference(uncounted) { return }
    Channel(uncounted.takeUnretainedValue()).close(dropping: true)
  }

  /// Ends it where that has to be told; else it is only bound no longer. Returns whether it has ended.
  @inline(never) private func endOrUnbind() -> Bool {
    if hasCheckpoints || isObserved {
      end(dropping: true)
      return true
    }
    if isBound { takeOffTable() }
    return false
  }

  func unbindAndClose(dropping: Bool) {
    if isBound { takeOffTable() }
    close(dropping: dropping)
  }

  /// Takes the endpoint off the registry, if it is still there: nothing is refused, but no further
  /// connection can come.
  func unbind() {
    guard isBound, let removal = context.table.remove(endpoint, only: self, observers) else {
      return
    }
    if removal.isLast { Channel(removal.queue.takeRetainedValue()).becomeUnreachable() }
  }

  private func takeOffTable() {
    let removal = context.table.remove(endpoint, only: self, observers)
    if let removal, removal.isLast { removal.queue.release() }
  }

  /// Nobody was told of it, and nobody refers to it.
  func abandon() {
    if inproc_end_binding(storage.links) { Unmanaged.passUnretained(storage).release() }
  }

  /// The receiving end closes; further sends fail. What is queued stays, unless it is dropped.
  func close(dropping: Bool) {
    // What is dropped is released after the lock.
    _ = update { (state, wakes) -> [Envelope] in
      let isObserved = isObserved
      if isObserved { noteClose(&state, &wakes) }
      let dropped = state.close(dropping: dropping, wakes: &wakes)
      if isObserved, !dropped.isEmpty { noteDropped(dropped.count, &state, &wakes) }
      return dropped
    }
  }

  /// Neither a connection nor the binding is left: calls that wait to receive end.
  func becomeUnreachable() {
    // At a rendezvous the flags say nothing.
    if hasCheckpoints && !isExplored || queue.limit == 0 {
      return update { $0.becomeUnreachable(wakes: &$1) }
    }
    eliminationCheckpoint(.beforeEnqueue)
    inproc_set_flag(&cQueue.pointee.is_finished, true)
    if inproc_flag(&cQueue.pointee.receivers_wait) { notifyWaiters() }
  }

  /// Counts a connection. The registry's lock is held, or this channel's and the channel is known not
  /// to have ended.
  func connect() { inproc_connect(storage.links) }

  /// Whether it may be on a registry: false once it was taken off.
  var isBound: Bool { inproc_can_connect(storage.links) }

  /// Ends the connection of a sender that nothing refers to, where nobody needs to be told: then no
  /// call waits over it. Counts no references, and does not touch the queue after that: it may be gone.
  ///
  /// - Returns: whether it did.
  @inline(__always)
  static func detach(of connection: Connection, to queue: Unmanaged<ChannelStorage>) -> Bool {
    let (links, announcesReceives) = queue._withUnsafeGuaranteedRef { storage in
      let context = storage.parts.pointee.context
      return (storage.links, context.hasCheckpoints || context.observers.isActive)
    }
    if announcesReceives || connection.hasEnded { return false }
    releaseLink(connection, links, from: queue)
    return true
  }

  @inline(__always)
  private static func releaseLink(
    _ connection: Connection, _ links: UnsafeMutablePointer<inproc_links>,
    from queue: Unmanaged<ChannelStorage>
  ) {
    if connection.isCounted, inproc_disconnect(links) { endReleased(queue) }
  }

  /// The ties are gone, and their reference is this call's.
  @inline(never)
  private static func endReleased(_ queue: Unmanaged<ChannelStorage>) {
    let channel = Channel(queue.takeRetainedValue())
    channel.eliminationCheckpoint(.beforeEnqueue)
    channel.notifyWaiters()
  }

  /// A connection ends.
  ///
  /// - Parameters:
  ///   - connection: which one.
  ///   - isReleased: whether nothing refers to the sender, so that no send is under way.
  func disconnect(_ connection: Connection, isReleased: Bool = false) {
    if isReleased, isExplored, !isObserved, !connection.hasEnded {
      return Channel.releaseLink(connection, storage.links, from: .passUnretained(storage))
    }
    guard connection.closeOnce() else { return }
    connection.keepQueue()
    // A send that found the connection open has put its message in before this counts as an end.
    if !isReleased { queue.quiesce { eliminationCheckpoint($0) } }
    update { (state, wakes) in
      noteConnection(.disconnected, connection, &state, &wakes)
      state.disconnect(connection, wakes: &wakes)
    }
  }

  func hangUp() { update { $0.hangUp(wakes: &$1) } }
}
