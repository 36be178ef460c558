package import Inproc
package import InprocExploration
internal import Synchronization

/// Where the lines of a session go.
package protocol SessionOutput: Sendable {
  /// A result or error line of a command; the thread is nil for `main`.
  func line(_ line: ResultLine, thread: String?)
  /// `main` is about to run this statement of the typed text. Statements in blocks are not
  /// reported.
  func begins(_ statement: Statement)
  /// Prints text that is not a result, such as that of `help`.
  func text(_ text: String)
  /// A spawned thread ended with this; an error was printed already.
  func threadFailed(_ failure: Failure)
  /// A spawned thread ran `quit`.
  func threadQuit()
}

extension SessionOutput {
  package func begins(_ statement: Statement) {}
  package func threadFailed(_ failure: Failure) {}
  package func threadQuit() {}
}

/// Runs statements: keeps the handles and threads by name, and calls the library.
package final class Session: Sendable {
  /// How a session differs between its uses.
  package struct Options: Sendable {
    /// An error of `main`, or a mismatch, ends the whole run: files, `-c`, standard input.
    package var endsRunOnFailure = true
    package var maximumSteps = 1_000_000
    /// What the run may take of the machine; nil for as much as it takes.
    package var limits: RunLimits?
    /// Which files `source` may read; nil for all that the user may.
    package var root: SourceRoot?
    /// Receives what the threads do; nil for no observer.
    package var observer: (any SessionObserver)?
    /// Whether the run ends, and says nothing about the scenario, if the system refuses to start a
    /// thread; so it is in a replay. Otherwise `spawn` gives `limit`.
    package var endsRunWithoutThreads = false
    package init() {}
  }

  package static let maximumThreads = 1_000
  package static let maximumSourceDepth = 32

  struct Table {
    var entries: [String: TableEntry] = [:]
    /// Those that were not joined, by their number.
    var unjoined: [Int: SessionThread] = [:]
    /// Those that were spawned and have not ended, by their number. A file can leave any number of
    /// threads unjoined, and only so many alive.
    var live: [Int: SessionThread] = [:]
    /// Joined ones that had something to observe.
    var observers: [SessionThread] = []
    /// Those in a `join`, by their number, to be woken when a thread ends.
    var joiners: [Int: any RunParker] = [:]
    var handlesMade = 0
    /// The handles that were ever connected to a bidirectional endpoint, as errors name them.
    var clients: [Client.ID: ConnectedHandle] = [:]
    var threadsMade = 0
    /// By prefix of default names: no lower number is free.
    var lowestFree: [String: Int] = [:]

    /// Those that were not joined, in the order of creation. O(*n* log *n*).
    var threads: [SessionThread] { unjoined.values.sorted { $0.number < $1.number } }
  }

  /// What stays known of a client after its handle is closed.
  struct ConnectedHandle {
    var name: String
    var isBidirectional: Bool
  }

  /// How a run has ended, as far as it has.
  struct Record {
    var failure: Failure?
    var deadlock: [ThreadSituation]?
    var hasQuit = false
    var threadFailures: [(thread: SessionThread, failure: Failure)] = []
    /// What the system has refused, if the run can't go on without it.
    var hindrance: String?
    /// Whether the run was stopped from outside, before its end.
    var wasStopped = false
    /// The lines at which a `choose` took one of several frames because no schedule chose.
    var untriedChoices: Set<Int> = []
  }

  package let registry: Registry
  package let scheduler: any RunScheduler
  /// Receives the steps and lets a schedule choose; nil if the kernel chooses.
  let tracker: (any StepTracker)?
  let output: any SessionOutput
  let options: Options
  let observer: (any SessionObserver)?
  let main: SessionThread
  let shared = SharedVariables()
  /// What was defined, by name.
  let definitions = Guarded<[String: Definition]>([:])
  /// The conditions of the scenario that runs.
  private let directives = Guarded(Directives())
  let table: Guarded<Table>
  let record = Guarded(Record())
  private let steps = Atomic<Int>(0)
  /// Ctrl-C: ends the line that `main` runs, through every `try`.
  let lineInterrupted = Atomic(false)
  /// Threads that wait are left at the end: the text is a screen that ends in a prompt.
  private let leavesWaiting = Atomic(false)
  /// Before what was typed at an `inproc>` of the text, all other threads run as far as they can.
  let pausesAtPrompts = Atomic(false)
  /// Errors of threads that the text shows, and that no `join` has to expect.
  private let shownErrors = Guarded<Set<ThreadError>>([])

  package init(
    scheduler: any RunScheduler, output: any SessionOutput, options: Options, file: String
  ) {
    self.scheduler = scheduler
    tracker = scheduler.stepTracker
    self.output = output
    self.options = options
    registry = Registry(scheduler: scheduler)
    main = SessionThread(
      name: "main", number: 0, parent: nil, file: file, shared: shared, limits: options.limits)
    main.status.withLock { $0.file = file }
    var table = Table()
    table.entries["main"] = .thread(main)
    table.unjoined = [0: main]
    table.threadsMade = 1
    self.table = Guarded(table)
    observer = options.observer
    observer?.began(self)
    observer?.threadStarted(main)
  }

  // MARK: Running a whole text

  /// Runs a text from its first statement to the end of its last thread.
  package func run(_ script: Script) -> RunResult {
    noticeDeadlocks()
    show(script.threadErrors)
    pausesAtPrompts.store(script.pausesAtPrompts, ordering: .relaxed)
    main.body = Block(statements: script.statements)
    directives.withLock { $0 = script.directives }
    define(in: script.statements)
    do {
      try scheduler.run(name: "main") { [self] parker in
        main.status.withLock { $0.parker = parker }
        Executor(session: self, thread: main).runToEnd(script)
      }
    } catch {
      record.withLock { $0.hindrance = error.description }
    }
    return result
  }

  /// What holds after each write of a shared variable.
  var always: [Condition] { directives.withLock { $0.always } }
  /// What holds at a normal end.
  var finally: [Condition] { directives.withLock { $0.finally } }

  /// From here on a deadlock ends the run.
  private func noticeDeadlocks() {
    scheduler.onDeadlock = { [unowned self] in
      if leavesWaiting.load(ordering: .acquiring) { return self.scheduler.abort() }
      var threads = situations(but: nil as String?)
      // Most deadlocks of an exploration are never explained, so this is done only for an observer.
      if observer?.keepsResults == true { threads = addEnders(to: threads) }
      record.withLock { $0.deadlock = threads }
      if options.endsRunOnFailure { self.scheduler.abort() }
    }
  }

  /// The result so far.
  var result: RunResult {
    let record = record.withLock { $0 }
    let threads = table.withLock { $0.threads + $0.observers }
    // The failures that no `join` has expected or caught.
    let unacknowledged = record.threadFailures
      .filter { failed in !failed.thread.status.withLock { $0.isAcknowledged } }
      .map(\.failure)
      .filter { !isShown($0) }
    let observed = ([main] + threads.filter { !$0.isMain }.sorted { $0.name < $1.name })
      .flatMap(\.observed)
    return RunResult(
      failure: record.failure, deadlock: record.deadlock, threadFailures: unacknowledged,
      hasQuit: record.hasQuit, observed: observed,
      results: ([main] + threads.filter { !$0.isMain }.sorted { $0.name < $1.name })
        .filter { !$0.results.isEmpty }
        .map { "\($0.name): " + $0.results.joined(separator: ", ") }.joined(separator: "; "),
      steps: steps.load(ordering: .relaxed), hindrance: record.hindrance,
      wasStopped: record.wasStopped, untriedChoices: record.untriedChoices.sorted())
  }

  /// Whether the text itself shows that this thread fails so.
  private func isShown(_ failure: Failure) -> Bool {
    guard let error = failure.error else { return false }
    let shown = ThreadError(thread: failure.thread, code: error.code.rawValue)
    return shownErrors.withLock { $0.contains(shown) }
  }

  /// Makes errors of threads that the text itself shows no failures of the run.
  func show(_ errors: Set<ThreadError>) { shownErrors.withLock { $0.formUnion(errors) } }

  /// Starts `main` of a session whose commands come one after the other, and which ends with the
  /// first failure.
  ///
  /// - Throws: `.invalidValue` if the system has no thread left.
  func startStreamedMain(_ free: FreeScheduler) throws(InprocError) -> JobThread {
    noticeDeadlocks()
    pausesAtPrompts.store(true, ordering: .relaxed)
    let serving = try free.startServing(name: "main")
    main.status.withLock { $0.parker = serving.parker }
    return serving
  }

  /// From now on the end of the text waits only for threads that can end.
  func leaveWaiting() { leavesWaiting.store(true, ordering: .releasing) }

  // MARK: What executors share

  func situations(but thread: SessionThread?) -> [ThreadSituation] {
    situations(but: thread?.name)
  }

  /// What a thread is doing, by its number in the order of creation.
  func situation(ofThread number: Int) -> ThreadSituation? {
    table.withLock { $0.threads }.first { $0.number == number }?.situation
  }

  private func situations(but name: String?) -> [ThreadSituation] {
    table.withLock { $0.threads }.filter { $0.name != name }.map(\.situation)
  }

  /// The failure with what the other threads are doing: of many, those that have not ended.
  func withOthers(_ failure: Failure) -> Failure {
    var failure = failure
    let threads = table.withLock { table in
      table.unjoined.count <= Self.maximumOthers
        ? table.threads
        : [main] + table.live.values.sorted { $0.number < $1.number }.prefix(Self.maximumOthers)
    }
    let others = threads.filter { $0.name != failure.thread }.prefix(Self.maximumOthers)
    failure.others = others.map(\.situation)
    failure.othersLeftOut = table.withLock { $0.unjoined.count } - 1 - others.count
    return failure
  }

  /// The most other threads that a failure lists: a report of a thousand threads helps nobody.
  private static let maximumOthers = 100

  /// Counts a step. Returns false if the run may make no further one.
  func countStep() -> Bool {
    steps.wrappingAdd(1, ordering: .relaxed).newValue <= options.maximumSteps
  }

  /// Whether the limits are to be checked again: after a number of steps, or once much was
  /// allocated.
  var isLimitCheckDue: Bool {
    guard let limits = options.limits else { return false }
    return limits.isCheckDue || limits.passed != nil
      || steps.load(ordering: .relaxed) & limits.stepsBetweenChecks == 0
  }

  /// Ends the run with a failure. Only the first such failure is reported.
  func endRun(with failure: Failure) {
    let failure = withOthers(failure)
    record.withLock { record in
      if record.failure == nil && record.deadlock == nil { record.failure = failure }
    }
    scheduler.abort()
  }

  /// Ends a run that says nothing about the scenario, because the system has refused something.
  func endRun(hinderedBy hindrance: String) {
    record.withLock { record in
      if record.hindrance == nil { record.hindrance = hindrance }
    }
    scheduler.abort()
  }

  /// Ends the run early, because its caller has stopped it.
  func stopRun() {
    record.withLock { $0.wasStopped = true }
    scheduler.abort()
  }

  /// Ends the run at a limit that no running thread may notice, as an error of the statement that
  /// `main` is in.
  func endRunAtLimit() {
    guard let passed = options.limits?.passed else { return }
    let status = main.status.withLock { $0 }
    var failure = Failure(
      kind: .error(passed), thread: main.name, file: status.file,
      range: status.statement?.range ?? SourceRange(line: 1, column: 1, length: 1),
      command: status.statement?.text ?? "join")
    failure.isOfLimits = true
    endRun(with: failure)
  }

  func quit() {
    record.withLock { $0.hasQuit = true }
    scheduler.abort()
  }
}
