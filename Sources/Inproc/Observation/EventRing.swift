/// The events that one observer has not seen yet, in order. A full ring loses events, and has an event in
/// their place that tells how many. Used under the lock of its ``Observers``.
struct EventRing {
  /// The most events that a reader takes at once.
  private static let batch = 256

  /// Its number among all rings that were ever made.
  let id: Int
  private let messages: ObservedMessages
  private let limit: Int
  private let keepsOldest: Bool
  /// Whether events are kept.
  var isOpen = false
  private var count = 0
  /// The first filled block, and the one that is being filled.
  private var first: UnsafeMutablePointer<EventBlock>
  private var last: UnsafeMutablePointer<EventBlock>
  /// A block that a reader has given back.
  private var spare: UnsafeMutablePointer<EventBlock>?
  /// How many events were lost: before the first one if the newest are kept, else after the last.
  private var lost = 0
  /// When an event was last lost, and of which thread: its index in the first block, or else the thread.
  private var lastLost = Duration.zero
  private var lastLoser: (place: UInt32, isOther: Bool)?
  private var lastLosingThread: ThreadIdentity?
  /// The threads and tasks that wait for events.
  var readers: [any Parker] = []

  init(id: Int, _ messages: ObservedMessages, _ buffering: EventBuffering) {
    self.id = id
    self.messages = messages
    limit = buffering.limit
    if case .oldest = buffering { keepsOldest = true } else { keepsOldest = false }
    first = EventBlock.make(min(Self.batch, limit))
    last = first
  }

  /// Destroys its blocks. The ring is not used any more.
  func destroy() {
    EventBlock.destroy(first)
    EventBlock.destroy(spare)
  }

  /// A block for a reader, which owns it.
  func makeBlock() -> UnsafeMutablePointer<EventBlock> { EventBlock.make(min(Self.batch, limit)) }

  // MARK: Appending

  @inline(__always)
  mutating func append(
    _ passage: Passage, _ message: borrowing Message, at queue: ObservedQueue,
    by thread: ThreadIdentity, _ number: UInt64, _ time: Duration, _ wakes: inout Wakes
  ) {
    if count >= limit || lost > 0, !makeRoom(thread, time, &wakes) { return }
    prepareBlock()
    last.pointee.append(passage, message, at: queue, by: thread, number, time, messages)
    if !readers.isEmpty { wakeReaders(&wakes) }
  }

  mutating func append(_ event: RegistryEvent, _ wakes: inout Wakes) {
    if count >= limit || lost > 0, !makeRoom(event.thread, event.time, &wakes) { return }
    prepareBlock()
    var event = event
    if case .sizes = messages { event.message = nil }
    last.pointee.append(event)
    if !readers.isEmpty { wakeReaders(&wakes) }
  }

  /// Makes room for one event. Returns false if that event itself is lost.
  private mutating func makeRoom(
    _ thread: ThreadIdentity, _ time: Duration, _ wakes: inout Wakes
  ) -> Bool {
    if count < limit {
      if keepsOldest, let gap = takeGap() {
        prepareBlock()
        last.pointee.append(gap)
      }
      return true
    }
    lost += 1
    if keepsOldest {
      (lastLosingThread, lastLost) = (thread, time)
      return false
    }
    let outdated = first.pointee.loseFirst()
    lastLoser = (outdated.place, outdated.isOther)
    lastLost = outdated.time
    if let message = outdated.message { wakes.release(message) }
    count -= 1
    if first.pointee.count == 0 { endFirstBlock() }
    return true
  }

  /// Counts one event, and makes room for it in the last block.
  @inline(__always)
  private mutating func prepareBlock() {
    count += 1
    if last.pointee.isFull { addBlock() }
  }

  @inline(never)
  private mutating func addBlock() {
    let block = spare ?? makeBlock()
    spare = nil
    last.pointee.next = block
    last = block
  }

  @inline(never)
  private mutating func wakeReaders(_ wakes: inout Wakes) {
    wakes.append(readers)
    readers = []
  }

  // MARK: Reading

  /// The next event, if there is one.
  mutating func next() -> RegistryEvent? {
    if !keepsOldest, let gap = takeGap() { return gap }
    guard let event = first.pointee.popFirst() else { return takeGap() }
    count -= 1
    if first.pointee.count == 0 { endFirstBlock() }
    return event
  }

  /// Takes the events that are kept, at most one block.
  ///
  /// - Parameter block: an empty block; it is exchanged for the first one.
  /// - Returns: what belongs to that block.
  mutating func take(_ block: inout UnsafeMutablePointer<EventBlock>) -> EventBatch {
    var batch = EventBatch()
    if !keepsOldest { batch.gapBefore = takeGap() }
    if first.pointee.count > 0 {
      let taken = first
      resolveLoser()
      count -= taken.pointee.count
      if let next = taken.pointee.next {
        taken.pointee.next = nil
        first = next
        putAway(block)
      } else {
        first = block
        last = block
      }
      block = taken
    }
    if count == 0 {
      batch.isLast = true
      if keepsOldest { batch.gapAfter = takeGap() }
    }
    batch.isEmpty =
      block.pointee.count == 0 && batch.gapBefore == nil && batch.gapAfter == nil
    return batch
  }

  mutating func enroll(_ reader: any Parker) {
    if !readers.contains(where: { $0 === reader }) { readers.append(reader) }
  }

  /// Goes on to the next block: all events of the first one were taken.
  @inline(never)
  private mutating func endFirstBlock() {
    resolveLoser()
    guard let next = first.pointee.next else { return first.pointee.clear() }
    let used = first
    first = next
    used.pointee.clear()
    putAway(used)
  }

  private mutating func putAway(_ block: UnsafeMutablePointer<EventBlock>) {
    if spare == nil { spare = block } else { EventBlock.destroy(block) }
  }

  /// Looks up the thread whose event was lost last, before its block is taken away.
  private mutating func resolveLoser() {
    guard let loser = lastLoser else { return }
    lastLosingThread = first.pointee.thread(loser.place, isOther: loser.isOther)
    lastLoser = nil
  }

  /// An event that tells how many are missing, if any are.
  private mutating func takeGap() -> RegistryEvent? {
    guard lost > 0 else { return nil }
    resolveLoser()
    guard let thread = lastLosingThread else { return nil }
    var gap = RegistryEvent(.lost(lost), by: thread)
    gap.time = lastLost
    lost = 0
    lastLosingThread = nil
    return gap
  }
}

/// What belongs to a block that a reader has taken.
struct EventBatch {
  /// Events that tell how many are missing before those of the block, and after them.
  var gapBefore: RegistryEvent?
  var gapAfter: RegistryEvent?
  /// Whether there is neither, and the block is empty.
  var isEmpty = false
  /// Whether no event was left in the ring.
  var isLast = false
}
