internal import CInprocPlatform
internal import Synchronization

/// A word that threads can sleep on. The kernel identifies it by its address, so it lives on the
/// heap and never moves; an `Atomic` inside a class or struct promises no stable address.
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

  /// Replaces the value where it is the expected one. Returns whether it was.
  @inline(__always) func replace(_ expected: UInt32, with new: UInt32) -> Bool {
    word.pointee.compareExchange(
      expected: expected, desired: new, ordering: .acquiringAndReleasing
    ).exchanged
  }

  // The kernel takes the address of the 32 bits that the atomic consists of.
  var address: UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(word).assumingMemoryBound(to: UInt32.self)
  }

  /// Sleeps while the word has that value. Returns false where the time ran out.
  func sleep(while expected: UInt32, nanoseconds: Int64 = -1) -> Bool {
    inproc_wait_on(address, expected, nanoseconds)
  }

  func wakeOne() { inproc_wake_one(address) }
}

/// A lock of three states over a wait word: free, taken, taken with sleepers.
///
/// The algorithm is `mutex2` of Drepper, "Futexes Are Tricky" (2011). It stands here instead of the
/// stdlib's `Mutex` because that one hands over in the kernel on Linux and because the thread
/// sanitizer understands this one.
package struct Lock: Sendable {
  private let word = WaitWord()

  package init() {}

  @inline(__always) package func lock() {
    if !word.replace(0, with: 1) { lockSlowly() }
  }

  @inline(never) private func lockSlowly() {
    // A short pause first: sections under this lock are tens of nanoseconds long.
    for _ in 0..<40 {
      if word.load() == 0, word.replace(0, with: 1) { return }
      inproc_pause()
    }
    while word.exchange(2) != 0 {
      _ = word.sleep(while: 2)
    }
  }

  @inline(__always) package func unlock() {
    if word.exchange(0) == 2 { word.wakeOne() }
  }
}

/// A value that is only seen under its lock.
package final class Guarded<Value>: @unchecked Sendable {
  // Sendable because `value` is touched only between `lock` and `unlock`.
  @usableFromInline let guardLock = Lock()
  // And that is why nobody need check that accesses exclude each other.
  @exclusivity(unchecked) @usableFromInline var value: Value

  package init(_ value: sending Value) { self.value = value }

  // Inlinable: other modules would go through the value's metadata otherwise.
  @inlinable @inline(__always)
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guardLock.lock()
    defer { guardLock.unlock() }
    return try body(&value)
  }
}
