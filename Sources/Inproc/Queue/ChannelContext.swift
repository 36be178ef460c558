/// What the channels of a registry have in common.
///
/// A registry has several that say the same, and names share one by their digest: each channel counts
/// a reference, and threads that bind different names would otherwise meet at one count.
final class ChannelContext: Sendable {
  let scheduler: any Scheduler
  let observers: Observers
  // What the scheduler says of itself; asking it counts references.
  let hasCheckpoints: Bool
  let spins: Bool
  let allowsElimination: Bool
  /// Where the channel may be bound. A channel that is bound and its table refer to each other, until
  /// the receiver is released, which unbinds.
  let table: RegistryTable
  // Keeps the next one's count out of this one's cache line.
  private let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
  private let furtherPadding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)

  init(scheduler: any Scheduler, observers: Observers, table: RegistryTable) {
    self.scheduler = scheduler
    self.observers = observers
    hasCheckpoints = scheduler.hasCheckpoints
    spins = scheduler.spins
    allowsElimination = scheduler.allowsElimination
    self.table = table
  }
}
