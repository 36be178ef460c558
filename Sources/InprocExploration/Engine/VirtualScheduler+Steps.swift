// What the steps of a run access, and what has happened so far by that.

extension VirtualScheduler: StepTracker {
  package var stepTracker: (any StepTracker)? { self }

  package func noteChange() { changes += 1 }

  package var wantsLookahead: Bool { policy.wantsLookahead }
  package func noteNextAccesses(_ resources: [Resource]) { current?.nextAccesses = resources }

  package func disableReduction() { if isFollowed { policy.disableReduction() } }

  // MARK: Accesses

  package func access(_ resource: Resource, writes: Bool) {
    guard tracksFootprints, let current else { return }
    current.footprint.add(resource, writes: writes)
  }

  package func accessQueue(of endpoint: Resource, _ use: QueueUse) {
    guard tracksFootprints, let current else { return }
    queues.access(endpoint, use, adding: &current.footprint)
  }

  // MARK: The end of a step

  package func endStep() {
    if let current, !isAborting { endStep(of: current) }
  }

  /// What the thread did since its last step is one step of the run's history.
  ///
  /// - Parameters:
  ///   - thread: whose step it is.
  ///   - isVisible: whether other threads can see it, so that a policy that follows steps is told.
  func endStep(of thread: VirtualThread, isVisible: Bool = true) {
    guard tracksFootprints else { return }
    thread.waitQueue = nil
    thread.expected = nil
    if thread.footprint.isEmpty {
      guard hasCheckpoints else { return }
      thread.footprint.add(.everything, writes: true)
    }
    complete(&thread.footprint, of: thread)
    thread.past = history.add(
      thread: thread.number, past: thread.past, thread.footprint)
    if isFollowed, !isAborting, isVisible { policy.stepped(thread.number, thread.footprint) }
    thread.footprint.removeAll()
  }

  package func beginBlocking(on queue: Resource?, expecting expected: Resource?) {
    guard tracksFootprints, let me = current, !hasCheckpoints else { return }
    if isFollowed, !isAborting {
      var footprint = me.footprint
      complete(&footprint, of: me)
      policy.willBlock(me.number, footprint, waitingIn: queue)
    }
    endStep(of: me, isVisible: false)
    me.waitQueue = queue
    me.expected = expected
  }

  /// Whatever a step does, it depends on what accesses everything, and on what ends its thread's wait.
  private func complete(_ footprint: inout Footprint, of thread: VirtualThread) {
    footprint.add(.everything, writes: false)
    footprint.add(thread.object, writes: false)
  }

  // MARK: The whole run

  /// At a deadlock, the policy is told what the blocked actions would have accessed.
  func reportBlockedThreads() {
    for thread in threads {
      var footprint = thread.awaited
      if let expected = thread.expected {
        if thread.waitQueue == nil {
          footprint.add(expected, writes: true)
        } else {
          footprint = queues.receiving(at: expected)
        }
      }
      if footprint.isEmpty { continue }
      complete(&footprint, of: thread)
      policy.blockedAtEnd(thread.number, footprint)
    }
  }

  /// What has happened, and what the thread that has the turn is in the middle of.
  var stateWithPresentStep: UInt64 {
    guard let current, tracksFootprints else { return history.state }
    var (history, footprint) = (history, current.footprint)
    complete(&footprint, of: current)
    _ = history.add(thread: current.number, past: current.past, footprint)
    return history.state
  }
}
