internal import Inproc
package import InprocExploration

/// Runs scenario files, each in a session and registry of its own.
package struct ScenarioRunner: Sendable {
  /// What is asked for besides what a file says itself.
  package struct Options: Sendable {
    /// In parallel and real time, instead of deterministically.
    package var isFree = false
    /// The most real time of a run, or of a whole search.
    package var timeout: Duration?
    /// The most memory that the process may hold meanwhile; nil for as much as there is.
    package var memory: MemoryLimit?
    /// Which files `source` may read.
    package var sourceScope = SourceScope.everywhere
    /// Picks schedules instead of running all.
    package var strategy: SamplingStrategy?
    /// How many of them.
    package var runs = 1_000
    /// Is told some times a second how far a search is, and nil at its end.
    package var progress: (@Sendable (String?) -> Void)?
    /// Asked before each run of a search; true ends it, as one that did not run all.
    package var isStopped: (@Sendable () -> Bool)?
    package var explores = false
    package var seed: UInt64?
    package var schedule: Schedule?
    package var timers: Directives.Timers?
    package var showsOutcomes = false
    /// Every run is repeated at once, and has to be the same in all that can be seen of it.
    package var checksDeterminism = false
    /// Takes what commands give instead of comparing it.
    package var ledger: ResultLedger?
    package var maximumSchedules = 1_000_000
    package var maximumPreemptions: Int?
    /// A scenario of which not all was run fails.
    package var demandsComplete = false

    package init() {}
  }

  let options: Options
  let pool: ThreadPool
  /// When a search has to be over.
  private let deadline: ContinuousClock.Instant?
  private let isSearch: Bool
  private let searchMemory: SearchMemory?

  /// - Parameters:
  ///   - options: what is asked for besides what a file says itself.
  ///   - pool: where the threads of replays come from.
  package init(_ options: Options = Options(), pool: ThreadPool) {
    self.options = options
    self.pool = pool
    deadline = nil
    isSearch = false
    searchMemory = nil
  }

  /// Runs a text that parsed.
  package func run(_ script: Script, file: String) -> ScenarioResult {
    withDeterminismNote(explained(runUnexplained(script, file: file), script))
  }

  private func runUnexplained(_ script: Script, file: String) -> ScenarioResult {
    let directives = script.directives
    if options.isFree { return runFreely(script, file) }
    if let schedule = options.schedule { return repeatRun(schedule, script, file) }
    if let strategy = options.strategy {
      return ScenarioSample(runner: self, script: script, file: file, strategy: strategy).run()
    }
    if let seed = options.seed { return runOnce(script, file, seed: seed) }
    if options.explores || directives.explores {
      return ScenarioExploration(runner: self, script: script, file: file).run()
    }
    return runOnce(script, file, seed: directives.seed)
  }

  // MARK: The end of a search

  /// The same as a search, with its time running from now on.
  func startingNow() -> ScenarioRunner {
    ScenarioRunner(options, pool, deadline: options.timeout.flatMap { .now.adding($0) })
  }

  private init(_ options: Options, _ pool: ThreadPool, deadline: ContinuousClock.Instant?) {
    self.options = options
    self.pool = pool
    self.deadline = deadline
    searchMemory = options.memory.map { SearchMemory($0) }
    isSearch = true
  }

  /// Whether what the search holds itself leaves too little for further runs.
  func checkMemory() { searchMemory?.check() }

  /// Nothing more is to be run: it was stopped, or its time is over.
  var isOver: Bool {
    options.isStopped?() == true || hasTimedOut || searchMemory?.isUsedUp == true
  }

  var hasTimedOut: Bool { deadline.map { .now >= $0 } ?? false }

  /// What has ended it, as it is typed; nil where nothing has.
  var stopReason: String? {
    if options.isStopped?() == true { return "Ctrl-C" }
    if hasTimedOut, let timeout = options.timeout { return "--timeout \(timeout.inWords)" }
    if let searchMemory, searchMemory.isUsedUp { return "--memory \(searchMemory.limit.text)" }
    return nil
  }

  /// What can be claimed after what was run.
  func verdict(_ evidence: ScenarioResult.Evidence) -> ScenarioResult.Verdict {
    guard options.demandsComplete, case .incomplete(let why) = evidence.verdict else {
      return evidence.verdict
    }
    return .failed(
      Problem(
        file: evidence.file, line: 1, column: 1,
        message: "the search is incomplete, and --complete demands all: \(why)"))
  }

  /// Tells what went wrong in a run under these options.
  func report(_ script: Script, _ file: String, _ schedule: Schedule?) -> FailureReport {
    FailureReport(
      file: file, lines: script.lines, schedule: schedule,
      options: options.repeated(for: script, file))
  }

  // MARK: One run

  /// A run under a policy; nil where the policy has ended it as a repetition.
  func perform(
    _ script: Script, _ file: String, _ policy: any SchedulePolicy,
    recorder: TimelineRecorder? = nil
  ) -> RunResult? {
    options.checksDeterminism && recorder == nil
      ? performTwice(script, file, policy) : performOnce(script, file, policy, recorder)
  }

  func performOnce(
    _ script: Script, _ file: String, _ policy: any SchedulePolicy, _ recorder: TimelineRecorder?
  ) -> RunResult? {
    let (result, isPruned) = performHere(script, file, policy, recorder)
    if isPruned || result.wasStopped { return nil }
    if result.failure?.isOfLimits == true, let searchMemory {
      // Without the run: if there is little left even now, it is not the run that took it.
      searchMemory.check()
      if searchMemory.isUsedUp { return nil }
    }
    return result
  }

  /// Nothing of the session is left when it returns.
  private func performHere(
    _ script: Script, _ file: String, _ policy: any SchedulePolicy, _ recorder: TimelineRecorder?
  ) -> (result: RunResult, isPruned: Bool) {
    let (scheduler, session) = prepare(script, file, policy, recorder)
    var result = session.run(script)
    result.endState = scheduler.endState
    return (result, scheduler.isPruned)
  }

  /// A session for one run under a policy, and what schedules it.
  func prepare(
    _ script: Script, _ file: String, _ policy: any SchedulePolicy, _ recorder: TimelineRecorder?
  ) -> (scheduler: VirtualScheduler, session: Session) {
    let scheduler = VirtualScheduler(pool: pool, policy: policy, isRacing: isRacing(script))
    scheduler.observer = recorder
    let session = session(script, file, scheduler, recorder)
    scheduler.stateHash = { [unowned session] in session.stateHash }
    return (scheduler, session)
  }

  /// Runs one schedule and writes down what happens. A schedule that a run has printed gives that
  /// very run again, so one explores without a timeline and looks at what was found with one.
  package func record(
    _ schedule: Schedule, _ script: Script, file: String, maximumEvents: Int = 100_000
  ) -> (result: RunResult, timeline: Timeline)? {
    let recorder = TimelineRecorder(maximumEvents: maximumEvents)
    return perform(script, file, schedule.policy, recorder: recorder)
      .map { ($0, recorder.timeline) }
  }

  func session(
    _ script: Script, _ file: String, _ scheduler: any RunScheduler,
    _ recorder: TimelineRecorder? = nil
  ) -> Session {
    var settings = Session.Options()
    // Where outcomes are graded, or the scenario observes something in some run, they are what was
    // observed, and nothing else.
    let wantsResults =
      options.showsOutcomes && script.directives.outcomes.isEmpty
      && !script.statements.contains(where: \.observes)
    settings.observer = SessionObservers.joined([
      recorder, options.ledger, wantsResults ? ResultCollector() : nil,
    ])
    settings.endsRunWithoutThreads = true
    if let steps = script.directives.steps { settings.maximumSteps = steps }
    settings.limits = limits
    settings.root = options.sourceScope.root(of: file)
    return Session(scheduler: scheduler, output: DiscardingOutput(), options: settings, file: file)
  }

  /// What one run may take. The time of a search is not that of a run: where it is over, the search
  /// is cut short, and no run is to blame.
  private var limits: RunLimits? {
    let isOver: (@Sendable () -> Bool)? =
      deadline != nil || options.isStopped != nil ? { @Sendable in self.isOver } : nil
    let timeout = isSearch ? nil : options.timeout
    guard options.memory != nil || timeout != nil || isOver != nil else { return nil }
    return RunLimits(memory: options.memory, timeout: timeout, isOver: isOver)
  }

  private func runOnce(_ script: Script, _ file: String, seed: UInt64?) -> ScenarioResult {
    let checksum = Schedule.checksum(script.lines)
    guard let seed else {
      let result = perform(script, file, DefaultPolicy())
      let schedule = Schedule(choices: nil, checksum: checksum)
      return conclude(result, schedule, script, file)
    }
    let policy = RandomPolicy(seed: seed)
    let result = perform(script, file, policy)
    return conclude(result, Schedule(choices: policy.choices, checksum: checksum), script, file)
  }

  private func repeatRun(_ schedule: Schedule, _ script: Script, _ file: String) -> ScenarioResult {
    let policy = schedule.choices.map { RecordedPolicy(choices: $0) }
    let result = perform(script, file, policy ?? DefaultPolicy())
    let fit = ScheduleFit(schedule, of: script, misfit: policy?.misfit)
    var concluded = conclude(result, schedule, script, file, misfit: fit.misfit)
    if result != nil, let note = fit.note { concluded.notes.insert(note, at: 0) }
    return concluded
  }

  /// Whether its timers can fire while threads can run.
  func isRacing(_ script: Script) -> Bool {
    (options.timers ?? script.directives.timers) == .racing
  }

  /// What a search did not try: racing timers, where the file has timers, and commands that come
  /// before others have run, where it is a transcript.
  func timerNotes(_ script: Script) -> [String] {
    guard script.directives.explores || options.explores || options.strategy != nil else {
      return []
    }
    var notes: [String] = []
    if !isRacing(script), script.statements.contains(where: \.usesTimers) {
      notes.append(
        "timers fired only when no thread could run; '--timers racing' explores the rest")
    }
    if script.pausesAtPrompts, script.statements.contains(where: \.spawns) {
      notes.append(
        "what follows an 'inproc>' began only when no thread could run; '@explore' in the file "
          + "explores the rest")
    }
    return notes
  }
}

/// Replays compare results and print none.
private struct DiscardingOutput: SessionOutput {
  func line(_ line: ResultLine, thread: String?) {}
  func text(_ text: String) {}
}
