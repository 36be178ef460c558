internal import CInprocPlatform
internal import Synchronization

/// One blocked call, queued at one channel or, for a selection, at several.
///
/// One atomic step decides how the wait ends: a message, the deadline, an interruption or a cancellation
/// wins by moving the outcome from `waiting`, and only one of them can. A call that sends or receives is
/// queued at one channel, and that step is taken under the channel's lock, together with moving the
/// message. A selection moves no message, so its step needs no lock.
///
/// A waiter is its own first node in a wait queue, and for a task also what suspends it: a wait allocates
/// one object.
final class Waiter: WaitNode, Wait, TaskParking, @unchecked Sendable {
  // Unchecked because `WaitNode` is; what is added here is constant or atomic.
  enum Outcome: UInt8 {
    case waiting = 0
    case served = 1
    case timedOut = 2
    case interrupted, cancelled, closed
  }

  /// The thread that waits; nil for a task.
  private let thread: (any Parker)?
  private let task: UInt64
  /// The task's name, for events; nil where nobody observes.
  private let taskName: TaskName?
  private let suspension = Suspension()
  private let decision = Atomic<UInt8>(Outcome.waiting.rawValue)
  /// The further nodes of a selection.
  private let others: [WaitNode]

  let hasSpun: Bool

  /// A waiter for a thread, with one node at each channel where it waits.
  ///
  /// - Parameters:
  ///   - parker: the thread.
  ///   - channel: the first channel.
  ///   - kind: what it waits for there.
  ///   - isOffer: whether a call at a rendezvous can be its counterpart there.
  ///   - others: its nodes at further channels.
  ///   - hasSpun: whether the thread has spun before it queues.
  init(
    parker: any Parker, _ channel: Channel, _ kind: Kind, isOffer: Bool = false,
    others: [WaitNode] = [], hasSpun: Bool = false
  ) {
    thread = parker
    task = 0
    taskName = nil
    self.others = others
    self.hasSpun = hasSpun
    takesDelivery = false
    super.init(channel, kind, isOffer: isOffer)
  }

  /// A waiter for a task.
  init(
    _ task: CallingTask, _ channel: Channel, _ kind: Kind, isOffer: Bool = false,
    others: [WaitNode] = []
  ) {
    thread = nil
    self.task = task.number
    taskName = channel.isObserved ? CallingTask.name.map(TaskName.init) : nil
    self.others = others
    hasSpun = false
    if case .receive = kind { takesDelivery = others.isEmpty } else { takesDelivery = false }
    super.init(channel, kind, isOffer: isOffer)
  }

  var parker: any Parker { thread ?? self }
  var nodes: [WaitNode] { [self] + others }

  /// Whether senders can hand a message to it: it is a task that receives.
  let takesDelivery: Bool

  var outcome: Outcome {
    Outcome(rawValue: decision.load(ordering: .acquiring)) ?? .waiting
  }

  /// Decides the outcome, unless it is decided. Returns whether this call decided it.
  func settle(_ outcome: Outcome) -> Bool {
    decision.compareExchange(
      expected: Outcome.waiting.rawValue, desired: outcome.rawValue,
      ordering: .acquiringAndReleasing
    ).exchanged
  }

  func end(_ reason: WaitEnd) -> Bool {
    let outcome = Outcome(rawValue: reason.rawValue) ?? .interrupted
    if others.isEmpty { return channel.end(self, at: self, outcome) }
    guard settle(outcome) else { return false }
    leave()
    return true
  }

  /// Leaves all wait queues; the nodes behind it move up.
  func leave() {
    channel.leave(self)
    for node in others { node.channel.leave(node) }
  }

  var canGoOn: Bool {
    outcome != .waiting || channel.canGoOn(self) || others.contains { $0.channel.canGoOn($0) }
  }

  // MARK: A task that waits

  func wake() { suspension.wake() }
  @inline(__always) func suspend() async { await suspension.suspend() }
  var identity: ThreadIdentity { .task(task, named: taskName?.text) }

  /// Suspends until woken; `wait` is this waiter itself. Does what `withTaskCancellationHandler` does,
  /// which as a function takes three async frames, each of which is allocated and asks for the current
  /// executor.
  @inline(__always) func park(in wait: some Wait) async {
    let record = inproc_begin_cancellable(Unmanaged.passUnretained(self).toOpaque())
    await suspend()
    // The handler gets no reference, because it can't run any more when this call returns.
    inproc_end_cancellable(record)
    withExtendedLifetime(self) {}
  }

  fileprivate func cancel() {
    if end(.cancelled) { wake() }
  }
}

/// An object, so that a waiter has room for no more than a pointer to it.
private final class TaskName: Sendable {
  let text: String
  init(_ text: String) { self.text = text }
}

/// The runtime calls this when a task that waits is cancelled.
@_cdecl("inproc_cancel_waiter")
func cancelWaiter(_ waiter: UnsafeMutableRawPointer) {
  Unmanaged<Waiter>.fromOpaque(waiter).takeUnretainedValue().cancel()
}
