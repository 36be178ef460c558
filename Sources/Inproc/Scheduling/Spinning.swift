internal import CInprocCore
internal import CInprocPlatform

/// Looks again and again, for a short time, before a thread sleeps: about a microsecond with pauses,
/// for another core that is about to act, then up to 25 while others of this core may run. The
/// kernel takes up to 44 to put a thread to sleep on one core and wake it from another. On a machine
/// that is busy with other work nobody is let run that way: the turn would come back after
/// milliseconds (`inproc_yield.c`).
///
/// - Parameters:
///   - failures: counts how often pausing was in vain, for the next time. Where all share one core it
///     always is, and a pause that keeps the core from who it waits for is given up.
///   - deadline: when the call's time is over; a fixed one.
///   - isThere: what it waits for; looks without a lock, and changes nothing.
/// - Returns: whether that came.
@inline(__always)
func spin(
  _ failures: UnsafeMutablePointer<UInt32>, until deadline: Deadline,
  _ isThere: () -> Bool
) -> Bool {
  if inproc_backoff_allows(failures, 256) {
    for _ in 0..<32 {
      if isThere() {
        inproc_backoff_reset(failures)
        return true
      }
      inproc_pause()
    }
  }
  // Once without a look at the clock: where both share a core that is all it takes.
  if !inproc_yield() { return false }
  if isThere() { return true }
  let end = inproc_nanoseconds() + deadline.budget(25_000)
  repeat {
    if !inproc_yield() { return false }
    if isThere() { return true }
  } while inproc_nanoseconds() < end
  return false
}

/// Lets more than one come, where more are coming: as long as their number grows, up to a target and
/// for three microseconds. Taking each one as it appears would pull the same cache lines from core to
/// core for each; a whole batch takes them once. A look between takes them, too, so there are few:
/// each after the time that the rest needs at least.
///
/// - Parameters:
///   - failures: counts how often nothing more came, for the next time. Where each waits for the
///     other's answer nothing does, and only a try now and then delays it.
///   - target: how many are enough.
///   - amount: how many are there.
/// - Returns: whether more came, so that another core is at work.
@inline(__always) @discardableResult
func coalesce(
  _ failures: UnsafeMutablePointer<UInt32>, upTo target: Int, _ amount: () -> Int
) -> Bool {
  guard inproc_backoff_allows(failures, 1024) else { return false }
  let first = amount()
  var seen = first
  // A pause is 24 ns, a message 9. Where cores are far apart half a microsecond shows nothing new.
  let pauses = max(8, target * 3 / 8)
  var (left, patience) = (144, 24)
  while seen < target, left > 0 {
    for _ in 0..<pauses { inproc_pause() }
    left -= pauses
    patience -= pauses
    let now = amount()
    if now > seen {
      patience = 24
    } else if patience <= 0 {
      return false
    }
    seen = now
  }
  inproc_backoff_reset(failures)
  return seen > first
}
