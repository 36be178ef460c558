internal import CInprocCore
internal import CInprocPlatform
internal import Synchronization

/// A futex: a word that threads can sleep on. The kernel identifies it by its address, so it lives on the
/// heap and never moves; an `Atomic` inside a class or struct has no guaranteed address.
final class WaitWord: @unchecked Sendable {
  // Sendable because every access goes through the atomic or the kernel.
  private let word: UnsafeMutablePointer<Atomic<UInt32>>

  init() {
    word = .allocate(capacity: 1)
    word.initialize(to: Atomic(0))
  }

  deinit {
    word.deinitialize(count: 1)
    word.deallocate()
  }

  @inline(__always) func load() -> UInt32 { word.pointee.load(ordering: .acquiring) }

  @inline(__always) func exchange(_ new: UInt32) -> UInt32 {
    word.pointee.exchange(new, ordering: .acquiringAndReleasing)
  }

  /// Replaces the value if it is the expected one. Returns whether it was.
  @inline(__always) func replace(_ expected: UInt32, with new: UInt32) -> Bool {
    word.pointee.compareExchange(
      expected: expected, desired: new, ordering: .acquiringAndReleasing
    ).exchanged
  }

  // The kernel wants the address of the 32 bits that the atomic consists of.
  var address: UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(word).assumingMemoryBound(to: UInt32.self)
  }

  /// Sleeps while the word has that value. Returns false if the time ran out.
  func sleep(while expected: UInt32, nanoseconds: Int64 = -1) -> Bool {
    inproc_wait_on(address, expected, nanoseconds)
  }

  func wakeOne() { inproc_wake_one(address) }
}

/// A value that can be accessed under its lock only. Copies share it.
///
/// The lock is a futex with three states: free, taken, taken with sleepers (`mutex2` of Drepper, "Futexes
/// Are Tricky", 2011). It is used instead of the standard library's `Mutex`, because on Linux that one
/// passes through the kernel under contention, and because the thread sanitizer understands this one.
@usableFromInline package struct Guarded<Value>: @unchecked Sendable {
  // Sendable because the value is accessed between `lock` and `unlock` only. The value and the word are one
  // object, so that a lock takes one allocation, and the word never moves, as the kernel requires.
  @usableFromInline let storage: ManagedBuffer<Value, LockWord>

  @inlinable package init(_ value: sending Value) {
    storage = .create(minimumCapacity: 1) { storage in
      storage.withUnsafeMutablePointerToElements { $0.initialize(to: LockWord()) }
      return value
    }
  }

  // Inlinable, and its type usable from inline: else other modules of the package would call it through
  // the value's metadata.
  @inlinable @inline(__always)
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withUnsafeMutablePointers { (value, word) throws(Failure) -> Result in
      lockWord(word)
      defer { unlockWord(word) }
      return try body(&value.pointee)
    }
  }
}

/// The word of a lock.
@usableFromInline
struct LockWord: ~Copyable {
  let value = Atomic<UInt32>(0)

  @usableFromInline init() {}
}

@usableFromInline @inline(__always)
func lockWord(_ word: UnsafeMutablePointer<LockWord>) {
  if !replace(0, with: 1, in: word) { lockSlowly(word) }
}

@usableFromInline @inline(__always)
func unlockWord(_ word: UnsafeMutablePointer<LockWord>) {
  if word.pointee.value.exchange(0, ordering: .acquiringAndReleasing) == 2 {
    inproc_wake_one(plain(word))
  }
}

/// Lets the calling thread wait for locks through its scheduler, which can switch threads while a lock is
/// held; nil to sleep in the kernel again. The scheduler has to live until then.
package func waitForLocks(through scheduler: (any Scheduler)?) {
  guard let scheduler else { return inproc_on_contention(nil, nil) }
  inproc_on_contention(
    { (context, word) in
      guard let context else { return false }
      let scheduler =
        Unmanaged<AnyObject>.fromOpaque(context).takeUnretainedValue() as? any Scheduler
      return scheduler?.wait { !inproc_flag(word) } ?? false
    }, Unmanaged<AnyObject>.passUnretained(scheduler).toOpaque())
}

@inline(never)
private func lockSlowly(_ word: UnsafeMutablePointer<LockWord>) {
  while inproc_wait_elsewhere(plain(word)) {
    if replace(0, with: 1, in: word) { return }
  }
  // Spin first: critical sections under this lock are tens of nanoseconds long.
  for _ in 0..<40 {
    if word.pointee.value.load(ordering: .acquiring) == 0, replace(0, with: 1, in: word) { return }
    inproc_pause()
  }
  while word.pointee.value.exchange(2, ordering: .acquiringAndReleasing) != 0 {
    _ = inproc_wait_on(plain(word), 2, -1)
  }
}

@inline(__always)
private func replace(
  _ expected: UInt32, with new: UInt32, in word: UnsafeMutablePointer<LockWord>
) -> Bool {
  word.pointee.value.compareExchange(
    expected: expected, desired: new, ordering: .acquiringAndReleasing
  ).exchanged
}

/// The kernel wants the address of the 32 bits that the atomic consists of.
@inline(__always)
private func plain(_ word: UnsafeMutablePointer<LockWord>) -> UnsafeMutablePointer<UInt32> {
  UnsafeMutableRawPointer(word).assumingMemoryBound(to: UInt32.self)
}
