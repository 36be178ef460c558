internal import Inproc
package import InprocExploration

/// Steps through a run turn by turn, forwards and backwards. A step backwards runs the scenario again
/// from its beginning, with one turn less.
package struct Stepper {
  package let script: Script
  package let file: String
  package private(set) var state = StepState()
  private let runner: ScenarioRunner
  private let checksum: UInt32
  private let given: Schedule?
  /// How the schedule that was given fits the file; known once a run under it has come to its end.
  package private(set) var fit: ScheduleFit?
  /// The choices so far, followed by those that are planned after them.
  private var choices: [Int]

  /// - Parameters:
  ///   - script: the scenario.
  ///   - file: the name of its file.
  ///   - options: how it is run, as far as that concerns a single run.
  ///   - schedule: the planned choices; without them a thread keeps the turn as long as it can.
  ///   - pool: the threads that run it.
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

  /// The choices up to here and those that are planned.
  package var plannedSchedule: Schedule { Schedule(choices: choices, checksum: checksum) }
  /// The choices up to here, as `--schedule` takes them.
  package var schedule: Schedule { Schedule(choices: state.choices, checksum: checksum) }
  package var hasEnded: Bool { state.ending != nil }

  // MARK: Going

  /// Gives one turn.
  ///
  /// - Parameter thread: the number of the thread that gets it, or ``ChoicePoint/timer``; nil for the
  ///   planned one.
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
    run(state.turns + 1)
    return true
  }

  /// Takes back the last turn. Its choice stays planned until another is made.
  @discardableResult
  package mutating func back() -> Bool {
    guard state.turns > 0 else { return false }
    run(state.turns - 1)
    return true
  }

  package mutating func restart() { run(0) }

  package mutating func runToEnd() { run(.max) }

  /// Goes to the last turn before the planned run fails.
  ///
  /// - Returns: false where the planned run does not fail, and the stepper stays where it is; also
  ///   where the run can't come to its end, which ``state`` then tells.
  package mutating func goToFailure() -> Bool {
    let turns = state.turns
    run(.max)
    switch state.ending {
    case .passed:
      run(turns)
      return false
    case .error: return false
    default: break
    }
    if state.turns > 0 { run(state.turns - 1) }
    return true
  }

  // MARK: Searching

  /// Searches for a continuation from here that fails or deadlocks, one with few preemptions first, and
  /// plans it.
  ///
  /// - Parameter maximumRuns: the most runs of the search.
  /// - Returns: whether a failing continuation was found, and whether the search was complete.
  package mutating func findFailure(
    maximumRuns: Int = 20_000
  ) -> (isFound: Bool, isComplete: Bool) {
    let target = Continuations(
      runner: runner, script: script, file: file, beginning: state.choices, turns: state.turns)
    var plan = ExhaustiveSearch<Continuations>.Plan()
    plan.allowsReduction = false
    plan.looksForCycles = false
    plan.mostRuns = maximumRuns
    var search = ExhaustiveSearch(target, plan)
    let ending = search.run()
    guard let failing = search.target.failure else { return (false, ending == .complete) }
    choices = failing
    run(state.turns)
    return (true, true)
  }

  // MARK: Running

  /// Runs from the beginning until that many turns were given, or to the end.
  private mutating func run(_ turns: Int) {
    let recorder = TimelineRecorder()
    let policy = SteppingPolicy(choices: choices, turns: turns)
    let (scheduler, session) = runner.prepare(script, file, policy, recorder)
    let start = scheduler.now
    var stop: (point: ChoicePoint, threads: [StepState.Thread], endpoints: [EndpointStatus])?
    policy.onStop = { point in stop = (point, session.stepThreads, session.registry.endpoints) }
    let result = session.run(script)
    policy.onStop = nil
    var state = StepState()
    state.timeline = recorder.timeline
    state.turns = policy.turns
    state.choices = policy.taken
    state.time = start.duration(to: scheduler.now)
    if let stop {
      state.threads = stop.threads
      state.endpoints = stop.endpoints
      for index in state.threads.indices {
        let number = state.threads[index].number
        state.threads[index].canRun = stop.point.candidates.contains(number)
        state.threads[index].isDefaultChoice = number == policy.upcoming(at: stop.point)
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

extension Timeline {
  /// The reason of the latest wait of a thread.
  fileprivate func lastWait(of thread: Int) -> WaitReason? {
    for event in events.reversed() where event.thread == thread {
      if case .blocked(_, let wait) = event.what { return wait }
    }
    return nil
  }
}

extension Session {
  /// The threads that were not joined, for a stepper.
  fileprivate var stepThreads: [StepState.Thread] {
    table.withLock { $0.threads }.map(StepState.Thread.init)
  }
}
