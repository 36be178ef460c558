internal import Inproc

/// Runs scenario files, each in a session and registry of its own.
package struct ScenarioRunner: Sendable {
  /// What is asked for besides what a file says itself.
  package struct Options: Sendable {
    /// In parallel and real time, instead of deterministically.
    package var isFree = false
    /// A guard for free runs and for searches, in real time.
    package var timeout: Duration?
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

  /// - Parameters:
  ///   - options: what is asked for besides what a file says itself.
  ///   - pool: where the threads of replays come from.
  package init(_ options: Options = Options(), pool: ThreadPool) {
    self.options = options
    self.pool = pool
    deadline = nil
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
      return Sampling(runner: self, script: script, file: file, strategy: strategy).run()
    }
    if let seed = options.seed { return runOnce(script, file, seed: seed) }
    if options.explores || directives.explores {
      return Exploration(runner: self, script: script, file: file).run()
    }
    return runOnce(script, file, seed: directives.seed)
  }

  // MARK: The end of a search

  /// The same with its time running from now on.
  func startingNow() -> ScenarioRunner {
    ScenarioRunner(options, pool, deadline: options.timeout.flatMap { .now.adding($0) })
  }

  private init(_ options: Options, _ pool: ThreadPool, deadline: ContinuousClock.Instant?) {
    self.options = options
    self.pool = pool
    self.deadline = deadline
  }

  /// Nothing more is to be run: it was stopped, or its time is over.
  var isOver: Bool { options.isStopped?() == true || hasTimedOut }

  var hasTimedOut: Bool { deadline.map { .now >= $0 } ?? false }

  /// What has ended it, as it is typed; nil where nothing has.
  var stopReason: String? {
    if options.isStopped?() == true { return "Ctrl-C" }
    guard hasTimedOut, let timeout = options.timeout else { return nil }
    return "--timeout \(timeout.inWords)"
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
    let (scheduler, session) = prepare(script, file, policy, recorder)
    var result = session.run(script)
    result.endState = scheduler.endState
    return scheduler.isPruned || result.wasStopped ? nil : result
  }

  /// A session for one run under a policy, and what schedules it.
  func prepare(
    _ script: Script, _ file: String, _ policy: any SchedulePolicy, _ recorder: TimelineRecorder?
  ) -> (scheduler: VirtualScheduler, session: Session) {
    let scheduler = VirtualScheduler(pool: pool, policy: policy, isRacing: isRacing(script))
    scheduler.observer = recorder
    return (scheduler, session(script, file, scheduler, recorder))
  }

  /// Runs one schedule and writes down what happens. A schedule that a run has printed gives that
  /// very run again, so one explores without a timeline and looks at what was found with one.
  package func record(
    _ schedule: Schedule, _ script: Script, file: String, maximumEvents: Int = 100_000
  ) -> (result: RunResult, timeline: Timeline)? {
    let recorder = TimelineRecorder(maximumEvents: maximumEvents)
    let policy: any SchedulePolicy =
      schedule.choices.map { RecordedPolicy(choices: $0) } ?? DefaultPolicy()
    guard let result = perform(script, file, policy, recorder: recorder), result.hindrance == nil
    else { return nil }
    return (result, recorder.timeline)
  }

  func session(
    _ script: Script, _ file: String, _ scheduler: any SessionScheduler,
    _ recorder: TimelineRecorder? = nil
  ) -> Session {
    var settings = Session.Options()
    settings.recorder = recorder
    settings.ledger = options.ledger
    settings.endsRunWithoutThreads = true
    if let steps = script.directives.steps { settings.maximumSteps = steps }
    settings.recordsResults = options.showsOutcomes
    if deadline != nil || options.isStopped != nil { settings.isStopped = { isOver } }
    return Session(scheduler: scheduler, output: Silence(), options: settings, file: file)
  }

  private func runOnce(_ script: Script, _ file: String, seed: UInt64?) -> ScenarioResult {
    let checksum = Schedule.checksum(script.lines)
    guard let seed else {
      let result = perform(script, file, DefaultPolicy())
      let schedule = Schedule(choices: nil, checksum: checksum)
      return conclude(result, schedule, script, file)
    }
    let policy = SeededPolicy(seed: seed)
    let result = perform(script, file, policy)
    return conclude(result, Schedule(choices: policy.choices, checksum: checksum), script, file)
  }

  private func repeatRun(_ schedule: Schedule, _ script: Script, _ file: String) -> ScenarioResult {
    var concluded: ScenarioResult
    var isOther = schedule.checksum != Schedule.checksum(script.lines)
    if let choices = schedule.choices {
      let policy = RecordedPolicy(choices: choices)
      concluded = conclude(perform(script, file, policy), schedule, script, file)
      isOther = isOther || policy.hasDiverged
    } else {
      concluded = conclude(perform(script, file, DefaultPolicy()), schedule, script, file)
    }
    if isOther {
      concluded.notes.insert(
        "the file has changed since this schedule was printed; the run may differ", at: 0)
    }
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
private struct Silence: SessionOutput {
  func line(_ line: ResultLine, thread: String?) {}
  func text(_ text: String) {}
}
