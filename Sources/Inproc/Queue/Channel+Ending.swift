internal import CInprocCore

// How a channel ends: its receiving end is closed or released, or its last connection ends.

extension Channel {
  // MARK: The receiving end

  /// Unbinds the endpoint and refuses further messages.
  func end(dropping: Bool) {
    if !hasCheckpoints { return unbindAndClose(dropping: dropping) }
    act(.close) { unbindAndClose(dropping: dropping) }
  }

  /// Ends the channel of a receiver that is being released, which refers to the channel until this returns.
  static func discard(_ uncounted: Unmanaged<ChannelStorage>) {
    // Counts no references, because the receiver still has one.
    let isSimple = uncounted._withUnsafeGuaranteedRef { storage in
      let parts = storage.parts
      return !parts.pointee.hasCheckpoints && !inproc_flag(parts.pointee.observed)
        && !inproc_can_connect(storage.links)
    }
    if !isSimple, Channel(uncounted.takeUnretainedValue()).endOrUnbind() { return }
    // If nothing else refers to the channel, no call waits there, and releasing it ends it.
    if ChannelStorage.hasOneReference(uncounted) { return }
    Channel(uncounted.takeUnretainedValue()).close(dropping: true)
  }

  /// Ends the channel if a schedule or an observer has to see that; else only unbinds it. Returns whether it
  /// has ended.
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

  /// Ends a channel that was never bound, and that nothing refers to.
  func abandon() {
    if inproc_end_binding(storage.links) { Unmanaged.passUnretained(storage).release() }
  }

  /// Closes the receiving end: further sends fail. Queued messages stay, unless they are dropped.
  func close(dropping: Bool) {
    // Dropped messages are released without the lock.
    let dropped = update { (state, wakes) -> [Envelope] in
      let isObserved = isObserved
      if isObserved { noteClose(&state, &wakes) }
      let dropped = state.close(dropping: dropping, wakes: &wakes)
      if isObserved, !dropped.isEmpty { noteDropped(dropped.count, &state, &wakes) }
      return dropped
    }
    if !dropped.isEmpty { DeferredReleases.release(consume dropped) }
  }

  /// Ends calls that wait to receive: neither a connection nor the binding is left.
  func becomeUnreachable() {
    fanOut?.end()
    // At a rendezvous the flags are not used.
    if hasCheckpoints && !isExplored || queue.limit == 0 {
      return update { $0.becomeUnreachable(wakes: &$1) }
    }
    eliminationCheckpoint(.beforeEnqueue)
    inproc_set_flag(&cQueue.pointee.is_finished, true)
    if inproc_flag(&cQueue.pointee.receivers_wait) { notifyWaiters() }
  }

  /// Counts a connection. Called under the registry's lock, or under the channel's if it has not ended.
  func connect() { inproc_connect(storage.links) }

  /// Whether it may be bound in a registry; false once it was taken off.
  var isBound: Bool { inproc_can_connect(storage.links) }

  /// Ends the connection of a sender that nothing refers to, unless a schedule or an observer has to see
  /// that. No call waits over it. Counts no references, and does not access the channel afterwards, because
  /// it may be gone.
  ///
  /// - Returns: whether it did.
  @inline(__always)
  static func detach(of connection: Connection, to queue: Unmanaged<ChannelStorage>) -> Bool {
    let (links, isInstrumented) = queue._withUnsafeGuaranteedRef { storage in
      let context = storage.parts.pointee.context
      return (storage.links, context.hasCheckpoints || context.observers.isActive)
    }
    if isInstrumented || connection.hasEnded { return false }
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

  /// Ends a channel without links. The caller has the reference that they owned.
  @inline(never)
  private static func endReleased(_ queue: Unmanaged<ChannelStorage>) {
    let channel = Channel(queue.takeRetainedValue())
    channel.eliminationCheckpoint(.beforeEnqueue)
    channel.fanOut?.end()
    channel.notifyWaiters()
  }

  /// Ends a connection.
  ///
  /// - Parameters:
  ///   - connection: the connection.
  ///   - isReleased: whether nothing refers to the sender, so that no send is in progress.
  func disconnect(_ connection: Connection, isReleased: Bool = false) {
    if isReleased, isExplored, !isObserved, !connection.hasEnded {
      return Channel.releaseLink(connection, storage.links, from: .passUnretained(storage))
    }
    guard connection.closeOnce() else { return }
    connection.keepQueue()
    // A send that found the connection open puts its message in before the connection counts as ended.
    if !isReleased { queue.quiesce { eliminationCheckpoint($0) } }
    update { (state, wakes) in
      noteConnection(.disconnected, connection, &state, &wakes)
      state.disconnect(connection, wakes: &wakes)
    }
  }

  func hangUp() { update { $0.hangUp(wakes: &$1) } }
}
