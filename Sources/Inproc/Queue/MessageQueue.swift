internal import CInprocCore
internal import CInprocPlatform

/// The messages of a channel, first in, first out; any number of threads at both ends.
///
/// The queue has a lock at each end, so that senders and receivers meet only in what they pass on:
/// the two-lock queue of Michael and Scott, "Simple, Fast, and Practical Non-Blocking and Blocking
/// Concurrent Queue Algorithms" (1996), with blocks of slots in place of nodes. A receiver looks at
/// the senders' count only when it has used up what it saw there the last time, and so takes whole
/// batches without touching a line that senders write to. The locks cost their usual holder nothing
/// (`inproc_lock.h`).
///
/// A message takes 16 bytes in a block, and 24 where it carries its origin. A block is freed as soon
/// as it is used up, but for one that is kept to be filled again.
struct MessageQueue: @unchecked Sendable {
  // Unchecked because each end's fields are touched under that end's lock only, and the counts and
  // flags between them are atomic.
  /// Its memory, which is its owner's.
  let cQueue: UnsafeMutablePointer<inproc_queue>
  /// The most messages it holds, 0 for a rendezvous, `Int.max` for any number.
  let limit: Int
  /// Whether the oldest gives way where it is full.
  let isLossy: Bool
  let hasOrigins: Bool
  /// Whether threads that look for room or for a message meet each other in passing. In a long queue
  /// one message more is nothing.
  let allowsElimination: Bool

  /// An empty queue.
  ///
  /// - Parameters:
  ///   - cQueue: memory that is all zero; whoever owns it calls ``empty()`` in the end.
  ///   - capacity: how many messages it holds.
  ///   - hasOrigins: whether each says who sent it.
  ///   - isScheduled: whether a virtual scheduler is told of each operation.
  ///   - allowsElimination: whether threads that look can meet in passing, if it is a short queue.
  init(
    cQueue: UnsafeMutablePointer<inproc_queue>, capacity: Capacity, hasOrigins: Bool,
    isScheduled: Bool, allowsElimination: Bool
  ) {
    self.cQueue = cQueue
    limit = capacity.limit ?? .max
    if case .latest = capacity { isLossy = true } else { isLossy = false }
    self.hasOrigins = hasOrigins
    self.allowsElimination = allowsElimination && limit <= 16 && !isLossy
    inproc_lock_initialize(&cQueue.pointee.send_lock, INPROC_SENDERS)
    inproc_lock_initialize(&cQueue.pointee.receive_lock, INPROC_RECEIVERS)
    cQueue.pointee.tail_limit = limit
    cQueue.pointee.slot_size = UInt32(slotSize)
    cQueue.pointee.taken_size = UInt32(slotSize)
    cQueue.pointee.quantum_end = Int(INPROC_YIELD_QUANTUM)
    let mask =
      (isScheduled ? INPROC_IS_SCHEDULED : 0) | (slotSize == INPROC_SLOT ? 0 : INPROC_IS_WIDE)
    cQueue.pointee.send_mask = mask
    cQueue.pointee.receive_mask = mask
    if isScheduled {
      // Who is inside of a biased lock can't be seen by the word.
      cQueue.pointee.send_lock.bias_threshold = 0
      cQueue.pointee.receive_lock.bias_threshold = 0
    }
  }

  /// Releases what it holds. Nobody uses it any more.
  func empty() {
    while pop() != nil {}
    // Last, since taking the rest can let an object stand in.
    releaseProxy()
    cQueue.pointee.proxy?.deallocate()
    if let block = cQueue.pointee.head_block ?? cQueue.pointee.first_block { free(block) }
    if let spare = cQueue.pointee.spare { free(spare) }
  }

  // MARK: The senders' end

  enum SendResult { case sent, full, closed }

  /// Under the senders' lock.
  @inline(__always) var refuses: Bool { cQueue.pointee.send_mask & INPROC_REFUSES != 0 }

  /// Whether a message can be put in; a lossy queue that is full takes it by another way. Under the
  /// senders' lock.
  func hasRoom() -> Bool {
    if cQueue.pointee.tail < cQueue.pointee.tail_limit { return true }
    let (end, isBeyond) = inproc_load(&cQueue.pointee.head).addingReportingOverflow(limit)
    cQueue.pointee.tail_limit = isBeyond ? .max : end
    return cQueue.pointee.tail < cQueue.pointee.tail_limit
  }

  /// Under the senders' lock, where there is room.
  func push(_ message: consuming Message, _ origin: Origin?) {
    if cQueue.pointee.tail_slot == cQueue.pointee.tail_end { addBlock() }
    guard let slot = UnsafeMutableRawPointer(cQueue.pointee.tail_slot) else { return }
    write(message, origin, to: slot)
    inproc_put(cQueue)
  }

  /// Whether it is time to look whether receivers run. Under the senders' lock.
  func isQuantumOver() -> Bool {
    if cQueue.pointee.tail < cQueue.pointee.quantum_end { return false }
    cQueue.pointee.quantum_end = cQueue.pointee.tail &+ Int(INPROC_YIELD_QUANTUM)
    return true
  }

  /// Puts a message in, unless it is full or refuses. Where the oldest gives way it is handed out,
  /// to be released outside of all locks.
  func send(_ envelope: Envelope, dropped: inout Envelope?) -> SendResult {
    let held = inproc_lock(&cQueue.pointee.send_lock)
    defer { inproc_unlock(&cQueue.pointee.send_lock, held) }
    if refuses { return .closed }
    if !hasRoom() {
      guard isLossy else { return .full }
      dropped = take()
    }
    push(envelope.message, envelope.origin)
    return .sent
  }

  /// Refuses further messages. A send that was under way has put its message in when this returns.
  func refuse() {
    let held = inproc_lock(&cQueue.pointee.send_lock)
    inproc_mask_senders(cQueue, INPROC_REFUSES)
    inproc_unlock(&cQueue.pointee.send_lock, held)
    quiesce()
  }

  /// When this returns, operations that were under way have ended, and who looks for room or for a
  /// message does so anew.
  ///
  /// - Parameter pause: lets a schedule choose; for who holds no lock.
  func quiesce(_ pause: (Checkpoint) -> Void = { _ in }) {
    inproc_unlock(&cQueue.pointee.send_lock, inproc_lock(&cQueue.pointee.send_lock))
    pause(.spinning)
    cancelHandOffs()
    pause(.beforeEnqueue)
    inproc_unlock(&cQueue.pointee.receive_lock, inproc_lock(&cQueue.pointee.receive_lock))
  }

  @inline(never) private func addBlock() {
    // The first block is small: most of many endpoints hold few messages at once.
    let isFirst = cQueue.pointee.tail_block == nil
    let slots = isFirst ? min(limit, Block.firstSlots) : Block.slots
    let block: UnsafeMutablePointer<inproc_block>
    if !isFirst,
      let spare = inproc_exchange_spare(cQueue, nil) ?? (hasOrigins ? nil : inproc_kept_block())
    {
      block = spare
      block.pointee.next = nil
    } else {
      let size = slots * slotSize
      let memory = UnsafeMutableRawPointer.allocate(byteCount: Block.header + size, alignment: 16)
      block = memory.bindMemory(to: inproc_block.self, capacity: 1)
      let end = (memory + Block.header + size).assumingMemoryBound(to: CChar.self)
      block.initialize(to: inproc_block(next: nil, end: end))
    }
    // The receivers' end sees these once it sees that a message is in the new block.
    if let last = cQueue.pointee.tail_block {
      last.pointee.next = block
    } else {
      cQueue.pointee.first_block = block
    }
    inproc_fill(cQueue, block)
  }

  private enum Block {
    static let header = MemoryLayout<inproc_block>.stride
    static let firstSlots = 14
    static let slots = Int(INPROC_BLOCK_SLOTS)
    /// How many messages a burst holds: 4 MiB of slots.
    static let burst = 1 << 18
  }

  private var slotSize: Int {
    MemoryLayout<Message>.stride + (hasOrigins ? MemoryLayout<Origin?>.stride : 0)
  }

  /// Moves a message into a slot that is empty.
  @inline(__always)
  func write(_ message: consuming Message, _ origin: Origin?, to slot: UnsafeMutableRawPointer) {
    slot.initializeMemory(as: Message.self, to: message)
    if hasOrigins {
      (slot + MemoryLayout<Message>.stride).initializeMemory(as: Origin?.self, to: origin)
    }
  }

  /// Moves the message out of a slot.
  @inline(__always)
  func read(from slot: UnsafeMutableRawPointer) -> Envelope {
    let origin = slot + MemoryLayout<Message>.stride
    return Envelope(
      message: slot.assumingMemoryBound(to: Message.self).move(),
      origin: hasOrigins ? origin.assumingMemoryBound(to: Origin?.self).move() : nil)
  }

  // MARK: The receivers' end

  /// The oldest message. Under the receivers' lock.
  func pop() -> Envelope? {
    if cQueue.pointee.head == cQueue.pointee.tail_seen {
      inproc_store(&cQueue.pointee.tail_seen, inproc_load(&cQueue.pointee.tail))
      if cQueue.pointee.head == cQueue.pointee.tail_seen { return nil }
    }
    if cQueue.pointee.head_slot == cQueue.pointee.head_end { nextBlock() }
    guard let slot = UnsafeMutableRawPointer(cQueue.pointee.head_slot) else { return nil }
    if inproc_has_proxy(cQueue) { substitute(slot) }
    let envelope = read(from: slot)
    inproc_took(cQueue)
    return envelope
  }

  /// Under the receivers' lock.
  @inline(__always) var announcesReceives: Bool {
    cQueue.pointee.receive_mask & INPROC_ANNOUNCES != 0
  }

  /// Whether each message that is taken must be told of, so that none is taken past the channel's
  /// state. Who takes one at this moment has done so when this returns.
  func setAnnouncesReceives(_ announcesReceives: Bool) {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    inproc_mask_receivers(cQueue, INPROC_ANNOUNCES, announcesReceives)
    inproc_unlock(&cQueue.pointee.receive_lock, held)
  }

  /// The oldest message.
  func take() -> Envelope? {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    defer { inproc_unlock(&cQueue.pointee.receive_lock, held) }
    return pop()
  }

  /// All messages that are there now. `note` is told of each, under the receivers' lock.
  func takeAll(_ note: (Envelope) -> Void = { _ in }) -> [Envelope] {
    var taken: [Envelope] = []
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    defer { inproc_unlock(&cQueue.pointee.receive_lock, held) }
    // Not those that are sent meanwhile: that need not end.
    var left = count
    taken.reserveCapacity(left)
    while left > 0, let envelope = pop() {
      note(envelope)
      taken.append(envelope)
      left -= 1
    }
    releaseProxy()
    return taken
  }

  /// A copy of the oldest message.
  var first: Envelope? {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    defer { inproc_unlock(&cQueue.pointee.receive_lock, held) }
    guard count > 0 else { return nil }
    if cQueue.pointee.head_slot == cQueue.pointee.head_end { nextBlock() }
    guard let slot = UnsafeMutableRawPointer(cQueue.pointee.head_slot) else { return nil }
    let origin = slot + MemoryLayout<Message>.stride
    return Envelope(
      message: slot.assumingMemoryBound(to: Message.self).pointee,
      origin: hasOrigins ? origin.assumingMemoryBound(to: Origin?.self).pointee : nil)
  }

  /// Moves on to the next block, which is there.
  @inline(never) private func nextBlock() {
    let old = cQueue.pointee.head_block
    guard let block = old.map({ $0.pointee.next }) ?? cQueue.pointee.first_block else { return }
    inproc_drain(cQueue, block)
    if let old { recycle(old) }
    giveBackAfterBurst()
    noteGrowth()
  }

  /// Freed blocks stay with the allocator, which gives back to the system only what lies at the end
  /// of its memory. After a burst that held megabytes it is asked for more: once, when little is
  /// left.
  private func giveBackAfterBurst() {
    let backlog = count
    if backlog > cQueue.pointee.highest_backlog {
      cQueue.pointee.highest_backlog = backlog
    } else if cQueue.pointee.highest_backlog > Block.burst, backlog <= Block.slots {
      cQueue.pointee.highest_backlog = 0
      inproc_give_back_memory()
    }
  }

  private func recycle(_ block: UnsafeMutablePointer<inproc_block>) {
    let size = UnsafeMutableRawPointer(block.pointee.end) - UnsafeMutableRawPointer(block)
    if size != Block.header + Block.slots * slotSize {
      free(block)
    } else if let former = inproc_exchange_spare(cQueue, block),
      hasOrigins || !inproc_keep_block(former)
    {
      free(former)
    }
  }

  private func free(_ block: UnsafeMutablePointer<inproc_block>) {
    UnsafeMutableRawPointer(block).deallocate()
  }

  // MARK: Both

  /// How many messages were ever put in, and how many have left.
  var sent: Int { inproc_load(&cQueue.pointee.tail) }
  var received: Int { inproc_load(&cQueue.pointee.head) }

  /// How many messages are there; exact where nobody sends or receives, never negative.
  var count: Int {
    // In this order: the head never overtakes the tail.
    let head = inproc_load(&cQueue.pointee.head)
    return inproc_load(&cQueue.pointee.tail) - head
  }
}
