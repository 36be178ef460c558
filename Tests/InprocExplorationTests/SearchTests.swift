import InprocExploration
import Testing

@Suite("Searching", .timeLimit(.minutes(1)))
struct SearchTests {
  @Test("the set of ends forgets none, and says so where it has no room for more")
  func ends() {
    let ends = EndStates(limit: 40_000)
    for state in 0..<40_000 as Range<UInt64> { #expect(ends.insert(state &* 0x10001) == .new) }
    for state in 0..<40_000 as Range<UInt64> {
      #expect(ends.insert(state &* 0x10001) == .repetition)
    }
    #expect(!ends.hasOverflowed)
    #expect(ends.insert(.max) == .unknown)
    #expect(ends.hasOverflowed)
  }

  @Test(
    "strategies are read as they are written", arguments: ["random", "pct:5", "pos", "round-robin"])
  func names(_ text: String) { #expect(SamplingStrategy(text)?.description == text) }

  @Test("what is no strategy is refused", arguments: ["", "pct", "pct:", "pct:0", "pct:x", "dfs"])
  func refused(_ text: String) { #expect(SamplingStrategy(text) == nil) }

  @Test("every strategy that is registered runs, and its own name reads as it")
  func registered() throws {
    for usage in SamplingStrategy.usages {
      let name = usage.replacing("D", with: "2")
      let strategy = try #require(SamplingStrategy(name))
      #expect(strategy.description == name)
      var sample = Sample(TwoThreads(), strategy, seed: 1, runs: 20)
      sample.run()
      #expect(sample.target.orders.count == sample.runs)
    }
  }

  @Test("a search of two threads with two steps each runs their six orders, simplest first")
  func exhaustive() {
    var search = ExhaustiveSearch(TwoThreads())
    #expect(search.run() == .complete)
    let orders = search.target.orders
    #expect(Set(orders).count == orders.count)
    #expect(
      Set(orders) == [
        [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0],
      ])
    #expect(orders.map(preemptions) == orders.map(preemptions).sorted())
  }

  @Test("a bound leaves out what takes more preemptions, and the search says so")
  func bounded() {
    var plan = ExhaustiveSearch<TwoThreads>.Plan()
    plan.ceiling = 1
    var search = ExhaustiveSearch(TwoThreads(), plan)
    #expect(search.run() == .completeToBound(1))
    #expect(search.target.orders.map(preemptions).max() == 1)
  }

  /// How often a thread was left that had something left to do.
  private func preemptions(_ order: [Int]) -> Int {
    var count = 0
    for index in 1..<order.count where order[index] != order[index - 1] {
      if order[index...].contains(order[index - 1]) { count += 1 }
    }
    return count
  }
}

/// Two threads with two steps each that all depend on each other, as a search runs them.
private struct TwoThreads: SearchTarget {
  var orders: [[Int]] = []
  var failure: Never?
  var schedules: Int { orders.count }

  mutating func allowsRun(_ progress: @autoclosure () -> String) -> Bool { true }

  mutating func perform(_ policy: any SchedulePolicy) -> PerformedRun<[Int]> {
    var left = [2, 2]
    var order: [Int] = []
    var state: UInt64 = 1
    while left != [0, 0] {
      let candidates = left.indices.filter { left[$0] > 0 }
      let current = order.last.flatMap { candidates.contains($0) ? $0 : nil }
      let point = ChoicePoint(
        candidates: candidates, current: current, defaultChoice: current ?? candidates[0],
        state: state)
      guard let choice = policy.prefixChoice() ?? policy.choose(point) else { return .pruned }
      left[choice] -= 1
      order.append(choice)
      state = state * 4 + UInt64(choice) + 1
    }
    policy.finish(state: state)
    return .ended(order)
  }

  func endedEarly(_ run: [Int]) -> Bool { false }
  func endsSearch(_ run: [Int]) -> Bool { false }
  mutating func add(_ run: [Int], under policy: any RepeatablePolicy) -> Bool {
    orders.append(run)
    return false
  }
  mutating func add(_ livelock: Livelock) {}
  mutating func startCounting() {}
  mutating func startAnew() { orders = [] }
}
