internal import CInprocCore

// How calls wait at a channel, and who of them is notified.

extension ChannelState {
  /// Queues a node, or keeps it queued after a retry that failed: then it can be notified again.
  mutating func wait(_ node: WaitNode, of waiter: Waiter, enters: Bool, wakes: inout Wakes) {
    if enters { return enter(node, of: waiter, wakes: &wakes) }
    switch node.kind {
    case .send: senders.resetNotified(node)
    case .receive, .watch: receivers.resetNotified(node)
    case .watchRoom: roomWatchers.resetNotified(node)
    case .watchOnce: messageWatchers.resetNotified(node)
    case .untilReceived: receiptWatchers.resetNotified(node)
    }
    setFlags()
  }

  /// Sets the flags that tell direct sends and receives to notify waiters: at an end where a waiter has
  /// not been notified. Where all have been, a thread on their core goes on at full speed until they run.
  /// A call that has queued, or failed to retry, tries the queue once more afterwards.
  func setFlags() {
    // At a rendezvous every message passes through this state.
    if isRendezvous { return }
    let cQueue = queue.cQueue
    let receive = receiversExpectNews && !inproc_flag(&cQueue.pointee.receivers_wait)
    let send = sendersExpectNews && !inproc_flag(&cQueue.pointee.senders_wait)
    if receive { inproc_set_flag(&cQueue.pointee.receivers_wait, true) }
    if send { inproc_set_flag(&cQueue.pointee.senders_wait, true) }
    if receive || send { inproc_heavy_barrier() }
  }

  private var receiversExpectNews: Bool { receivers.expectsNews || messageWatchers.expectsNews }
  private var sendersExpectNews: Bool { senders.expectsNews || roomWatchers.expectsNews }

  /// Clears a flag after two notifications without a waiter. Not after the first, because a receiver that
  /// waits for each message would then need the heavy barrier for every wait.
  mutating func clearFlags() {
    let cQueue = queue.cQueue
    idleReceiverNotifications = receiversExpectNews ? 0 : min(idleReceiverNotifications + 1, 2)
    idleSenderNotifications = sendersExpectNews ? 0 : min(idleSenderNotifications + 1, 2)
    if idleReceiverNotifications > 1 { inproc_set_flag(&cQueue.pointee.receivers_wait, false) }
    if idleSenderNotifications > 1 { inproc_set_flag(&cQueue.pointee.senders_wait, false) }
  }

  mutating func enter(_ node: WaitNode, of waiter: Waiter, wakes: inout Wakes) {
    // At a rendezvous calls spin only while no call is queued.
    if isRendezvous { queue.cancelHandOffs() }
    switch node.kind {
    case .send:
      senders.append(node, of: waiter)
      // At a rendezvous a queued sender is a message that can be received. A selection that offers to
      // send does not notify one that offers to receive: were both notified, each would withdraw for the
      // other.
      if isRendezvous {
        if node.isOffer {
          receivers.notify(into: &wakes) { if case .watch = $0.kind { true } else { false } }
        } else {
          receivers.notifyFirst(available, into: &wakes)
        }
        notifyMessageWatchers(&wakes)
      }
    case .receive, .watch:
      queue.dropProxy()
      receivers.append(node, of: waiter)
      // At a rendezvous a queued receiver is room for a message.
      if isRendezvous, case .receive = node.kind {
        roomWatchers.notifyFirst(.max, into: &wakes)
      }
    case .watchRoom: roomWatchers.append(node, of: waiter)
    case .watchOnce:
      queue.dropProxy()
      messageWatchers.append(node, of: waiter)
    case .untilReceived:
      receiptWatchers.append(node, of: waiter)
      queue.setAnnouncesReceives(true)
    }
    setFlags()
  }

  mutating func leave(_ node: WaitNode, wakes: inout Wakes) {
    guard node.isQueued else { return }
    switch node.kind {
    case .send: senders.remove(node)
    case .receive, .watch: receivers.remove(node)
    case .watchRoom: roomWatchers.remove(node)
    case .watchOnce: messageWatchers.remove(node)
    case .untilReceived:
      receiptWatchers.remove(node)
      if receiptWatchers.isEmpty { queue.setAnnouncesReceives(false) }
    }
    notifyAll(&wakes)
    setFlags()
  }

  /// Whether no call waits.
  var isAlone: Bool {
    receivers.isEmpty && senders.isEmpty && roomWatchers.isEmpty && messageWatchers.isEmpty
      && receiptWatchers.isEmpty
  }

  /// Notifies all calls that can go on in the present state and have not been notified.
  mutating func notifyAll(_ wakes: inout Wakes) {
    if isFinished { inproc_set_flag(&queue.cQueue.pointee.is_finished, true) }
    if isAlone { return }
    receivers.notifyFirst(isFinished ? Int.max : available, into: &wakes)
    senders.notifyFirst(isClosed || isHungUp ? Int.max : room, into: &wakes)
    notifyWatchers(&wakes)
    notifyMessageWatchers(&wakes)
  }

  func canGoOn(_ node: WaitNode) -> Bool {
    if node.isOffer { return isReady(node.kind, for: node.waiter) }
    switch node.kind {
    case .receive, .watch:
      return isFinished || receivers.isAmongFirst(available, node)
    case .send(_, let connection):
      return isClosed || isHungUp || connection.hasEnded
        || senders.isAmongFirst(room, node)
    case .watchRoom, .watchOnce, .untilReceived:
      return isReady(node.kind)
    }
  }
}
