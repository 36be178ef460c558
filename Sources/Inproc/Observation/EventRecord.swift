/// An event as it is kept until an observer reads it: what differs from one message to the next, and the
/// indices of the rest in its ``EventBlock``. It has half the size of a ``RegistryEvent``, and consists of
/// numbers but for the message.
struct EventRecord {
  enum Kind {
    case sent, received
    /// A whole event, in the block's list of these.
    case other
  }
  enum Content {
    case none
    case whole(Message)
    case sizes(frames: Int, bytes: Int)

    @inline(__always)
    init(_ message: borrowing Message, as kept: ObservedMessages) {
      switch kept {
      case .whole: self = .whole(copy message)
      case .sizes: self = .sizes(frames: message.count, bytes: message.byteCount)
      }
    }
  }

  let number: UInt64
  let time: Duration
  var connection: UInt64 = 0
  var sequence: UInt64 = 0
  var content = Content.none
  var kind = Kind.other
  let thread: UInt32
  var queue: UInt32 = 0
}

/// The passage of one message at an end of a queue, without the message and the queue.
struct Passage {
  let kind: EventRecord.Kind
  let connection: UInt64
  let sequence: UInt64
  /// The period of observation in which the messages of its queue were numbered.
  let epoch: UInt32
}

/// Records of events in their order, and what they refer to: each thread and each queue is kept once for all
/// records of a block, so that recording a message counts no references to them. A reader takes whole
/// blocks, and makes events of them without a lock.
///
/// A block belongs to one ring or reader, and never moves.
struct EventBlock: ~Copyable {
  /// The block that was filled after this one.
  var next: UnsafeMutablePointer<EventBlock>?
  // Raw memory, because an array would be copied wherever the compiler does not see that it is unique, and
  // references to a class would be counted.
  private let records: UnsafeMutablePointer<EventRecord>
  private let capacity: Int
  private var head = 0
  private var tail = 0
  private var threads: [ThreadIdentity] = []
  private var queues: [ObservedQueue] = []
  private var others: [RegistryEvent] = []

  private init(_ capacity: Int) {
    records = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  static func make(_ capacity: Int) -> UnsafeMutablePointer<EventBlock> {
    let block = UnsafeMutablePointer<EventBlock>.allocate(capacity: 1)
    block.initialize(to: EventBlock(capacity))
    return block
  }

  /// Destroys a block, those after it, and all records in them.
  static func destroy(_ first: UnsafeMutablePointer<EventBlock>?) {
    var current = first
    while let block = current {
      current = block.pointee.next
      block.deinitialize(count: 1)
      block.deallocate()
    }
  }

  deinit {
    (records + head).deinitialize(count: tail - head)
    records.deallocate()
  }

  var count: Int { tail - head }
  var isFull: Bool { tail == capacity }

  // MARK: Writing, if it is not full

  @inline(__always)
  mutating func append(
    _ passage: Passage, _ message: borrowing Message, at queue: ObservedQueue,
    by thread: ThreadIdentity, _ number: UInt64, _ time: Duration,
    _ kept: ObservedMessages
  ) {
    let record = EventRecord(
      number: number, time: time, connection: passage.connection, sequence: passage.sequence,
      content: EventRecord.Content(message, as: kept), kind: passage.kind,
      thread: place(of: thread), queue: place(of: queue))
    (records + tail).initialize(to: record)
    tail += 1
  }

  mutating func append(_ event: consuming RegistryEvent) {
    (records + tail).initialize(
      to: EventRecord(number: event.number, time: event.time, thread: UInt32(others.count)))
    others.append(event)
    tail += 1
  }

  // Few threads use few queues, so the search begins at the end.

  @inline(__always)
  private mutating func place(of thread: ThreadIdentity) -> UInt32 {
    var index = threads.count
    while index > 0 {
      index -= 1
      if threads[index].id == thread.id, threads[index] == thread { return UInt32(index) }
    }
    threads.append(thread)
    return UInt32(threads.count - 1)
  }

  @inline(__always)
  private mutating func place(of queue: ObservedQueue) -> UInt32 {
    var index = queues.count
    while index > 0 {
      index -= 1
      if queues[index] === queue { return UInt32(index) }
    }
    queues.append(queue)
    return UInt32(queues.count - 1)
  }

  // MARK: Reading

  /// Takes the first event; nil if the block is empty.
  mutating func popFirst() -> RegistryEvent? {
    if head == tail { return nil }
    let place = records + head
    head += 1
    if place.pointee.kind == .other {
      defer { place.deinitialize(count: 1) }
      return others[Int(place.pointee.thread)]
    }
    return event(place.move())
  }

  /// Drops the first record of a block that is not empty. Returns its message, to be released without a
  /// lock.
  mutating func loseFirst() -> (place: UInt32, isOther: Bool, time: Duration, message: Message?) {
    let record = (records + head).move()
    head += 1
    var message: Message?
    if record.kind == .other {
      message = others[Int(record.thread)].message
      others[Int(record.thread)].message = nil
    } else if case .whole(let whole) = record.content {
      message = whole
    }
    return (record.thread, record.kind == .other, record.time, message)
  }

  func thread(_ place: UInt32, isOther: Bool) -> ThreadIdentity {
    isOther ? others[Int(place)].thread : threads[Int(place)]
  }

  /// Removes all records, and keeps the memory.
  mutating func clear() {
    (records + head).deinitialize(count: tail - head)
    head = 0
    tail = 0
    next = nil
    threads.removeAll(keepingCapacity: true)
    queues.removeAll(keepingCapacity: true)
    if !others.isEmpty { others = [] }
  }

  private func event(_ record: consuming EventRecord) -> RegistryEvent {
    let queue = queues[Int(record.queue)]
    var event = RegistryEvent(
      record.kind == .sent ? .sent : .received, by: threads[Int(record.thread)],
      endpoint: queue.endpoint)
    event.set(record.number, record.time, queue)
    event.connectionNumber = record.connection
    event.sequenceNumber = record.sequence
    switch record.content {
    case .none: break
    case .whole(let message): event.set(message)
    case .sizes(let frames, let bytes): (event.frameCount, event.byteCount) = (frames, bytes)
    }
    return event
  }
}

extension RegistryEvent {
  /// The event of a message that passes an end of a queue, for an observer that gets it at once.
  init(
    _ passage: Passage, _ message: borrowing Message, at queue: ObservedQueue,
    by thread: ThreadIdentity,
    _ number: UInt64, _ time: Duration
  ) {
    self.init(passage.kind == .sent ? .sent : .received, by: thread, endpoint: queue.endpoint)
    set(number, time, queue)
    connectionNumber = passage.connection
    sequenceNumber = passage.sequence
    set(copy message)
  }

  fileprivate mutating func set(_ number: UInt64, _ time: Duration, _ queue: ObservedQueue) {
    self.number = number
    self.time = time
    isReply = queue.isReply
    queueNumber = queue.number
  }

  mutating func set(_ message: consuming Message) {
    frameCount = message.count
    byteCount = message.byteCount
    self.message = message
  }
}
