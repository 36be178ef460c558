import CInprocCore
import Synchronization
import TestSupport
import Testing

@testable import Inproc

/// Counts its wakes.
private final class CountingParker: Parker {
  private let count = Atomic(0)
  func wake() { count.add(1, ordering: .relaxed) }
  /// How often it was woken since it was last asked.
  var wakes: Int { count.exchange(0, ordering: .relaxed) }
}

/// One call that waits in a state, without a thread.
private final class Caller {
  let parker = CountingParker()
  let node: WaitNode
  let waiter: Waiter

  init(_ channel: Channel, _ kind: WaitNode.Kind) {
    waiter = Waiter(parker: parker, channel, kind)
    node = waiter
  }
}

/// A channel whose states are changed past it, and with them what ties it to itself.
private final class Owner: Sendable {
  let channel: Channel

  init(_ channel: Channel) { self.channel = channel }

  deinit {
    let storage = Unmanaged.passUnretained(channel.storage)
    let links = channel.storage.links
    var isLast = inproc_end_binding(links)
    while inproc_connections(links) > 0 { isLast = inproc_disconnect(links) }
    if isLast || inproc_has_ended(links) { storage.release() }
  }
}

/// The transitions of a channel, one by one, without locks and threads.
@Suite("Channel state")
struct ChannelStateTests {
  private static let connection = Connection(isCounted: true, origin: nil)
  private let endpoint: Endpoint
  private let owner: Owner
  private var channel: Channel { owner.channel }
  /// Whose memory the states use.
  private let owners = Guarded<[Owner]>([])

  init() throws {
    endpoint = try Endpoint("inproc://state")
    owner = Owner(
      Channel(
        endpoint: endpoint, capacity: .unbounded, canConnect: true,
        context: Registry.shared.context(of: endpoint)))
  }

  private func make(_ capacity: Capacity) -> ChannelState {
    let owner = Owner(
      Channel(
        endpoint: endpoint, capacity: capacity, connections: 1, canConnect: true,
        context: Registry.shared.context(of: endpoint)))
    owners.withLock { $0.append(owner) }
    return owner.channel.withState { $0 }
  }

  private func envelope(_ text: String) -> Envelope {
    Envelope(message: Message(Frame(text)), origin: nil)
  }

  private func receiver(in state: inout ChannelState) -> Caller {
    enter(Caller(channel, .receive), &state)
  }
  private func watcher(in state: inout ChannelState) -> Caller {
    enter(Caller(channel, .watch), &state)
  }
  private func sender(_ text: String, in state: inout ChannelState) -> Caller {
    enter(Caller(channel, .send(envelope(text), Self.connection)), &state)
  }
  private func enter(_ caller: Caller, _ state: inout ChannelState) -> Caller {
    change(&state) { $0.enter(caller.node, of: caller.waiter, wakes: &$1) }
    return caller
  }

  @discardableResult
  private func change<Result>(
    _ state: inout ChannelState, _ body: (inout ChannelState, inout Wakes) -> Result
  ) -> Result {
    var wakes = Wakes()
    defer { wakes.wake() }
    return body(&state, &wakes)
  }

  private func send(_ text: String, to state: inout ChannelState) -> ChannelState.SendResult {
    change(&state) { $0.send(envelope(text), over: Self.connection, wakes: &$1) }
  }

  private func receive(from state: inout ChannelState) -> String? {
    if case .message(let envelope) = change(&state, { $0.receive(wakes: &$1) }) {
      return envelope.message.first?.description
    }
    return nil
  }

  private func leave(_ caller: Caller, _ state: inout ChannelState) {
    change(&state) { $0.leave(caller.node, wakes: &$1) }
  }

  private func canGoOn(_ callers: [Caller], _ state: ChannelState) -> [Bool] {
    callers.map { state.canGoOn($0.node) }
  }

  @Test("with k messages there, the first k who wait can go on, and each is woken once")
  func firstK() {
    var state = make(.unbounded)
    let callers = (0..<3).map { _ in receiver(in: &state) }
    #expect(canGoOn(callers, state) == [false, false, false])
    #expect(send("1", to: &state) == .sent)
    #expect(callers.map(\.parker.wakes) == [1, 0, 0])
    #expect(canGoOn(callers, state) == [true, false, false])
    #expect(send("2", to: &state) == .sent)
    #expect(callers.map(\.parker.wakes) == [0, 1, 0])
    #expect(canGoOn(callers, state) == [true, true, false])
    callers.forEach { leave($0, &state) }
  }

  @Test("a task that is first in the wait queue is handed the message; a thread is notified")
  func handedOver() {
    var state = make(.unbounded)
    let task = Waiter(CallingTask(), channel, .receive)
    change(&state) { $0.enter(task, of: task, wakes: &$1) }
    let thread = receiver(in: &state)
    for text in ["1", "2"] {
      var dropped: Envelope?
      #expect(state.queue.send(envelope(text), dropped: &dropped) == .sent)
    }
    change(&state) { $0.notify(delivering: true, wakes: &$1) }
    #expect(task.outcome == .served && !task.isQueued)
    #expect(task.delivered?.message == Message(Frame("1")))
    #expect(thread.parker.wakes == 1 && thread.waiter.outcome == .waiting)
    #expect(state.queue.count == 1 && receive(from: &state) == "2")
    leave(thread, &state)
  }

  @Test("a task whose wait has ended is handed nothing")
  func handedNothing() {
    var state = make(.unbounded)
    let task = Waiter(CallingTask(), channel, .receive)
    change(&state) { $0.enter(task, of: task, wakes: &$1) }
    #expect(task.settle(.cancelled))
    var dropped: Envelope?
    _ = state.queue.send(envelope("1"), dropped: &dropped)
    change(&state) { $0.notify(delivering: true, wakes: &$1) }
    #expect(task.delivered == nil && state.queue.count == 1)
    change(&state) { $0.leave(task, wakes: &$1) }
  }

  @Test("one who finds nothing keeps its place, and is first again")
  func keepsPlace() {
    var state = make(.unbounded)
    let callers = (0..<2).map { _ in receiver(in: &state) }
    _ = send("1", to: &state)
    #expect(receive(from: &state) == "1")
    // It looked, and found nothing.
    change(&state) {
      $0.wait(callers[0].node, of: callers[0].waiter, enters: false, wakes: &$1)
    }
    _ = callers[0].parker.wakes
    _ = send("2", to: &state)
    #expect(callers.map(\.parker.wakes) == [1, 0])
    callers.forEach { leave($0, &state) }
  }

  @Test("a send asks no more once it did in vain, twice; it must again for one who looked in vain")
  func toldOnce() {
    var state = make(.unbounded)
    var mustAsk: Bool { inproc_flag(&state.queue.cQueue.pointee.receivers_wait) }
    func asksInVain() {
      for _ in 0..<2 { change(&state) { $0.notify(wakes: &$1) } }
    }
    let callers = (0..<2).map { _ in receiver(in: &state) }
    #expect(mustAsk)
    _ = send("1", to: &state)
    change(&state) { $0.notify(wakes: &$1) }
    #expect(mustAsk, "the second was not told")
    _ = send("2", to: &state)
    asksInVain()
    #expect(!mustAsk)
    _ = (receive(from: &state), receive(from: &state))
    change(&state) {
      $0.wait(callers[0].node, of: callers[0].waiter, enters: false, wakes: &$1)
    }
    #expect(mustAsk)
    callers.forEach { leave($0, &state) }
    asksInVain()
    #expect(!mustAsk)
  }

  @Test("one who leaves passes its turn to the next in the wait queue")
  func passesOn() {
    var state = make(.unbounded)
    let callers = [watcher(in: &state), receiver(in: &state), receiver(in: &state)]
    _ = send("1", to: &state)
    #expect(callers.map(\.parker.wakes) == [1, 0, 0])
    leave(callers[0], &state)
    #expect(callers.map(\.parker.wakes) == [0, 1, 0])
    leave(callers[1], &state)
    #expect(callers.map(\.parker.wakes) == [0, 0, 1])
    leave(callers[2], &state)
    #expect(state.receivers.isEmpty && state.receivers.count == 0)
  }

  @Test("leaving from the middle keeps the line whole")
  func middle() {
    var state = make(.unbounded)
    let callers = (0..<3).map { _ in receiver(in: &state) }
    leave(callers[1], &state)
    leave(callers[1], &state)
    #expect(state.receivers.count == 2)
    _ = send("1", to: &state)
    _ = send("2", to: &state)
    #expect(callers.map(\.parker.wakes) == [1, 0, 1])
    callers.forEach { leave($0, &state) }
    #expect(state.receivers.isEmpty)
  }

  @Test("with k places free, the first k who wait to send can go on")
  func room() {
    var state = make(.bounded(2))
    #expect(send("1", to: &state) == .sent)
    #expect(send("2", to: &state) == .sent)
    #expect(send("3", to: &state) == .full)
    let callers = (0..<3).map { sender("\($0)", in: &state) }
    #expect(receive(from: &state) == "1")
    #expect(callers.map(\.parker.wakes) == [1, 0, 0])
    #expect(canGoOn(callers, state) == [true, false, false])
    #expect(change(&state) { $0.drain(wakes: &$1) }.count == 1)
    #expect(callers.map(\.parker.wakes) == [0, 1, 0])
    callers.forEach { leave($0, &state) }
  }

  @Test("a latest queue drops its oldest")
  func latest() {
    var state = make(.latest(1))
    #expect(send("1", to: &state) == .sent)
    #expect(send("2", to: &state) == .sent)
    #expect(receive(from: &state) == "2")
    #expect(receive(from: &state) == nil)
  }

  @Test("a rendezvous hands over to the first who receives, past those who only watch")
  func handOver() {
    var state = make(.rendezvous)
    let callers = [watcher(in: &state), receiver(in: &state), receiver(in: &state)]
    #expect(send("1", to: &state) == .sent)
    #expect(callers.map(\.parker.wakes) == [0, 1, 0])
    #expect(callers[1].waiter.outcome == .served)
    #expect(callers[1].node.delivered?.message == "1")
    #expect(send("2", to: &state) == .sent)
    #expect(send("3", to: &state) == .full)
    leave(callers[0], &state)
  }

  @Test("at a rendezvous a sender that waits is a message that is there")
  func waitingSender() {
    var state = make(.rendezvous)
    let watching = watcher(in: &state)
    let sending = sender("1", in: &state)
    #expect(watching.parker.wakes == 1 && state.isReadable && state.queue.count == 0)
    #expect(receive(from: &state) == "1")
    #expect(sending.parker.wakes == 1 && sending.waiter.outcome == .served)
    #expect(!state.isReadable)
    leave(watching, &state)
  }

  @Test("closing lets everyone go on, and refuses what waits to be sent")
  func close() {
    var state = make(.bounded(1))
    _ = send("1", to: &state)
    let sending = sender("2", in: &state)
    #expect(change(&state) { $0.close(dropping: false, wakes: &$1) }.isEmpty)
    #expect(sending.parker.wakes == 1 && sending.waiter.outcome == .closed)
    #expect(state.senders.isEmpty)
    #expect(send("3", to: &state) == .closed)
    #expect(receive(from: &state) == "1")
    let receiving = receiver(in: &state)
    #expect(canGoOn([receiving], state) == [true])
    leave(receiving, &state)
  }

  @Test("dropping what is queued hands it out, to be released after the lock")
  func dropping() {
    var state = make(.unbounded)
    _ = send("1", to: &state)
    #expect(change(&state) { $0.close(dropping: true, wakes: &$1) }.count == 1)
    #expect(receive(from: &state) == nil)
  }

  @Test("it is finished once no connection is left and none can come, not before")
  func finished() {
    var state = make(.unbounded)
    let receiving = receiver(in: &state)
    #expect(
      owners.withLock { $0.last.map { inproc_end_binding($0.channel.storage.links) } } == false)
    change(&state) { $0.becomeUnreachable(wakes: &$1) }
    #expect(!state.isFinished && receiving.parker.wakes == 0)
    change(&state) { $0.disconnect(Self.connection, wakes: &$1) }
    #expect(state.isFinished && receiving.parker.wakes == 1)
    leave(receiving, &state)
  }

  @Test("a wait is decided once")
  func decidedOnce() {
    let caller = Caller(channel, .receive)
    #expect(caller.waiter.end(.timedOut))
    #expect(!caller.waiter.end(.cancelled))
    #expect(!caller.waiter.settle(.served))
    #expect(caller.waiter.outcome == .timedOut)
  }
}

@Suite("Sleeping and waking", .timeLimit(.minutes(1)))
struct SleepingTests {
  @Test("a signal that comes first is kept, and two are one")
  func kept() async {
    let results = await onThread {
      let signal = Signal()
      signal.signal()
      signal.signal()
      return [signal.wait(), signal.wait(until: .now + .milliseconds(1))]
    }
    #expect(results == [true, false])
  }

  @Test("two threads that signal each other never miss one", arguments: [false, true])
  func pingPong(spins: Bool) async {
    let (ping, pong) = (Signal(spins: spins), Signal(spins: spins))
    async let other: Void = onThread {
      for _ in 0..<2000 {
        _ = ping.wait()
        pong.signal()
      }
    }
    await onThread {
      for _ in 0..<2000 {
        ping.signal()
        _ = pong.wait()
      }
    }
    await other
  }

  @Test("a lock lets one in at a time")
  func exclusion() async {
    let counter = Guarded(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          await onThread { for _ in 0..<10_000 { counter.withLock { $0 += 1 } } }
        }
      }
    }
    #expect(counter.withLock { $0 } == 40_000)
  }

  @Test("threads run with their names, and far more of them than cores")
  func threads() async {
    let count = await withTaskGroup(of: Int.self) { group in
      for number in 0..<50 { group.addTask { await onThread { number } } }
      return await group.reduce(0, +)
    }
    #expect(count == 1225)
  }
}
