internal import Inproc
internal import InprocExploration

/// Runs the jobs of one task, and of the child tasks and actors it calls, on one thread of the
/// schedule: a task executor (SE-0417) that the schedule drives. A task that is suspended is a thread
/// that waits for a job.
///
/// The jobs are guarded, because anything in the process can resume a task; all else belongs to
/// whoever has the turn, which is what makes the unchecked Sendable right.
final class TaskHost: TaskExecutor, @unchecked Sendable {
  private struct Inbox {
    var jobs: [UnownedJob] = []
    /// The run is over: whatever still comes runs where it comes from.
    var isClosed = false
  }
  private unowned let core: ScheduleCore
  private let inbox = Guarded(Inbox())
  private var alarms: [HostAlarm] = []
  private var parker: (any ThreadParker)?
  private var task: Task<Void, Never>?
  private var isFinished = false
  private var isCancelled = false

  init(core: ScheduleCore) { self.core = core }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isLate = inbox.withLock { inbox in
      if !inbox.isClosed { inbox.jobs.append(job) }
      return inbox.isClosed
    }
    if isLate { return job.runSynchronously(on: asUnownedTaskExecutor()) }
    // A thread that is no part of the schedule must not touch what belongs to the turn: then the job
    // waits, and where nothing else happens the run is reported as a deadlock.
    if core.current != nil { parker?.wake() }
  }

  private func nextJob() -> UnownedJob? {
    inbox.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
  }

  /// The task's thread: runs jobs until the task has ended.
  func run(_ record: ThreadRecord, _ body: @escaping @Sendable () async -> Void) {
    parker = record.parker
    let task = Task(executorPreference: self) {
      await body()
      self.isFinished = true
    }
    self.task = task
    if isCancelled { task.cancel() }
    var isFirst = true
    while !isFinished {
      if let job = nextJob() {
        // What ran before has suspended itself: that is a place where others can go on.
        if !isFirst { core.chooseSilently() }
        isFirst = false
        job.runSynchronously(on: asUnownedTaskExecutor())
      } else if !core.isAborting {
        isFirst = true
        parker?.park(in: JobWait(self), until: alarms.map(\.instant).min())
      } else if !isCancelled {
        cancel()
      } else {
        // It waits for something that is no part of the schedule.
        break
      }
    }
    inbox.withLock { $0.isClosed = true }
    self.task = nil
  }

  func cancel() {
    isCancelled = true
    guard let task else { return }
    // The runtime calls cancellation handlers with the task's lock held.
    core.withoutSwitches { task.cancel() }
  }

  func alarm(
    at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void
  ) -> any Alarm {
    let alarm = HostAlarm(instant: instant, action: action)
    alarms.removeAll { $0.isOver }
    alarms.append(alarm)
    return alarm
  }

  fileprivate func ringAlarms() {
    let now = core.now
    let due = alarms.filter { !$0.isOver && $0.instant <= now }
    alarms.removeAll { $0.isOver || $0.instant <= now }
    for alarm in due { alarm.ring() }
  }

  fileprivate var hasJobs: Bool { inbox.withLock { !$0.jobs.isEmpty } }

  /// The wait of a task's thread for the task to be resumed.
  private final class JobWait: Wait {
    private let host: TaskHost
    init(_ host: TaskHost) { self.host = host }

    func end(_ reason: WaitEnd) -> Bool {
      if reason == .timedOut { host.ringAlarms() }
      return true
    }

    var canGoOn: Bool { host.hasJobs }
  }
}

/// A deadline of a task. Belongs to whoever has the turn.
private final class HostAlarm: Alarm, @unchecked Sendable {
  let instant: ContinuousClock.Instant
  private var action: (@Sendable () -> Void)?

  init(instant: ContinuousClock.Instant, action: @escaping @Sendable () -> Void) {
    self.instant = instant
    self.action = action
  }

  var isOver: Bool { action == nil }

  func cancel() { action = nil }

  func ring() {
    let action = action
    self.action = nil
    action?()
  }
}
