internal import CInprocPlatform

/// Looks again and again, for a short time, before a call stands in line: about a microsecond with
/// pauses, for another core that is about to act, then up to 25 while others of this core may run.
/// The kernel takes up to 44 to put a thread to sleep and wake it.
///
/// - Parameters:
///   - deadline: when the call's time is over.
///   - isThere: what it waits for; looks without a lock, and changes nothing.
/// - Returns: whether that came.
func lookAgain(until deadline: ContinuousClock.Instant?, _ isThere: () -> Bool) -> Bool {
  for _ in 0..<32 {
    if isThere() { return true }
    inproc_pause()
  }
  let budget = ContinuousClock.now + .microseconds(25)
  let end = deadline.map { min($0, budget) } ?? budget
  repeat {
    inproc_yield()
    if isThere() { return true }
  } while ContinuousClock.now < end
  return false
}
