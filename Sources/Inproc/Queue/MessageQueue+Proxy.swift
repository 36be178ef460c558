internal import CInprocCore
internal import CInprocPlatform

// Where senders run on another core and one array comes again and again, an object stands in for it:
// `inproc_stand_in.h`. Nothing of that shows but in the time it takes, and in when the array is
// freed: it is kept until another one has come, until a receive has found nothing and waits or gives
// up, until the queue was drained, or the receiver is released.

extension MessageQueue {
  private enum StandingIn {
    /// So many messages in a row show the same array.
    static let sample = 8
    /// So many show something else.
    static let patience: UInt32 = 32
    /// So many references are counted at once.
    static let credit: UInt32 = 4096
    /// At the ends of so many blocks in a row more messages had been sent meanwhile: another core is
    /// at work. Where senders share the receiver's they stand still while it receives.
    static let growths: UInt32 = 3
  }

  /// Lets an object stand in, if the messages that are there say that it is worthwhile. For who has
  /// seen them come from another core.
  @inline(never)
  func standInIfWorthwhile() {
    let held = inproc_lock(&core.pointee.receive_lock)
    defer { inproc_unlock(&core.pointee.receive_lock, held) }
    beginStandInIfWorthwhile()
  }

  /// At the end of a block: where the receiver does not catch up, nothing else shows that senders
  /// run on another core. In a shorter queue than a stint it does. Under the receivers' lock.
  func noteGrowth() {
    if limit < Int(INPROC_STINT) { return }
    let tail = inproc_load(&core.pointee.tail)
    core.pointee.growths = tail == core.pointee.tail_before ? 0 : core.pointee.growths + 1
    core.pointee.tail_before = tail
    if core.pointee.growths < StandingIn.growths { return }
    core.pointee.growths = 0
    beginStandInIfWorthwhile()
  }

  /// Gives back what was kept. For who is about to wait, or to give up.
  @inline(__always)
  func standInNoMore() {
    if inproc_stands_in(core) { endStandInUnderLock() }
  }

  @inline(never) private func endStandInUnderLock() {
    let held = inproc_lock(&core.pointee.receive_lock)
    defer { inproc_unlock(&core.pointee.receive_lock, held) }
    endStandIn()
  }

  // MARK: Under the receivers' lock

  /// The array that the message in a slot shows.
  private func array(in slot: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    guard let layout = StandInLayout.current,
      slot.load(fromByteOffset: Int(INPROC_SLOT) - 1, as: UInt8.self) == layout.arrayTag
    else { return nil }
    return slot.load(as: UnsafeMutableRawPointer?.self)
  }

  private func beginStandInIfWorthwhile() {
    // Nobody changes messages for who is told of each, nor under a schedule.
    if core.pointee.receive_gate != 0 || count < StandingIn.sample { return }
    guard let first = UnsafeMutableRawPointer(core.pointee.head_slot),
      let end = UnsafeMutableRawPointer(core.pointee.head_end),
      end - first >= StandingIn.sample * Int(INPROC_SLOT), let array = array(in: first)
    else { return }
    for index in 1..<StandingIn.sample
    where self.array(in: first + index * Int(INPROC_SLOT)) != array { return }
    beginStandIn(for: array, in: first)
  }

  private func beginStandIn(
    for array: UnsafeMutableRawPointer, in slot: UnsafeMutableRawPointer
  ) {
    guard let layout = StandInLayout.current,
      case .one(let frame) = slot.assumingMemoryBound(to: Message.self).pointee.storage,
      case .array(let bytes, _) = frame.storage
    else { return }
    let object = Unmanaged.passRetained(StandIn(bytes)).toOpaque()
    swift_retain_n(object, StandingIn.credit)
    let standIn = core.pointee.stand_in ?? .allocate(capacity: 1)
    core.pointee.stand_in = standIn
    standIn.initialize(
      to: inproc_stand_in(
        array: array, object: object, credit: StandingIn.credit, debt: 0, misses: 0, streak: 0,
        candidate: nil, array_tag: layout.arrayTag, object_tag: layout.objectTag))
    inproc_gate_receivers(core, INPROC_STANDS_IN, true)
  }

  /// Changes the message in a slot that is about to be taken.
  func substitute(_ slot: UnsafeMutableRawPointer) {
    guard let standIn = core.pointee.stand_in, !inproc_substitute(standIn, slot) else { return }
    let array = array(in: slot)
    if array == standIn.pointee.array {
      settle(standIn)
      _ = inproc_substitute(standIn, slot)
      return
    }
    standIn.pointee.misses += 1
    if let array, array == standIn.pointee.candidate {
      standIn.pointee.streak += 1
    } else {
      standIn.pointee.candidate = array
      standIn.pointee.streak = 1
    }
    if let array, standIn.pointee.streak == StandingIn.sample {
      endStandIn()
      beginStandIn(for: array, in: slot)
    } else if standIn.pointee.misses == StandingIn.patience {
      endStandIn()
    }
  }

  /// Gives back the array's references, and counts new ones of the object.
  private func settle(_ standIn: UnsafeMutablePointer<inproc_stand_in>) {
    swift_release_n(standIn.pointee.array, standIn.pointee.debt)
    standIn.pointee.debt = 0
    swift_retain_n(standIn.pointee.object, StandingIn.credit - standIn.pointee.credit)
    standIn.pointee.credit = StandingIn.credit
  }

  /// Gives back what was kept, where an object stands in.
  func endStandIn() {
    guard inproc_stands_in(core), let standIn = core.pointee.stand_in else { return }
    inproc_gate_receivers(core, INPROC_STANDS_IN, false)
    if standIn.pointee.debt > 0 { swift_release_n(standIn.pointee.array, standIn.pointee.debt) }
    swift_release_n(standIn.pointee.object, standIn.pointee.credit + 1)
  }
}
