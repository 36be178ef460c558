/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return mix64(state)
  }

  /// A number from 0 up to a bound that is not negative.
  mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }
}

/// A policy whose choices can be printed as a schedule.
package protocol SamplingPolicy: SchedulePolicy {
  /// What was chosen, wherever there was a choice.
  var choices: [Int] { get }
  /// How many places there were where it was asked.
  var length: Int { get }
  /// How many threads there were to choose among, in all.
  var threads: Int { get }
}

/// What was chosen in a run.
struct ChoiceLog {
  private(set) var choices: [Int] = []
  private(set) var length = 0
  private(set) var threads = 1

  mutating func add(_ choice: Int, _ point: ChoicePoint) {
    length += 1
    threads = max(threads, 1 + (point.candidates.max() ?? 0))
    if point.candidates.count > 1 { choices.append(choice) }
  }
}

/// Another thread at each choice, in order of creation.
final class RoundRobinPolicy: SamplingPolicy {
  private var log = ChoiceLog()
  private var last = -1
  var choices: [Int] { log.choices }
  var length: Int { log.length }
  var threads: Int { log.threads }
  var choosesBeforeCommands: Bool { true }

  func choose(_ point: ChoicePoint) -> Int? {
    let threads = point.candidates.filter { $0 != ChoicePoint.timer }
    let choice = threads.first { $0 > last } ?? threads.first ?? point.usual
    last = choice
    log.add(choice, point)
    return choice
  }

  func finish(state: UInt64) {}
}

/// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized
/// scheduler with probabilistic guarantees of finding bugs", 2010): each thread has a random
/// priority and the highest runs; at `depth` - 1 random places the one that runs is put below all.
///
/// In a program of n threads and k places, an error that takes `depth` orderings is met in one run
/// with a probability of at least 1 / (n · k^(depth - 1)).
final class PriorityPolicy: SamplingPolicy {
  private var log = ChoiceLog()
  private var random: SplitMix
  /// Ascending.
  private var changes: [Int]
  private var priorities: [Int: UInt64] = [:]
  private var lowest: UInt64
  var choices: [Int] { log.choices }
  var length: Int { log.length }
  var threads: Int { log.threads }
  var choosesBeforeCommands: Bool { true }

  /// - Parameters:
  ///   - depth: how many orderings the error takes that is looked for, at least 1.
  ///   - length: about how many places a run has.
  ///   - seed: other seeds give other runs.
  init(depth: Int, length: Int, seed: UInt64) {
    var random = SplitMix(seed: seed)
    changes = (1..<max(2, depth)).map { _ in random.below(length) }.sorted()
    if depth < 2 { changes = [] }
    lowest = UInt64(changes.count)
    self.random = random
  }

  func choose(_ point: ChoicePoint) -> Int? {
    // Above all that a change point gives.
    for thread in point.candidates where priorities[thread] == nil {
      priorities[thread] = random.next() | 1 << 63
    }
    var choice = highest(point)
    while let first = changes.first, first <= log.length {
      changes.removeFirst()
      priorities[choice] = lowest
      lowest -= 1
      choice = highest(point)
    }
    log.add(choice, point)
    return choice
  }

  private func highest(_ point: ChoicePoint) -> Int {
    point.candidates.max { (priorities[$0] ?? 0, $1) < (priorities[$1] ?? 0, $0) } ?? point.usual
  }

  func finish(state: UInt64) {}
}

/// Partial order sampling (Yuan, Yang, Gu, "Partial order aware concurrency sampling", 2018): each
/// command that is about to run has a random priority and the highest runs; commands that touch the
/// same then get new ones. So orders that can't differ are not sampled more often than others.
final class PartialOrderPolicy: SamplingPolicy {
  private struct Pending {
    var priority: UInt64
    var touches: [SharedObject]
  }
  private var log = ChoiceLog()
  private var random: SplitMix
  private var pending: [Int: Pending] = [:]
  var choices: [Int] { log.choices }
  var length: Int { log.length }
  var threads: Int { log.threads }
  var choosesBeforeCommands: Bool { true }
  var asksWhatComes: Bool { true }

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  func choose(_ point: ChoicePoint) -> Int? {
    // One that could not run before meets what has changed meanwhile.
    pending = pending.filter { point.candidates.contains($0.key) }
    for (index, thread) in point.candidates.enumerated() {
      let touches = index < point.comingUp.count ? point.comingUp[index] : []
      if pending[thread] == nil {
        pending[thread] = Pending(priority: random.next(), touches: touches)
      }
      pending[thread]?.touches = touches
    }
    let choice =
      point.candidates.max {
        (pending[$0]?.priority ?? 0, $1) < (pending[$1]?.priority ?? 0, $0)
      } ?? point.usual
    let done = pending.removeValue(forKey: choice)?.touches ?? []
    for thread in point.candidates where thread != choice {
      if let other = pending[thread]?.touches, races(done, other) {
        pending[thread]?.priority = random.next()
      }
    }
    log.add(choice, point)
    return choice
  }

  /// Whether two commands may touch the same; one of which nothing is known may touch anything.
  private func races(_ one: [SharedObject], _ other: [SharedObject]) -> Bool {
    one.isEmpty || other.isEmpty || one.contains(.everything) || other.contains(.everything)
      || one.contains(where: other.contains)
  }

  func finish(state: UInt64) {}
}
