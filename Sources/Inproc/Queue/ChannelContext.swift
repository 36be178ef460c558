/// What the channels of a registry share.
///
/// A registry has several equal contexts, sharded by the hash of the endpoint's name, so that channels do
/// not contend on one reference count.
final class ChannelContext: Sendable {
  let scheduler: any Scheduler
  let observers: Observers
  // Constants of the scheduler; reading them there counts references.
  let hasCheckpoints: Bool
  let spins: Bool
  let allowsElimination: Bool
  /// Where its channels are bound. A bound channel and the table refer to each other until the endpoint is
  /// unbound, at the latest when its receiver is released.
  let table: any ChannelDirectory
  // Keeps the reference count of the next context out of this one's cache line.
  private let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
  private let furtherPadding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)

  init(scheduler: any Scheduler, observers: Observers, table: any ChannelDirectory) {
    self.scheduler = scheduler
    self.observers = observers
    hasCheckpoints = scheduler.hasCheckpoints
    spins = scheduler.spins
    allowsElimination = scheduler.allowsElimination
    self.table = table
  }
}
