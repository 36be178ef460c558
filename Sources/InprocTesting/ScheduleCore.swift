internal import Inproc
internal import InprocExploration

/// The scheduler of one run, as the library sees it: the virtual one, asked before each operation.
///
/// Apart from what is guarded, all state belongs to whoever has the turn, which is what makes the
/// unchecked Sendable right.
final class ScheduleCore: Scheduler, @unchecked Sendable {
  let virtual: VirtualScheduler
  private let policy: DivergenceChecker
  let settings: ExplorationSettings
  private let watchdog: StallWatchdog
  let log: InterleavingLog?
  /// By the identity of the OS thread that runs them now.
  private let running = Guarded<[UInt: ThreadRecord]>([:])
  private(set) var threads: [ThreadRecord] = []
  /// What each thread was doing when none could go on.
  private(set) var deadlock: [String]?
  /// Why the system has refused to start a thread, if it has: then the run says nothing.
  private(set) var refusal: InprocError?
  /// Nothing may be switched: the runtime calls back with a lock held.
  private var isUninterrupted = false

  init(
    pool: ThreadPool, policy: DivergenceChecker, settings: ExplorationSettings,
    watchdog: StallWatchdog,
    log: InterleavingLog?
  ) {
    virtual = VirtualScheduler(
      pool: pool, policy: policy, isRacing: settings.timers == .racing,
      hasCheckpoints: settings.checkpoints, wakesByState: !settings.checkpoints)
    virtual.observer = log
    self.policy = policy
    self.settings = settings
    self.watchdog = watchdog
    self.log = log
  }

  // MARK: The library's seam

  var now: ContinuousClock.Instant { virtual.now }
  var allowsTasks: Bool { current?.host != nil }
  var hasCheckpoints: Bool { true }
  var allowsElimination: Bool { settings.allowsElimination }

  func currentThread() throws(InprocError) -> any ThreadParker { try virtual.currentThread() }

  func checkpoint(_ point: Checkpoint) {
    guard settings.checkpoints, !isUninterrupted, current != nil else { return }
    if point == .moving { watchdog.noteMeeting() }
    virtual.checkpoint(point)
  }

  func wait(until isSo: @escaping () -> Bool) -> Bool {
    if isUninterrupted || current == nil { return false }
    return virtual.wait(until: isSo)
  }

  func spawn(name: String, _ body: @escaping @Sendable () -> Void) throws(InprocError) {
    try start(name: name, isBackground: false) { _ in body() }
  }

  func alarm(
    at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void
  ) -> any Alarm {
    guard let host = current?.host else { return ClockAlarm(at: instant, of: .continuous, action) }
    return host.alarm(at: instant, action)
  }

  func begin(_ operation: Operation) throws(InprocError) {
    let me = try choosing(operation.resources)
    if me.operationsTooMany > 0 { throw overdue() }
    access(operation)
    me.activity = .operation(operation)
    watchdog.note(me.name, operation)
    log?.began(me.number, operation.text)
  }

  func end(_ operation: Operation, _ result: Result<any Sendable, InprocError>) {
    guard let me = current, !virtual.isAborting else { return }
    me.activity = nil
    if let log { log.ended(me.number, operation.verb.rawValue, result.text) }
    guard operation.isPoll(result) else {
      me.lastPoll = nil
      return
    }
    if let last = me.lastPoll, last == (operation.verb, operation.endpoints) {
      // It asks again and again: without letting others go, it would for ever.
      virtual.yield()
      forgetTurn()
    }
    me.lastPoll = (operation.verb, operation.endpoints)
  }

  // MARK: Choosing

  /// The thread of the schedule that calls.
  var current: ThreadRecord? { running.withLock { $0[threadIdentity()] } }

  /// The calling thread, once the schedule has let it go on to touch these objects; none where that
  /// is not known.
  func choosing(_ objects: [Resource] = []) throws(InprocError) -> ThreadRecord {
    guard let me = current else {
      throw InprocError(
        .foreignThread,
        "this thread is not part of the schedule; start it with 'scheduler.spawn', a task with "
          + "'scheduler.task'")
    }
    if virtual.wantsLookahead { virtual.noteNextAccesses(objects) }
    if !virtual.isAborting { virtual.choose() }
    if virtual.isAborting {
      me.operationsTooMany += 1
      if me.operationsTooMany > 100_000 { stopForGood(me) }
    }
    return me
  }

  func overdue() -> InprocError {
    InprocError(.interrupted, "the schedule has ended this run; let the thread end too")
  }

  /// A thread that does not end: it is left asleep, so that it does not take a core for ever.
  private func stopForGood(_ me: ThreadRecord) {
    watchdog.finish(.failure(.neverEnds(me.name, policy.schedule.description)))
    while true { _ = Signal().wait() }
  }

  /// The virtual scheduler takes a thread's first choice for made when it starts or goes on; but what
  /// the body does before its next call can be seen by others too.
  func forgetTurn() {
    if settings.sharing == .anything { virtual.choose() }
  }

  private func access(_ operation: Operation) {
    // What concerns a whole registry, concerns all its endpoints.
    for object in operation.resources {
      virtual.access(object, writes: object == .everything || !operation.isQuery)
    }
  }

  /// A choice of the body's own making: others may see anything that comes after it.
  func choose(_ text: String) throws(InprocError) {
    let me = try choosing()
    if virtual.isAborting { throw overdue() }
    virtual.access(.everything, writes: true)
    log?.noted(me.number, text)
  }

  /// A choice that is no call of the body's.
  func chooseSilently() { virtual.choose() }

  func yield() throws(InprocError) {
    guard let me = current else { return _ = try choosing() }
    if virtual.isAborting { throw overdue() }
    log?.noted(me.number, "yield")
    virtual.yield()
    forgetTurn()
  }

  /// What is done in this run does not tell which orders can differ.
  func disableReduction() { policy.disableReduction() }

  /// Keeps the turn while the runtime runs callbacks under a lock of its own.
  func withoutSwitches(_ body: () -> Void) {
    virtual.awaitFreeLocks()
    isUninterrupted = true
    body()
    isUninterrupted = false
  }

  // MARK: Threads

  /// Runs the first thread, and returns when all have ended.
  func run(_ body: @escaping @Sendable (ThreadRecord) -> Void) {
    virtual.onDeadlock = { [unowned self] in
      deadlock = threads.map { "\($0.name) \($0.status)" }
    }
    let record = add(name: "main", isBackground: false)
    let first = Once(body)
    do throws(InprocError) {
      try virtual.run(name: record.name) { [self] parker in live(record, parker, first) }
    } catch {
      refusal = error
    }
  }

  @discardableResult
  func start(
    name: String, isBackground: Bool, _ body: @escaping @Sendable (ThreadRecord) -> Void
  ) throws(InprocError) -> ThreadRecord {
    let me = try choosing()
    if virtual.isAborting { throw overdue() }
    let record = add(name: name, isBackground: isBackground)
    virtual.access(.thread(record.name), writes: true)
    log?.noted(me.number, "spawn \(record.name)")
    let once = Once(body)
    do throws(InprocError) {
      record.parker = try virtual.start(name: record.name) { [self] parker in
        live(record, parker, once)
      }
    } catch {
      threads.removeLast()
      refusal = error
      throw error
    }
    return record
  }

  private func add(name: String, isBackground: Bool) -> ThreadRecord {
    var unique = name
    var count = 1
    while threads.contains(where: { $0.name == unique }) {
      count += 1
      unique = "\(name)\(count)"
    }
    let record = ThreadRecord(number: threads.count, name: unique, isBackground: isBackground)
    threads.append(record)
    log?.named(record.number, unique)
    return record
  }

  private func live(
    _ record: ThreadRecord, _ parker: any ThreadParker,
    _ body: Once<@Sendable (ThreadRecord) -> Void>
  ) {
    record.parker = parker
    running.withLock { $0[threadIdentity()] = record }
    if settings.allowsElimination { waitForLocks(through: self) }
    defer { if settings.allowsElimination { waitForLocks(through: nil) } }
    forgetTurn()
    // What the body holds is released here, while the thread has the turn, and nowhere later.
    body.take()?(record)
    if !virtual.isAborting {
      log?.noted(record.number, record.error == nil ? "ends" : "ends with an error")
    }
    virtual.access(.thread(record.name), writes: true)
    record.isFinished = true
    for joining in record.joining { joining.wake() }
    record.joining = []
    _ = running.withLock { $0.removeValue(forKey: threadIdentity()) }
  }

  /// Every wait ends, and nothing is chosen any more.
  func abort() {
    virtual.awaitFreeLocks()
    virtual.abort()
  }
  var isAborting: Bool { virtual.isAborting }
}

extension Operation {
  fileprivate var resources: [Resource] {
    endpoints.isEmpty ? [.everything] : endpoints.map { .endpoint($0.description) }
  }
}

/// A value that is given out once.
final class Once<Value: Sendable>: Sendable {
  private let value: Guarded<Value?>
  init(_ value: Value) { self.value = Guarded(value) }

  func take() -> Value? {
    value.withLock { value in
      defer { value = nil }
      return value
    }
  }
}
