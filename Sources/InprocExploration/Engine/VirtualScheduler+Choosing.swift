// Which thread goes on: the policy's choice where it chooses everywhere, else the default one.

extension VirtualScheduler {
  package func choose() {
    guard choosesEverywhere, let me = current, !isAborting else { return }
    if me.isChosen {
      // It got the turn for this very command.
      me.isChosen = false
      return
    }
    endStep(of: me)
    me.position = .choosing
    pass(from: me, .preempted)
  }

  package func chooseValue(among count: Int) -> Int {
    guard choosesEverywhere, count > 1, let me = current, !isAborting else { return 0 }
    // Which value it is, footprints do not show.
    disableReduction()
    endStep(of: me)
    let choice = policy.prefixChoice() ?? policy.choose(valuePoint(count, of: me))
    guard let choice else {
      isPruned = true
      abort()
      return 0
    }
    // The choice is a step of its own, so that runs which choose differently differ.
    me.past = mix64(me.past ^ mix64(UInt64(choice) ^ 0xC401_CE))
    access(me.object, writes: false)
    endStep(of: me)
    changes += 1
    return choice
  }

  private func valuePoint(_ count: Int, of me: VirtualThread) -> ChoicePoint {
    var point = ChoicePoint(
      candidates: Array(0..<count), current: nil, defaultChoice: 0,
      state: waitingState &+ mix64(UInt64(me.number) ^ 0xC401_CE00))
    point.isOfValues = true
    if policy.asksForProgramState {
      point.programState = programState.map { mix64($0 ^ 0xC401_CE) }
    }
    return point
  }

  package func yield() {
    guard let me = current, !isAborting else { return }
    goBehind(me, always: true)
  }

  package func yield(at place: UInt64, mayGoOn: Bool) -> Bool {
    guard let me = current, !isAborting else { return false }
    if me.quietSince != changes {
      me.quietSince = changes
      me.quietPlaces = []
    }
    // What it does depends on where it is and on what has not changed: it will come back here.
    me.isCycling = !me.quietPlaces.insert(place).inserted
    if me.isCycling,
      threads.allSatisfy({
        $0.deadline == nil && (!$0.canRun || $0.isCycling && $0.quietSince == changes)
      })
    {
      return true
    }
    goBehind(me, always: me.isCycling || !mayGoOn || !choosesEverywhere)
    return false
  }

  /// The thread yields to the others: always, or where the schedule does not choose it again.
  private func goBehind(_ me: VirtualThread, always: Bool) {
    // That it has yielded is all that tells it from a thread that has yet to do so.
    access(me.object, writes: false)
    disableReduction()
    endStep(of: me)
    me.position = .yielding
    me.isYielding = always
    pass(from: me, .slept)
    me.isYielding = false
  }

  // MARK: The next thread

  /// The next that runs. If none can run, time moves; if that helps no one either, it is a deadlock,
  /// and the run is aborted.
  func nextThread(after thread: VirtualThread) -> VirtualThread {
    while true {
      if choosesEverywhere, !isAborting {
        switch chosenThread(after: thread) {
        case .thread(let next): return next
        case .again: continue
        case .none: break
        }
      } else if let next = defaultThread(after: thread) {
        thread.isYielding = false
        return next
      }
      if fireEarliestTimers() { continue }
      if !isAborting {
        if isFollowed { reportBlockedThreads() }
        policy.finish(state: history.state)
      }
      onDeadlock?()
      abort()
    }
  }

  /// The first that can run, in order of creation, starting after the one that ran; one that yields
  /// only if there is no other.
  private func defaultThread(after thread: VirtualThread) -> VirtualThread? {
    let position = threads.firstIndex { $0 === thread } ?? 0
    var yielding: VirtualThread?
    for offset in 1...threads.count {
      let candidate = threads[(position + offset) % threads.count]
      guard candidate.canRun else { continue }
      if !candidate.isYielding { return candidate }
      if yielding == nil { yielding = candidate }
    }
    return yielding
  }

  private enum Chosen {
    case thread(VirtualThread)
    /// Something else has happened, and the question is a new one.
    case again
    /// There is no one to choose.
    case none
  }

  private func chosenThread(after thread: VirtualThread) -> Chosen {
    if isAbortDue {
      if let next = threads.first(where: { $0.mayHoldLock && $0.canRun }) { return .thread(next) }
      isPruned = true
      abort()
      return .again
    }
    let isCurrent = thread.position == .choosing
    let isPassedOver = threads.contains { $0.isYielding }
    if !isPassedOver, isCurrent || threads.contains(where: { $0.canRun }),
      let known = policy.prefixChoice()
    {
      if known == ChoicePoint.timer {
        _ = fireEarliestTimers()
        return .again
      }
      if let next = threads.first(where: { $0.number == known }) { return .thread(next) }
    }
    let running = threads.filter { $0.canRun }
    var candidates = isPassedOver ? running.filter { !$0.isYielding } : running
    let yielding = isPassedOver ? running.filter { $0.isYielding } : []
    let hasOthers = !candidates.isEmpty
    if !hasOthers { candidates = yielding }
    guard let first = candidates.first else { return .none }
    let usual = isCurrent ? thread : candidates.first { $0.number > thread.number } ?? first
    guard let choice = ask(candidates, usual, after: thread, yielding) else {
      isAbortDue = true
      return .again
    }
    // A yielding thread was passed over once, and that is enough.
    if hasOthers { for other in yielding { other.isYielding = false } }
    if choice == ChoicePoint.timer {
      _ = fireEarliestTimers()
      return .again
    }
    return .thread(candidates.first { $0.number == choice } ?? usual)
  }

  /// Asks the policy.
  private func ask(
    _ candidates: [VirtualThread], _ usual: VirtualThread, after thread: VirtualThread,
    _ yielding: [VirtualThread]
  ) -> Int? {
    let isCurrent = thread.position == .choosing && usual === thread
    var numbers = candidates.map(\.number)
    if isRacing, !mayLockBeHeld, threads.contains(where: { $0.deadline != nil }) {
      numbers.append(ChoicePoint.timer)
    }
    // Who could run belongs to the state: a command that only begins to wait leaves no step behind,
    // yet it is a turn that a yielding thread lets pass.
    var state = waitingState
    for number in numbers { state &+= mix64(UInt64(bitPattern: Int64(number)) ^ 0xCA4D) }
    for other in yielding { state &+= mix64(UInt64(other.number) ^ 0x7717) }
    if isCurrent { state &+= mix64(UInt64(thread.number) ^ 0xC0C0) }
    var point = ChoicePoint(
      candidates: numbers, current: isCurrent ? thread.number : nil, defaultChoice: usual.number,
      state: state)
    if policy.asksForProgramState { point.programState = programState }
    if policy.wantsLookahead { point.nextAccesses = candidates.map(\.nextAccesses) }
    if isFollowed {
      point.nonEmptyQueues = queues.nonEmptyQueues
    }
    return policy.choose(point)
  }

  /// The state of the program, however it was reached: what the session hashes, and what this
  /// scheduler knows of each thread.
  private var programState: UInt64? {
    guard !hasCheckpoints, let shared = stateHash?() else { return nil }
    var hash = StableHash()
    hash.add(Int(truncatingIfNeeded: shared))
    for thread in threads where !thread.isFinished {
      thread.addState(to: &hash, at: now, after: changes)
    }
    return hash.value
  }
}
