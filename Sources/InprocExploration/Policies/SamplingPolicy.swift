/// A policy that picks one schedule of many, and measures its run.
package protocol SamplingPolicy: RepeatablePolicy {
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
    if !point.isOfValues { threads = max(threads, 1 + (point.candidates.max() ?? 0)) }
    if point.candidates.count > 1 { choices.append(choice) }
  }
}
