internal import Synchronization

/// A set of positions, used by one thread.
struct Bits {
  private var words: [UInt64]
  private(set) var count = 0

  init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

  func bits(_ word: Int) -> UInt64 { words[word] }

  func contains(_ index: Int) -> Bool { words[index / 64] & (1 << UInt64(index % 64)) != 0 }

  /// Whether a condition holds for one of them.
  func contains(where condition: (Int) -> Bool) -> Bool {
    if count == 0 { return false }
    for (number, word) in words.enumerated() {
      var left = word
      while left != 0 {
        if condition(number * 64 + left.trailingZeroBitCount) { return true }
        left &= left - 1
      }
    }
    return false
  }

  /// A sum over all of them.
  func sum(_ amount: (Int) -> Int) -> Int {
    var sum = 0
    _ = contains {
      sum += amount($0)
      return false
    }
    return sum
  }

  mutating func insert(_ index: Int) {
    if contains(index) { return }
    words[index / 64] |= 1 << UInt64(index % 64)
    count += 1
  }

  mutating func remove(_ index: Int) {
    if !contains(index) { return }
    words[index / 64] &= ~(1 << UInt64(index % 64))
    count -= 1
  }

  mutating func removeAll(_ body: (Int) -> Void) {
    _ = contains {
      body($0)
      return false
    }
    for index in words.indices { words[index] = 0 }
    count = 0
  }
}

/// The positions of the ends that got a message, or have not been checked yet: one bit each, which senders
/// set and the poller clears without a lock.
///
/// The poller announces that it sleeps before it reads the bits for the last time; a sender sets a bit
/// before it reads whether the poller sleeps. Both are sequentially consistent, so at least one of them
/// sees the other.
final class ReadyList: Sendable {
  private final class Word: Sendable {
    let bits: Atomic<UInt64>
    init(_ bits: UInt64) { self.bits = Atomic(bits) }
  }
  private let words: [Word]
  private let hasSleeper = Atomic(false)
  private let sleeper = Guarded<(any Parker)?>(nil)

  /// A list with all positions on it.
  init(count: Int) {
    words = (0..<(count + 63) / 64).map { word in
      let left = count - word * 64
      return Word(left < 64 ? (1 << UInt64(left)) - 1 : .max)
    }
  }

  func bits(_ word: Int) -> UInt64 { words[word].bits.load(ordering: .acquiring) }

  func remove(_ index: Int) {
    words[index / 64].bits.bitwiseAnd(
      ~(1 << UInt64(index % 64)), ordering: .sequentiallyConsistent)
  }

  func insert(_ index: Int) {
    words[index / 64].bits.bitwiseOr(
      1 << UInt64(index % 64), ordering: .sequentiallyConsistent)
    if hasSleeper.load(ordering: .sequentiallyConsistent) { takeSleeper()?.wake() }
  }

  private func takeSleeper() -> (any Parker)? {
    sleeper.withLock { sleeper in
      hasSleeper.store(false, ordering: .sequentiallyConsistent)
      defer { sleeper = nil }
      return sleeper
    }
  }

  /// Lets the next position that is put on the list wake a sleeper. Returns false if the list is not
  /// empty.
  func wakes(_ parker: any Parker) -> Bool {
    sleeper.withLock { sleeper in
      sleeper = parker
      hasSleeper.store(true, ordering: .sequentiallyConsistent)
    }
    if isEmpty { return true }
    _ = takeSleeper()
    return false
  }

  func wakesNoMore() { _ = takeSleeper() }

  var count: Int {
    words.reduce(0) { $0 + $1.bits.load(ordering: .relaxed).nonzeroBitCount }
  }

  var isEmpty: Bool {
    words.allSatisfy { $0.bits.load(ordering: .sequentiallyConsistent) == 0 }
  }

  /// What is queued at one end: woken by a message, it puts that end on the list.
  final class Entry: Parker {
    private let list: ReadyList
    private let index: Int

    init(_ list: ReadyList, _ index: Int) {
      self.list = list
      self.index = index
    }

    func wake() { list.insert(index) }
  }
}
