internal import CInprocPlatform

/// Time as a duration since a fixed instant. An instant of the continuous clock has a size that is known
/// at run time only, and so would every type that stores one.
enum ElapsedTime {
  // On Linux a call of the kernel's clock, which takes half as long as the runtime's.
  #if os(Linux) && compiler(>=6.3)
    /// The clock's origin.
    static let start = ContinuousClock().systemEpoch
    static var now: Duration { .nanoseconds(inproc_continuous_nanoseconds()) }
  #else
    /// An instant of this process.
    static let start = ContinuousClock.now
    static var now: Duration { start.duration(to: .now) }
  #endif
}

extension Scheduler {
  package var elapsedTime: Duration { ElapsedTime.start.duration(to: now) }
}

extension SystemScheduler {
  package var elapsedTime: Duration { ElapsedTime.now }
}
