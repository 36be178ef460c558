internal import CInprocCore
internal import CInprocPlatform

/// All that a channel is, in one object: an endpoint is bound by a single allocation, and found at a
/// single address.
package final class ChannelStorage: ManagedBuffer<ChannelParts, ChannelMemory> {
  /// - Parameter contents: is given the queue's memory, all zero, and where its ties will be.
  /// - Returns: what consists of these parts and this state.
  static func make(
    _ contents: (
      UnsafeMutablePointer<inproc_queue>, UnsafeMutablePointer<inproc_links>
    ) -> (ChannelParts, ChannelState)
  ) -> ChannelStorage {
    let made = ChannelStorage.create(minimumCapacity: 1) { storage in
      storage.withUnsafeMutablePointers { (header, memory) in
        let cQueue = ChannelMemory.cQueue(of: memory)
        cQueue.initialize(to: inproc_queue())
        ChannelMemory.word(of: memory).initialize(to: LockWord())
        let (parts, state) = contents(cQueue, ChannelParts.links(of: header))
        ChannelMemory.state(of: memory).initialize(to: state)
        return parts
      }
    }
    // What `create` makes is of the class that it is called on.
    let storage = unsafeDowncast(made, to: ChannelStorage.self)
    if !inproc_has_ended(storage.links) {
      _ = swift_nonatomic_retain(Unmanaged.passUnretained(storage).toOpaque())
    }
    return storage
  }

  // Who stands in line refers to this: the state's lines are empty, and what observers know is all
  // that it may hold. The word is plain memory.
  deinit {
    parts.pointee.queue.empty()
    withUnsafeMutablePointerToElements { memory in
      let state = ChannelMemory.state(of: memory)
      if state.pointee.observed != nil { state.pointee.observed = nil }
    }
  }

  /// Whether it has one reference only; what waits in its lines refers to it, too. Asked through a
  /// pointer that is not counted, because whoever holds the one has it as a constant: for a variable,
  /// as the question wants it, each message would count a reference.
  static func hasOneReference(_ uncounted: Unmanaged<ChannelStorage>) -> Bool {
    var uncounted = uncounted
    return withUnsafeMutablePointer(to: &uncounted) { place in
      place.withMemoryRebound(to: ChannelStorage.self, capacity: 1) {
        isKnownUniquelyReferenced(&$0.pointee)
      }
    }
  }

  // Both are part of this object, so they stay where they are as long as it lives.

  @inline(__always)
  var parts: UnsafeMutablePointer<ChannelParts> { withUnsafeMutablePointerToHeader { $0 } }

  @inline(__always)
  var links: UnsafeMutablePointer<inproc_links> { ChannelParts.links(of: parts) }

  @inline(__always)
  var cQueue: UnsafeMutablePointer<inproc_queue> {
    withUnsafeMutablePointerToElements { ChannelMemory.cQueue(of: $0) }
  }
}

/// What a ``Channel`` consists of, but for its memory.
package struct ChannelParts {
  // What connecting and letting go look at stands first, where it is one cache line: among many
  // endpoints it is fetching memory that takes the time. The ties come before all, so that their
  // address is that of the whole.
  private var links: inproc_links
  let context: ChannelContext
  let endpoint: Endpoint
  let hasCheckpoints: Bool
  let spins: Bool
  let isReplies: Bool
  /// 0 where nobody observes. Each end of the queue has this, too; but there it is in a line that others
  /// write to.
  let observed: UnsafePointer<UInt32>
  // The state has these, too; but while it changes under the lock nobody else may look into it.
  let capacity: Capacity
  let queue: MessageQueue
  /// Who answers, at a bidirectional endpoint. Set once, before others know the channel; not owned,
  /// because it owns the channel, and is there as long as that is bound.
  var server: Unmanaged<ServerState>?

  init(
    endpoint: Endpoint, connections: Int, canConnect: Bool, isReplies: Bool,
    context: ChannelContext, capacity: Capacity, queue: MessageQueue
  ) {
    links = inproc_links(word: connections * 2 + (canConnect ? 1 : 0))
    self.endpoint = endpoint
    hasCheckpoints = context.hasCheckpoints
    spins = context.spins
    self.isReplies = isReplies
    observed = context.observers.address
    self.context = context
    self.capacity = capacity
    self.queue = queue
  }

  static func links(
    of parts: UnsafeMutablePointer<ChannelParts>
  ) -> UnsafeMutablePointer<inproc_links> {
    UnsafeMutableRawPointer(parts).assumingMemoryBound(to: inproc_links.self)
  }
}

/// What of a ``Channel`` changes. None of it moves: threads sleep on the word, and C code gets the
/// queue's address.
///
/// It is a layout and never a value: each of its parts is used by itself, because a change of a field
/// counts, for the thread sanitizer, as one of the whole.
package struct ChannelMemory: ~Copyable {
  private var stateMemory: ChannelState
  private let wordMemory: LockWord
  /// Lets the queue begin at a cache line: the allocator knows half and quarter lines.
  private var padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
  private var queueMemory: inproc_queue

  @inline(__always)
  static func state(
    of memory: UnsafeMutablePointer<ChannelMemory>
  ) -> UnsafeMutablePointer<ChannelState> {
    UnsafeMutableRawPointer(memory).assumingMemoryBound(to: ChannelState.self)
  }

  @inline(__always)
  static func word(
    of memory: UnsafeMutablePointer<ChannelMemory>
  ) -> UnsafeMutablePointer<LockWord> {
    UnsafeMutableRawPointer(state(of: memory) + 1).assumingMemoryBound(to: LockWord.self)
  }

  /// The first line behind the word.
  @inline(__always)
  static func cQueue(
    of memory: UnsafeMutablePointer<ChannelMemory>
  ) -> UnsafeMutablePointer<inproc_queue> {
    UnsafeMutableRawPointer(word(of: memory) + 1)
      .alignedUp(toMultipleOf: Int(INPROC_CACHE_LINE)).assumingMemoryBound(to: inproc_queue.self)
  }
}
