internal import Inproc

/// Writes the ``Timeline`` of one run. A session without one records nothing and pays nothing.
///
/// A session that has one adds a frame with a number to each message it sends, and takes it off
/// where it is received: that tells which receive belongs to which send, whatever way the message
/// went. Nobody but the session sees it.
package final class TimelineRecorder: SchedulingObserver {
  fileprivate struct State {
    var timeline = Timeline()
    /// The latest events, once there are too many; the oldest half of them goes when it is full.
    var latest: [Timeline.Event] = []
    var steps = 0
    var messages = 0
    /// Steps that have not ended, innermost last, by thread.
    var open: [Int: [(step: Timeline.Step, waits: WaitReason)]] = [:]
    /// Whether a thread's last step was told `would-block`.
    var wouldBlock: Set<Int> = []
    /// Sends that are not known to have succeeded.
    var pending: [Int: (thread: Int, transfer: Timeline.Transfer)] = [:]
    var clock: @Sendable () -> Duration? = { nil }
  }
  private let state = Guarded(State())
  private let maximumEvents: Int

  /// - Parameter maximumEvents: of a run with more, the first half of that number is kept and the
  ///   latest.
  package init(maximumEvents: Int = 100_000) { self.maximumEvents = max(2, maximumEvents) }

  /// What has been recorded so far.
  package var timeline: Timeline {
    state.withLock { state in
      var timeline = state.timeline
      timeline.leftOutAt = timeline.events.count
      timeline.events += state.latest
      return timeline
    }
  }

  /// From here on events carry the time since now. What happens while a run is being aborted is
  /// not recorded.
  func begin(_ scheduler: any SessionScheduler) {
    let start = scheduler.now
    state.withLock { state in
      state.clock = { [weak scheduler] in
        guard let scheduler, !scheduler.isAborting else { return nil }
        return start.duration(to: scheduler.now)
      }
    }
  }

  private func note(_ thread: Int, _ body: (inout State) -> Timeline.Happening?) {
    state.withLock { state in
      guard let time = state.clock(), let what = body(&state) else { return }
      append(Timeline.Event(time: time, thread: thread, what: what), &state)
    }
  }

  private func append(_ event: Timeline.Event, _ state: inout State) {
    if state.timeline.events.count < maximumEvents / 2 {
      state.timeline.events.append(event)
      return
    }
    if state.latest.count >= maximumEvents {
      state.timeline.leftOut += maximumEvents / 2
      state.latest.removeFirst(maximumEvents / 2)
    }
    state.latest.append(event)
  }

  // MARK: Threads and steps

  func threadStarted(_ thread: SessionThread) {
    note(thread.number) { state in
      while state.timeline.threads.count <= thread.number {
        state.timeline.threads.append(Timeline.Thread(name: "", parent: nil))
      }
      state.timeline.threads[thread.number] = Timeline.Thread(
        name: thread.name, parent: thread.parent?.number)
      return .threadStarted
    }
  }

  func threadEnded(_ thread: SessionThread, _ error: CommandError?) {
    note(thread.number) { _ in .threadEnded(error) }
  }

  /// A round is a further receive of a `for` that began before.
  func stepBegan(_ statement: Statement, _ thread: SessionThread, isRound: Bool = false) {
    let values = thread.lookup
    let step = Timeline.Step(
      number: 0, text: statement.text(naming: values), command: statement.command,
      names: statement.operandNames.map { $0.shown(values) },
      givenName: statement.nameOption.map { $0.shown(values) }, file: thread.file,
      range: statement.range)
    let wait = statement.waitReason(naming: values)
    note(thread.number) { state in
      if isRound { state.close(statement, thread) }
      return state.begin(step, wait, thread)
    }
  }

  /// It lets all other threads run as far as they can, as they do while a person types.
  func pauseBegan(_ pause: Statement, _ thread: SessionThread) {
    let step = Timeline.Step(
      number: 0, text: pause.text, names: [], file: thread.file, range: pause.range)
    note(thread.number) { state in state.begin(step, .sleep("1ms"), thread) }
  }

  func stepEnded(_ statement: Statement, _ thread: SessionThread, _ lines: [ResultLine]) {
    note(thread.number) { state in
      if case .error(let error) = lines.first, error.code == .wouldBlock {
        state.wouldBlock.insert(thread.number)
      }
      guard let step = state.close(statement, thread) else { return nil }
      return .stepEnded(step: step, lines: lines.map(Timeline.Line.init))
    }
  }

  // MARK: Messages

  /// Gives a message its number, before it is sent.
  func number(
    _ message: Message, on handle: Handle, by thread: SessionThread
  ) -> (number: Int, message: Message) {
    state.withLock { state in
      let number = state.messages
      state.messages += 1
      state.pending[number] = (thread.number, transfer(number, message, handle))
      return (number, message + [Frame(String(number))])
    }
  }

  private func transfer(_ number: Int, _ message: Message, _ handle: Handle) -> Timeline.Transfer {
    Timeline.Transfer(
      message: number, handle: handle.name, endpoint: handle.endpoint.description,
      frames: message.prefix(Timeline.longestMessage).map(\.printed))
  }

  /// A send has returned.
  func sent(_ number: Int, succeeded: Bool) {
    state.withLock { state in
      if succeeded { noteSent(number, &state) } else { state.pending[number] = nil }
    }
  }

  private func noteSent(_ number: Int, _ state: inout State) {
    guard let (thread, transfer) = state.pending.removeValue(forKey: number),
      let time = state.clock()
    else { return }
    append(Timeline.Event(time: time, thread: thread, what: .sent(transfer)), &state)
  }

  /// Takes the number off a message that was received.
  func received(_ message: Message, at handle: Handle, by thread: SessionThread) -> Message {
    guard let text = message.last.flatMap({ String($0) }), let number = Int(text) else {
      return message
    }
    let message = Message(message.dropLast())
    // A rendezvous can be over for the receiver before the sender has the turn again.
    state.withLock { noteSent(number, &$0) }
    note(thread.number) { _ in .received(transfer(number, message, handle)) }
    return message
  }

  // MARK: What the scheduler sees

  package func blocked(_ thread: Int) {
    note(thread) { state in
      let innermost = state.open[thread]?.last
      return .blocked(step: innermost?.step.number, on: innermost?.waits ?? .join([]))
    }
  }

  package func wentOn(_ thread: Int) { note(thread) { _ in .wentOn } }

  package func timerFired(_ thread: Int) { note(thread) { _ in .timerFired } }

  package func switched(from thread: Int, to next: Int, _ reason: Timeline.SwitchReason) {
    note(thread) { state in
      .switched(
        to: next, reason == .slept && state.wouldBlock.contains(thread) ? .wouldBlock : reason)
    }
  }
}

extension TimelineRecorder.State {
  /// Gives a step its number.
  fileprivate mutating func begin(
    _ step: Timeline.Step, _ wait: WaitReason, _ thread: SessionThread
  ) -> Timeline.Happening {
    wouldBlock.remove(thread.number)
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
