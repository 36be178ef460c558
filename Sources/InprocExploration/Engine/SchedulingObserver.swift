/// Is told what a scheduler of one run does with its threads, each by its number in the order of
/// creation. Only whoever has the turn calls it.
package protocol SchedulingObserver: AnyObject, Sendable {
  /// A thread begins to wait.
  func blocked(_ thread: Int)
  /// A thread that waited has the turn again.
  func wentOn(_ thread: Int)
  /// The clock has ended a thread's wait.
  func timerFired(_ thread: Int)
  /// The turn goes to another thread.
  func switched(from thread: Int, to next: Int, _ reason: SwitchReason)
}

/// Why the turn left a thread.
package enum SwitchReason: String, Hashable, Sendable {
  /// It waits for something that others bring about, or for a timer.
  case waited
  case ended
  /// It sleeps, with or without a time.
  case slept
  /// It was told `would-block` and lets others go.
  case wouldBlock = "would-block"
  /// It could have gone on; the schedule chose another.
  case preempted
}
