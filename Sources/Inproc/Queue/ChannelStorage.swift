internal import CInprocCore
internal import CInprocPlatform

/// A channel as one object: binding an endpoint takes one allocation, and the table of the registry refers
/// to it by one address.
package final class ChannelStorage: ManagedBuffer<ChannelParts, ChannelMemory> {
  /// - Parameter contents: is called with the queue's memory, all zero, and the address of the links.
  /// - Returns: a channel of these parts and this state.
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
    // `create` makes an object of the class that it is called on.
    let storage = unsafeDowncast(made, to: ChannelStorage.self)
    if !inproc_has_ended(storage.links) {
      _ = swift_nonatomic_retain(Unmanaged.passUnretained(storage).toOpaque())
    }
    return storage
  }

  // Waiters refer to this object, so the wait queues are empty, and only `observed` can hold a reference.
  // The word is plain memory.
  deinit {
    let queue = parts.pointee.queue
    // A queue that never held a message has no memory. One that holds some can keep another channel alive
    // by them, and that a further one.
    if queue.hasHeldAny {
      if queue.count > 0 { DeferredReleases.release(queue.takeAll()) }
      queue.empty()
    }
    withUnsafeMutablePointerToElements { memory in
      let state = ChannelMemory.state(of: memory)
      if state.pointee.observed != nil { state.pointee.observed = nil }
    }
  }

  /// Whether it has one reference only; waiters have references, too. Asked through an uncounted pointer,
  /// because the holder has it as a constant, and `isKnownUniquelyReferenced` wants a variable.
  static func hasOneReference(_ uncounted: Unmanaged<ChannelStorage>) -> Bool {
    var uncounted = uncounted
    return withUnsafeMutablePointer(to: &uncounted) { place in
      place.withMemoryRebound(to: ChannelStorage.self, capacity: 1) {
        isKnownUniquelyReferenced(&$0.pointee)
      }
    }
  }

  // These are parts of this object, so their addresses are constant as long as it lives.

  @inline(__always)
  var parts: UnsafeMutablePointer<ChannelParts> { withUnsafeMutablePointerToHeader { $0 } }

  @inline(__always)
  var links: UnsafeMutablePointer<inproc_links> { ChannelParts.links(of: parts) }

  @inline(__always)
  var cQueue: UnsafeMutablePointer<inproc_queue> {
    withUnsafeMutablePointerToElements { ChannelMemory.cQueue(of: $0) }
  }
}

/// The constants of a ``Channel``, and its links.
package struct ChannelParts {
  // Connecting and disconnecting read the first fields, which share a cache line: among many endpoints
  // fetching memory takes most of the time. The links come first, so that their address is that of the
  // whole.
  private var links: inproc_links
  let context: ChannelContext
  let endpoint: Endpoint
  let hasCheckpoints: Bool
  let spins: Bool
  let isReplies: Bool
  let isSubscription: Bool
  /// Points to a word that is 0 while nobody observes. Each end of the queue has this pointer, too, but in a
  /// cache line that other threads write to.
  let observed: UnsafePointer<UInt32>
  // The state has these, too, but it can be read under the lock only.
  let capacity: Capacity
  let queue: MessageQueue
  /// What the ends of a channel of values share; nil if it is one of messages.
  let values: ValueStore?
  /// The server's state, at a bidirectional endpoint. Set once, before other threads know the channel. Not
  /// owned, because it owns the channel; it lives at least as long as the channel is bound.
  var server: Unmanaged<AnyObject>?
  /// What takes the messages in its stead, at a topic.
  let fanOut: (any FanOut)?

  init(
    endpoint: Endpoint, connections: Int, canConnect: Bool, isReplies: Bool,
    isSubscription: Bool, fanOut: (any FanOut)?, values: ValueStore?, context: ChannelContext,
    capacity: Capacity, queue: MessageQueue
  ) {
    links = inproc_links(word: connections * 2 + (canConnect ? 1 : 0))
    self.endpoint = endpoint
    hasCheckpoints = context.hasCheckpoints
    spins = context.spins
    self.isReplies = isReplies
    self.isSubscription = isSubscription
    self.fanOut = fanOut
    self.values = values
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

/// The variables of a ``Channel``. None of them moves: threads sleep on the word, and C code gets the address
/// of the queue.
///
/// This type only describes a layout. Its fields are accessed one by one, because the thread sanitizer
/// takes a change of a field for one of the whole.
package struct ChannelMemory: ~Copyable {
  private var stateMemory: ChannelState
  private let wordMemory: LockWord
  /// Padding that lets the queue begin at a cache line; the allocator aligns to 16 bytes.
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

  /// The first cache line behind the word.
  @inline(__always)
  static func cQueue(
    of memory: UnsafeMutablePointer<ChannelMemory>
  ) -> UnsafeMutablePointer<inproc_queue> {
    UnsafeMutableRawPointer(word(of: memory) + 1)
      .alignedUp(toMultipleOf: Int(INPROC_CACHE_LINE)).assumingMemoryBound(to: inproc_queue.self)
  }
}
