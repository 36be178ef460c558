package import Inproc
package import InprocExploration
internal import InprocText

/// Writes the ``Timeline`` of one run.
///
/// The session tells it of threads, steps and messages, the scheduler of turns and waits, and the
/// registry which message is which: a receive belongs to the send of the same message of the same
/// queue, whatever way it went.
package final class TimelineRecorder: SessionObserver {
  fileprivate struct State {
    var threads: [Timeline.Thread] = []
    var log: BoundedLog<Timeline.Event>
    var clock: @Sendable () -> Duration? = { nil }
    var steps = 0
    /// By thread the steps that have not ended, innermost last.
    var open: [Int: [(step: Timeline.Step, waits: WaitReason)]] = [:]
    /// The threads whose last step gave `would-block`.
    var wouldBlock: Set<Int> = []
    /// By thread the send that has not ended, and whether its message is queued, whose identity the
    /// transfer then has.
    var sends: [Int: (transfer: Timeline.Transfer, isQueued: Bool)] = [:]
    /// By thread the messages that it has taken from queues and not reported yet, in order.
    var taken: [Int: [Timeline.MessageID]] = [:]
  }
  private let state: Guarded<State>

  /// - Parameter maximumEvents: of a run with more, the first half of that number is kept and the
  ///   latest.
  package init(maximumEvents: Int = 100_000) {
    state = Guarded(State(log: BoundedLog(maximum: maximumEvents)))
  }

  /// What has been recorded so far.
  package var timeline: Timeline {
    let (threads, log) = state.withLock { ($0.threads, $0.log) }
    var timeline = Timeline()
    timeline.threads = threads
    timeline.events = log.first + log.latest
    timeline.leftOut = log.leftOut
    timeline.leftOutAt = log.first.count
    return timeline
  }

  package var keepsResults: Bool { true }

  /// From here on events carry the time since now. What happens while a run is being aborted is not
  /// recorded.
  package func began(_ session: Session) {
    let scheduler = session.scheduler
    let start = scheduler.now
    state.withLock { state in
      state.clock = { [weak scheduler] in
        guard let scheduler, !scheduler.isAborting else { return nil }
        return start.duration(to: scheduler.now)
      }
    }
    session.registry.observers.add(self)
  }

  private func note(_ thread: Int, _ body: (inout State) -> Timeline.Happening?) {
    state.withLock { state in
      guard let time = state.clock(), let what = body(&state) else { return }
      state.log.append(Timeline.Event(time: time, thread: thread, what: what))
    }
  }

  // MARK: Threads and steps

  package func threadStarted(_ thread: SessionThread) {
    note(thread.number) { state in
      while state.threads.count <= thread.number {
        state.threads.append(Timeline.Thread(name: "", parent: nil))
      }
      state.threads[thread.number] = Timeline.Thread(
        name: thread.name, parent: thread.parent?.number)
      return .threadStarted
    }
  }

  package func threadEnded(_ thread: SessionThread, _ error: CommandError?) {
    note(thread.number) { _ in .threadEnded(error) }
  }

  package func stepBegan(_ statement: Statement, _ thread: SessionThread, isRound: Bool) {
    let values = thread.lookup
    let step = Timeline.Step(
      number: 0, text: statement.text(naming: values), command: statement.held,
      names: statement.operandNames.map { $0.shown(values) },
      givenName: statement.nameOption.map { $0.shown(values) }, file: thread.file,
      range: statement.range)
    let wait = statement.waitReason(naming: values)
    note(thread.number) { state in
      if isRound { state.close(statement, thread) }
      return state.begin(step, wait, thread)
    }
  }

  package func pauseBegan(_ pause: Statement, _ thread: SessionThread) {
    let step = Timeline.Step(
      number: 0, text: pause.text, names: [], file: thread.file, range: pause.range)
    note(thread.number) { state in state.begin(step, .sleep("1ms"), thread) }
  }

  package func stepEnded(
    _ statement: Statement, _ thread: SessionThread, _ lines: [ResultLine]
  ) {
    note(thread.number) { state in
      if case .error(let error) = lines.first, error.code == .wouldBlock {
        state.wouldBlock.insert(thread.number)
      }
      guard let step = state.close(statement, thread) else { return nil }
      return .stepEnded(step: step, lines: lines.map(Timeline.Line.init))
    }
  }

  package func sourceEnded(
    _ statement: Statement, _ thread: SessionThread, _ lines: [ResultLine]
  ) {
    stepEnded(statement, thread, lines)
  }
}

extension TimelineRecorder.State {
  /// Gives a step its number.
  fileprivate mutating func begin(
    _ step: Timeline.Step, _ wait: WaitReason, _ thread: SessionThread
  ) -> Timeline.Happening {
    wouldBlock.remove(thread.number)
    taken[thread.number] = nil
    var step = step
    step.number = steps
    steps += 1
    open[thread.number, default: []].append((step, wait))
    return .stepBegan(step)
  }

  /// Ends the innermost step of that statement, and those inside of it. Returns its number.
  @discardableResult
  fileprivate mutating func close(_ statement: Statement, _ thread: SessionThread) -> Int? {
    let steps = open[thread.number] ?? []
    guard
      let index = steps.lastIndex(where: {
        $0.step.range == statement.range && $0.step.file == thread.file
      })
    else { return nil }
    let number = steps[index].step.number
    open[thread.number]?.removeSubrange(index...)
    return number
  }
}

// MARK: Messages

extension TimelineRecorder: EventSink {
  /// Learns the identity of a message that a thread sends or takes. The session reports the send and
  /// the receive themselves.
  package func take(_ event: consuming Registry.Event) -> [any Parker] {
    guard let queue = event.queue, let sequence = event.sequence else { return [] }
    let message = Timeline.MessageID(queue: queue, sequence: sequence)
    let thread = Int(truncatingIfNeeded: event.thread.id)
    switch event.kind {
    case .sent:
      state.withLock { state in
        state.sends[thread]?.transfer.message = message
        state.sends[thread]?.isQueued = true
      }
    case .received: state.withLock { $0.taken[thread, default: []].append(message) }
    default: break
    }
    return []
  }

  package func sends(_ message: Message, on handle: Handle, _ thread: SessionThread) {
    let transfer = transfer(Timeline.MessageID(queue: 0, sequence: 0), message, handle)
    state.withLock { $0.sends[thread.number] = (transfer, false) }
  }

  package func sendEnded(_ thread: SessionThread, succeeded: Bool) {
    state.withLock { state in
      if succeeded {
        state.noteSent(by: thread.number)
      } else {
        state.sends[thread.number] = nil
      }
    }
  }

  package func received(_ message: Message, at handle: Handle, _ thread: SessionThread) {
    state.withLock { state in
      guard let taken = state.taken[thread.number], let id = taken.first else { return }
      state.taken[thread.number]?.removeFirst()
      // At a rendezvous the receiver can go on before the sender has the turn again.
      let sender = state.sends.first { $0.value.isQueued && $0.value.transfer.message == id }
      if let sender { state.noteSent(by: sender.key) }
      guard let time = state.clock() else { return }
      let received = Timeline.Happening.received(transfer(id, message, handle))
      state.log.append(Timeline.Event(time: time, thread: thread.number, what: received))
    }
  }

  private func transfer(
    _ id: Timeline.MessageID, _ message: Message, _ handle: Handle
  ) -> Timeline.Transfer {
    Timeline.Transfer(
      message: id, handle: handle.name, endpoint: handle.endpoint,
      frames: message.prefix(Timeline.longestMessage).map(\.printed))
  }
}

extension TimelineRecorder.State {
  fileprivate mutating func noteSent(by thread: Int) {
    guard let send = sends.removeValue(forKey: thread), send.isQueued, let time = clock() else {
      return
    }
    log.append(Timeline.Event(time: time, thread: thread, what: .sent(send.transfer)))
  }
}

// MARK: What the scheduler tells

extension TimelineRecorder: SchedulingObserver {
  package func blocked(_ thread: Int) {
    note(thread) { state in
      let innermost = state.open[thread]?.last
      return .blocked(step: innermost?.step.number, on: innermost?.waits ?? .join([]))
    }
  }

  package func wentOn(_ thread: Int) { note(thread) { _ in .wentOn } }

  package func timerFired(_ thread: Int) { note(thread) { _ in .timerFired } }

  package func switched(from thread: Int, to next: Int, _ reason: SwitchReason) {
    note(thread) { state in
      .switched(
        to: next, reason == .slept && state.wouldBlock.contains(thread) ? .wouldBlock : reason)
    }
  }
}
