internal import CInprocCore
internal import CInprocPlatform

/// Spins until a condition holds, for a short time before a thread sleeps: about a microsecond with pauses,
/// for another core that is about to act, then up to 25 µs with yields, for threads on this core. The
/// kernel takes up to 44 µs to put a thread to sleep on one core and wake it from another. On a machine
/// that is busy with other work it does not yield, because a yield would return after milliseconds
/// (`inproc_yield.c`).
///
/// - Parameters:
///   - failures: the count of consecutive failed spins, for the back-off. If all threads share one core
///     pausing always fails, because it keeps the core from the thread that it waits for.
///   - deadline: when the call's time is over; a fixed one.
///   - isThere: the condition. It takes no lock and changes nothing.
/// - Returns: whether the condition holds.
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
  // The first time without reading the clock: if both threads share a core, one yield is enough.
  if !inproc_yield() { return false }
  if isThere() { return true }
  let end = inproc_nanoseconds() + deadline.budget(25_000)
  repeat {
    if !inproc_yield() { return false }
    if isThere() { return true }
  } while inproc_nanoseconds() < end
  return false
}

/// Batching window: waits up to 3 µs for more messages, or more room, so that one transfer of a cache line
/// serves many. Taking each message as it appears would transfer the same lines between cores for each
/// one. Reading the amount transfers them, too, so it reads seldom: after the time that the missing ones
/// need at least.
///
/// - Parameters:
///   - failures: the count of consecutive windows in which no more came, for the back-off. If each thread
///     waits for the other's answer none does.
///   - target: the amount at which the window ends.
///   - amount: reads the amount.
/// - Returns: whether more came, which shows that another core is active.
@inline(__always) @discardableResult
func coalesce(
  _ failures: UnsafeMutablePointer<UInt32>, upTo target: Int, _ amount: () -> Int
) -> Bool {
  guard inproc_backoff_allows(failures, 1024) else { return false }
  let first = amount()
  var seen = first
  // A pause takes 24 ns, a message 9 ns. Between distant cores half a microsecond shows nothing new.
  let pauses = max(8, target * 3 / 8)
  var (left, leftWithoutChange) = (144, 24)
  while seen < target, left > 0 {
    for _ in 0..<pauses { inproc_pause() }
    left -= pauses
    leftWithoutChange -= pauses
    let now = amount()
    if now > seen {
      leftWithoutChange = 24
    } else if leftWithoutChange <= 0 {
      return false
    }
    seen = now
  }
  inproc_backoff_reset(failures)
  return seen > first
}
