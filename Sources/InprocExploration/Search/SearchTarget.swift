/// What is run again and again by a search: a scenario, or a Swift body.
package protocol SearchTarget {
  /// What one run came to.
  associatedtype Run
  associatedtype Failure

  /// Asks for one more run, which is counted if it is allowed.
  ///
  /// - Parameter progress: how far the search is, in words.
  /// - Returns: whether the run is allowed.
  mutating func allowsRun(_ progress: @autoclosure () -> String) -> Bool
  /// Runs once under a policy.
  mutating func perform(_ policy: any SchedulePolicy) -> PerformedRun<Run>

  /// Whether a run ended before its threads did, so that what they would have done is not known.
  func endedEarly(_ run: Run) -> Bool
  /// Whether a run is a failure with which the search is over.
  func endsSearch(_ run: Run) -> Bool
  /// Takes what a run came to.
  ///
  /// - Parameters:
  ///   - run: what it came to.
  ///   - policy: what chose in it.
  /// - Returns: whether the search is to end here.
  mutating func add(_ run: Run, under policy: any RepeatablePolicy) -> Bool
  /// Takes a circle of steps that can't be left for the end of a run.
  mutating func add(_ livelock: Livelock)

  /// The failure that was found, if one was.
  var failure: Failure? { get set }
  /// How many schedules were run that differ, at least.
  var schedules: Int { get }
  /// Runs that were counted come again.
  mutating func startCounting()
  /// All that was found is forgotten, since the search begins again in another way.
  mutating func startAnew()
}

/// How a run ended, for a search.
package enum PerformedRun<Run> {
  case ended(Run)
  /// The policy has ended it as a repetition.
  case pruned
  /// A limit has ended it, and the search with it.
  case stopped
}
