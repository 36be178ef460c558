internal import CInprocCore
internal import CInprocPlatform

/// The messages of a channel, first in, first out; any number of threads at both ends.
///
/// The queue has a lock at each end, so that senders and receivers share only the messages: the two-lock
/// queue of Michael and Scott, "Simple, Fast, and Practical Non-Blocking and Blocking
/// Concurrent Queue Algorithms" (1996), with blocks of slots instead of nodes. A receiver reads
/// the senders' count only after it has received all messages that it saw there the last time, so it takes
/// whole batches without touching a cache line that senders write to. A biased lock costs its owner
/// nothing (`inproc_lock.h`).
///
/// A message takes 16 bytes in a block, or 24 if it carries its origin. A block is freed as soon as it is
/// used up, except for one that is kept to be filled again.
struct MessageQueue: @unchecked Sendable {
  // Unchecked because the fields of each end are accessed under that end's lock only, and the counts and
  // flags between them are atomic.
  /// Its memory, which the channel owns.
  let cQueue: UnsafeMutablePointer<inproc_queue>
  /// The most messages it holds, 0 for a rendezvous, `Int.max` for any number.
  let limit: Int
  /// Whether a full queue drops its oldest message for a new one.
  let isLossy: Bool
  /// Whether each message carries its origin.
  let hasOrigins: Bool
  /// Whether spinning threads exchange messages without the queue. In a long queue one message more gains
  /// nothing.
  let allowsElimination: Bool

  /// An empty queue.
  ///
  /// - Parameters:
  ///   - cQueue: memory that is all zero. Its owner calls ``empty()`` in the end.
  ///   - capacity: how many messages it holds.
  ///   - hasOrigins: whether each message carries its origin.
  ///   - isScheduled: whether a virtual scheduler has to see each operation.
  ///   - allowsElimination: whether spinning threads may exchange messages, if the queue is short.
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
      // The scheduler finds the holder of a lock by its word, which the owner of a biased lock leaves alone.
      cQueue.pointee.send_lock.bias_threshold = 0
      cQueue.pointee.receive_lock.bias_threshold = 0
    }
  }

  /// Whether a message was ever put in. No thread uses it any more.
  @inline(__always) var hasHeldAny: Bool { cQueue.pointee.first_block != nil }

  /// Releases its messages and memory. No thread uses it any more.
  func empty() {
    while pop() != nil {}
    // Last, because taking the other messages can install a proxy.
    releaseProxy()
    cQueue.pointee.proxy?.deallocate()
    if let block = cQueue.pointee.head_block ?? cQueue.pointee.first_block { free(block) }
    if let spare = cQueue.pointee.spare { free(spare) }
  }

  // MARK: The senders' end

  enum SendResult { case sent, full, closed }

  /// Whether the queue is closed to senders. Under the senders' lock.
  @inline(__always) var refuses: Bool { cQueue.pointee.send_mask & INPROC_REFUSES != 0 }

  /// Whether there is a free slot for a message. A lossy queue that is full still takes one, by
  /// ``send(_:dropped:)``. Under the senders' lock.
  func hasRoom() -> Bool {
    if cQueue.pointee.tail < cQueue.pointee.tail_limit { return true }
    let (end, isBeyond) = inproc_load(&cQueue.pointee.head).addingReportingOverflow(limit)
    cQueue.pointee.tail_limit = isBeyond ? .max : end
    return cQueue.pointee.tail < cQueue.pointee.tail_limit
  }

  /// Puts a message in. Under the senders' lock, if there is room.
  func push(_ message: consuming Message, _ origin: Origin?) {
    if cQueue.pointee.tail_slot == cQueue.pointee.tail_end { addBlock() }
    guard let slot = UnsafeMutableRawPointer(cQueue.pointee.tail_slot) else { return }
    write(message, origin, to: slot)
    inproc_put(cQueue)
  }

  /// Whether the yield quantum is over; begins another one then. Under the senders' lock.
  func isQuantumOver() -> Bool {
    if cQueue.pointee.tail < cQueue.pointee.quantum_end { return false }
    cQueue.pointee.quantum_end = cQueue.pointee.tail &+ Int(INPROC_YIELD_QUANTUM)
    return true
  }

  /// Puts a message in, unless the queue is full or closed. A message that is dropped for it is returned,
  /// to be released without a lock.
  func send(_ envelope: Envelope, dropped: inout Envelope?)
    -> SendResult
  {
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

  /// Closes the queue to senders. A send that was in progress has put its message in when this returns.
  func refuse() {
    let held = inproc_lock(&cQueue.pointee.send_lock)
    inproc_mask_senders(cQueue, INPROC_REFUSES)
    inproc_unlock(&cQueue.pointee.send_lock, held)
    quiesce()
  }

  /// Grace period: waits for direct operations in progress, and cancels hand-offs, so that spinning calls
  /// retry.
  ///
  /// - Parameter pause: is called between the steps, for a schedule to choose. Only without a lock.
  func quiesce(_ pause: (Checkpoint) -> Void = { _ in }) {
    inproc_unlock(&cQueue.pointee.send_lock, inproc_lock(&cQueue.pointee.send_lock))
    pause(.spinning)
    cancelHandOffs()
    pause(.beforeEnqueue)
    inproc_unlock(&cQueue.pointee.receive_lock, inproc_lock(&cQueue.pointee.receive_lock))
  }

  @inline(never) private func addBlock() {
    // The first block is small, because most endpoints hold few messages at a time.
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
    // The receivers' end reads these once it sees a message in the new block.
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
    /// The number of messages that count as a burst: 4 MiB of slots.
    static let burst = 1 << 18
  }

  private var slotSize: Int {
    MemoryLayout<Message>.stride + (hasOrigins ? MemoryLayout<Origin?>.stride : 0)
  }

  /// Moves a message into an empty slot.
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

  /// Takes the oldest message. Under the receivers' lock.
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

  /// Whether receives have to go through the channel's state, because calls wait until messages have been
  /// received. Under the receivers' lock.
  @inline(__always) var announcesReceives: Bool {
    cQueue.pointee.receive_mask & INPROC_ANNOUNCES != 0
  }

  /// Sets whether receives have to go through the channel's state. A direct receive that was in progress
  /// has ended when this returns.
  func setAnnouncesReceives(_ announcesReceives: Bool) {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    inproc_mask_receivers(cQueue, INPROC_ANNOUNCES, announcesReceives)
    inproc_unlock(&cQueue.pointee.receive_lock, held)
  }

  /// Takes the oldest message.
  func take() -> Envelope? {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    defer { inproc_unlock(&cQueue.pointee.receive_lock, held) }
    return pop()
  }

  /// Takes all messages that are queued now. `note` is called with each, under the receivers' lock.
  func takeAll(_ note: (Envelope) -> Void = { _ in }) -> [Envelope] {
    var taken: [Envelope] = []
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    defer { inproc_unlock(&cQueue.pointee.receive_lock, held) }
    // Not those that are sent meanwhile, because that might not end.
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

  /// Moves on to the next block, which exists.
  @inline(never) private func nextBlock() {
    let old = cQueue.pointee.head_block
    guard let block = old.map({ $0.pointee.next }) ?? cQueue.pointee.first_block else { return }
    inproc_drain(cQueue, block)
    if let old { recycle(old) }
    giveBackAfterBurst()
    noteGrowth()
  }

  /// Asks the allocator to return memory to the system after a burst of megabytes: once, when few messages
  /// are left. By itself it returns only what lies at the end of its heap.
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

  /// How many messages were ever sent, and how many have left the queue.
  var sent: Int { inproc_load(&cQueue.pointee.tail) }
  var received: Int { inproc_load(&cQueue.pointee.head) }

  /// How many messages are queued; never negative. Exact if no thread sends or receives meanwhile.
  var count: Int {
    // In this order, because the head never overtakes the tail.
    let head = inproc_load(&cQueue.pointee.head)
    return inproc_load(&cQueue.pointee.tail) - head
  }
}
