internal import CInprocPlatform

/// All that a channel is, in one object: an endpoint is bound by a single allocation, and found at a
/// single address.
package final class ChannelStorage: ManagedBuffer<ChannelParts, ChannelMemory> {
  /// - Parameter parts: is given the queue's memory, all zero, and where its ties will be.
  /// - Returns: what consists of these parts.
  static func make(
    _ parts: (UnsafeMutablePointer<inproc_queue>, UnsafeMutablePointer<inproc_ties>) -> ChannelParts
  ) -> ChannelStorage {
    let made = ChannelStorage.create(minimumCapacity: 1) { storage in
      storage.withUnsafeMutablePointers { (header, memory) in
        memory.initialize(to: ChannelMemory())
        return parts(ChannelMemory.core(of: memory), ChannelParts.ties(of: header))
      }
    }
    // What `create` makes is of the class that it is called on.
    return unsafeDowncast(made, to: ChannelStorage.self)
  }

  deinit {
    parts.pointee.queue.empty()
    withUnsafeMutablePointerToElements { _ = $0.deinitialize(count: 1) }
  }

  // Both are part of this object, so they stay where they are as long as it lives.

  @inline(__always)
  var parts: UnsafeMutablePointer<ChannelParts> { withUnsafeMutablePointerToHeader { $0 } }

  @inline(__always)
  var ties: UnsafeMutablePointer<inproc_ties> { ChannelParts.ties(of: parts) }

  @inline(__always)
  var core: UnsafeMutablePointer<inproc_queue> {
    withUnsafeMutablePointerToElements { ChannelMemory.core(of: $0) }
  }
}

/// What a ``Channel`` consists of, but for its memory.
package struct ChannelParts {
  // What connecting and letting go look at stands first, next to the count of references: among many
  // endpoints it is fetching memory that takes the time. The ties come before all, so that their
  // address is that of the whole.
  private var ties: inproc_ties
  let endpoint: Endpoint
  let hasCheckpoints: Bool
  let looksAgain: Bool
  let observation: QueueObservation
  let scheduler: any Scheduler
  // The state has these, too; but while it changes under the lock nobody else may look into it.
  let capacity: Capacity
  let queue: MessageQueue
  var state: ChannelState

  init(
    endpoint: Endpoint, connections: Int, canConnect: Bool, scheduler: any Scheduler,
    observation: QueueObservation, state: ChannelState
  ) {
    ties = inproc_ties(connections: connections, can_connect: canConnect)
    self.endpoint = endpoint
    hasCheckpoints = scheduler.hasCheckpoints
    looksAgain = scheduler.looksAgain
    self.observation = observation
    self.scheduler = scheduler
    capacity = state.capacity
    queue = state.queue
    self.state = state
  }

  static func ties(
    of parts: UnsafeMutablePointer<ChannelParts>
  ) -> UnsafeMutablePointer<inproc_ties> {
    UnsafeMutableRawPointer(parts).assumingMemoryBound(to: inproc_ties.self)
  }
}

/// What of a ``Channel`` must not move: threads sleep on words in it, and C code gets its address.
package struct ChannelMemory: ~Copyable {
  // First, so that its address is that of the whole.
  private let word = LockWord()
  /// Lets the queue begin at a cache line: the allocator knows half and quarter lines.
  private var room: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0)
  private var queue = inproc_queue()

  /// The first line behind the word.
  @inline(__always)
  static func core(
    of memory: UnsafeMutablePointer<ChannelMemory>
  ) -> UnsafeMutablePointer<inproc_queue> {
    (UnsafeMutableRawPointer(memory) + MemoryLayout<LockWord>.size)
      .alignedUp(toMultipleOf: Int(INPROC_LINE)).assumingMemoryBound(to: inproc_queue.self)
  }

  static func word(
    of memory: UnsafeMutablePointer<ChannelMemory>
  ) -> UnsafeMutablePointer<LockWord> {
    UnsafeMutableRawPointer(memory).assumingMemoryBound(to: LockWord.self)
  }
}
