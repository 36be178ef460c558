/// What one observer has not seen yet, in the order it happened. Full, it loses events, and tells how
/// many where they are missing. Under the lock of its ``Observers``.
struct EventRing {
  /// The most events that a reader takes at once.
  private static let batch = 256

  /// Which one: rings come and go.
  let id: Int
  private let messages: ObservedMessages
  private let limit: Int
  private let keepsOldest: Bool
  /// Whether what happens goes into it.
  var isOpen = false
  private var count = 0
  /// Filled blocks, and the one that is being filled.
  private var first: UnsafeMutablePointer<EventBlock>
  private var last: UnsafeMutablePointer<EventBlock>
  /// A block that a reader is done with.
  private var spare: UnsafeMutablePointer<EventBlock>?
  /// How many are missing: before the first event with the newest kept, else after the last.
  private var lost = 0
  /// When something was last lost, and by whom: at that place of the first block, or else the thread.
  private var lastLost = Duration.zero
  private var lastLoser: (place: UInt32, isOther: Bool)?
  private var lastLosingThread: ThreadIdentity?
  /// Who waits for events.
  var readers: [any Parker] = []

  init(id: Int, _ messages: ObservedMessages, _ buffering: EventBuffering) {
    self.id = id
    self.messages = messages
    limit = buffering.limit
    if case .oldest = buffering { keepsOldest = true } else { keepsOldest = false }
    first = EventBlock.make(min(Self.batch, limit))
    last = first
  }

  /// Releases what it holds. Nobody uses it any more.
  func destroy() {
    EventBlock.destroy(first)
    EventBlock.destroy(spare)
  }

  /// A block for a reader, which owns it.
  func makeBlock() -> UnsafeMutablePointer<EventBlock> { EventBlock.make(min(Self.batch, limit)) }

  // MARK: What happens

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

  /// Returns false where the newest is the one that is lost.
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

  /// Counts one more, and makes room for it in the last block.
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

  /// Takes what is there, at most one block.
  ///
  /// - Parameter block: is empty; it is exchanged for the first one.
  /// - Returns: what comes with that.
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

  /// All of the first block was taken.
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

  /// While the first block has its threads, a place there says whose event was lost last.
  private mutating func resolveLoser() {
    guard let loser = lastLoser else { return }
    lastLosingThread = first.pointee.thread(loser.place, isOther: loser.isOther)
    lastLoser = nil
  }

  /// An event that stands for those that are missing, if any are.
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

/// What comes with a block of records.
struct EventBatch {
  /// What stands for events that are missing before those of the block, and after them.
  var gapBefore: RegistryEvent?
  var gapAfter: RegistryEvent?
  /// Neither is there, and the block is empty.
  var isEmpty = false
  /// Nothing was left.
  var isLast = false
}
