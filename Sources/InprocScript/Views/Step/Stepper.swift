internal import Inproc

/// Goes through a run turn by turn, forwards and backwards: the way back is to run the beginning
/// again, one turn less.
package struct Stepper {
  package let script: Script
  package let file: String
  package private(set) var state = StepState()
  private let runner: ScenarioRunner
  private let checksum: UInt32
  private let given: Schedule?
  /// How the schedule that was given fits the file; known once a run under it has come to its end.
  package private(set) var fit: ScheduleFit?
  /// Chosen so far, and what is chosen after that where nobody says otherwise.
  private var choices: [Int]

  /// - Parameters:
  ///   - script: what is run.
  ///   - file: its name.
  ///   - options: how, as far as one run is concerned.
  ///   - schedule: what is chosen where nobody says otherwise; without one a thread goes on as long
  ///     as it can.
  ///   - pool: where the threads come from.
  package init(
    _ script: Script, file: String, options: ScenarioRunner.Options = .init(),
    schedule: Schedule? = nil, pool: ThreadPool
  ) {
    self.script = script
    self.file = file
    var options = options
    options.showsOutcomes = true
    runner = ScenarioRunner(options, pool: pool)
    checksum = Schedule.checksum(script.lines)
    choices = schedule?.choices ?? []
    given = schedule
    run(0)
  }

  /// All that is chosen, here and after.
  package var plannedSchedule: Schedule { Schedule(choices: choices, checksum: checksum) }
  /// The choices up to here, as `--schedule` takes them.
  package var schedule: Schedule { Schedule(choices: state.choices, checksum: checksum) }
  package var hasEnded: Bool { state.ending != nil }

  // MARK: Going

  /// Gives one turn.
  ///
  /// - Parameter thread: to whom, by number, or ``ChoicePoint/timer``; nil to whom it falls.
  /// - Returns: false if that thread can't run now, or the run is over.
  @discardableResult
  package mutating func step(_ thread: Int? = nil) -> Bool {
    guard !hasEnded else { return false }
    if let thread {
      let candidates = state.threads.filter(\.canRun).map(\.number)
      let isTimer = thread == ChoicePoint.timer && state.canFireTimer
      guard candidates.contains(thread) || isTimer else { return false }
      if candidates.count + (state.canFireTimer ? 1 : 0) > 1 {
        let isPlanned = choices.starts(with: state.choices + [thread])
        if !isPlanned { choices = state.choices + [thread] }
      }
    }
    run(state.moment + 1)
    return true
  }

  /// Takes the last turn back. What was chosen is remembered until something else is.
  @discardableResult
  package mutating func back() -> Bool {
    guard state.moment > 0 else { return false }
    run(state.moment - 1)
    return true
  }

  package mutating func restart() { run(0) }

  package mutating func runToEnd() { run(.max) }

  /// Goes to the last turn before the run as it is planned fails.
  ///
  /// - Returns: false if it does not fail, and stays; or if it can't be run to its end, which the
  ///   state then tells.
  package mutating func goToFailure() -> Bool {
    let moment = state.moment
    run(.max)
    switch state.ending {
    case .passed:
      run(moment)
      return false
    case .error: return false
    default: break
    }
    if state.moment > 0 { run(state.moment - 1) }
    return true
  }

  // MARK: Searching

  /// Looks for a way to go on from here that fails or deadlocks, with few preemptions first, and
  /// plans it.
  ///
  /// - Parameter maximumRuns: how many are tried.
  /// - Returns: whether there is one, as far as was looked, and whether that was everything.
  package mutating func findFailure(
    maximumRuns: Int = 20_000
  ) -> (isFound: Bool, isComplete: Bool) {
    let policy = ExploringPolicy(bound: 0)
    let prefix = PrefixPolicy(choices: state.choices, moments: state.moment, then: policy)
    for _ in 0..<maximumRuns {
      prefix.restart()
      if let result = runner.perform(script, file, prefix) {
        if result.hindrance != nil { return (false, false) }
        let found = Schedule(choices: state.choices + policy.choices, checksum: checksum)
        if result.deadlock != nil || runner.fails(result, found, script, file) {
          choices = state.choices + policy.choices
          run(state.moment)
          return (true, true)
        }
      }
      if !policy.advance() {
        guard policy.wasCut else { return (false, true) }
        _ = policy.raiseBound()
      }
    }
    return (false, false)
  }

  // MARK: Running

  /// Runs from the beginning until that many turns were given, or to the end.
  private mutating func run(_ moments: Int) {
    let recorder = TimelineRecorder()
    let policy = SteppingPolicy(choices: choices, moments: moments)
    let (scheduler, session) = runner.prepare(script, file, policy, recorder)
    let start = scheduler.now
    var stop: (point: ChoicePoint, threads: [StepState.Thread], endpoints: [EndpointStatus])?
    policy.onStop = { point in stop = (point, session.stepThreads, session.registry.endpoints) }
    let result = session.run(script)
    policy.onStop = nil
    var state = StepState()
    state.timeline = recorder.timeline
    state.moment = policy.moment
    state.choices = policy.taken
    state.time = start.duration(to: scheduler.now)
    if let stop {
      state.threads = stop.threads
      state.endpoints = stop.endpoints
      for index in state.threads.indices {
        let number = state.threads[index].number
        state.threads[index].canRun = stop.point.candidates.contains(number)
        state.threads[index].isUsual = number == policy.upcoming(at: stop.point)
      }
      state.canFireTimer = stop.point.candidates.contains(ChoicePoint.timer)
    } else {
      if let given, given.choices.map({ $0 == choices }) ?? choices.isEmpty {
        fit = ScheduleFit(given, of: script, misfit: policy.misfit)
      }
      state.threads = session.stepThreads
      for situation in result.deadlock ?? [] {
        let index = state.threads.firstIndex { $0.name == situation.thread }
        guard let index else { continue }
        state.threads[index].take(situation)
        if situation.state.isBlocked,
          let wait = state.timeline.lastWait(of: state.threads[index].number)
        {
          state.threads[index].state = .blocked(wait)
        }
      }
      let schedule = Schedule(choices: policy.taken, checksum: checksum)
      let concluded = runner.conclude(result, schedule, script, file, demandsDeadlock: false)
      state.outcome = concluded.outcomes.first
      switch concluded.verdict {
      case .failed(let problem): state.ending = .failed(problem)
      case .error(let text): state.ending = .error(text)
      case .passed, .incomplete: state.ending = result.deadlock == nil ? .passed : .deadlock
      }
    }
    self.state = state
  }
}

extension ScenarioRunner {
  fileprivate func fails(
    _ result: RunResult, _ schedule: Schedule, _ script: Script, _ file: String
  ) -> Bool {
    // Of one run: that it does not deadlock is no failure, as another may.
    let concluded = conclude(result, schedule, script, file, demandsDeadlock: false)
    if case .failed = concluded.verdict { return true }
    return false
  }
}

extension Timeline {
  /// What a thread has begun to wait for last.
  fileprivate func lastWait(of thread: Int) -> WaitReason? {
    for event in events.reversed() where event.thread == thread {
      if case .blocked(_, let wait) = event.what { return wait }
    }
    return nil
  }
}

extension Session {
  /// Those that were not joined, as a stepper shows them.
  fileprivate var stepThreads: [StepState.Thread] {
    table.withLock { $0.threads }.map(StepState.Thread.init)
  }
}
