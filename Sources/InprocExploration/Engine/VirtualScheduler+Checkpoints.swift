package import Inproc

// Switches inside of the library's operations, where a schedule has checkpoints.

extension VirtualScheduler {
  /// What the operation has accessed so far it may access again.
  package func checkpoint(_ point: Checkpoint) {
    guard hasCheckpoints, !isAborting, !isEndingWaits, let me = current,
      me.systemIdentity == threadIdentity()
    else { return }
    let footprint = me.footprint
    endStep(of: me)
    me.mayHoldLock = point == .moving || point == .locked
    me.isYielding = point == .retrying
    // Elsewhere, going on with another thread is a preemption.
    me.position = point == .retrying || point == .spinning ? .yielding : .choosing
    pass(from: me, me.isYielding ? .slept : .preempted)
    me.mayHoldLock = false
    me.isYielding = false
    me.isChosen = false
    me.footprint = footprint
  }

  package func wait(until isSo: @escaping () -> Bool) -> Bool {
    wait(until: isSo, mayHoldLock: true)
  }

  private func wait(until isSo: @escaping () -> Bool, mayHoldLock: Bool) -> Bool {
    guard hasCheckpoints, !isEndingWaits, let me = current,
      me.systemIdentity == threadIdentity()
    else { return false }
    let footprint = me.footprint
    endStep(of: me)
    me.condition = isSo
    me.mayHoldLock = mayHoldLock
    pass(from: me, .waited)
    me.mayHoldLock = false
    me.condition = nil
    me.footprint = footprint
    return true
  }

  /// Returns once no thread was switched with a lock held. If waits are ended on behalf of others, or
  /// the runtime calls back, nobody can wait for a lock.
  package func awaitFreeLocks() {
    if mayLockBeHeld { _ = wait(until: { [unowned self] in !mayLockBeHeld }, mayHoldLock: false) }
  }

  var mayLockBeHeld: Bool { hasCheckpoints && threads.contains { $0.mayHoldLock } }
}
