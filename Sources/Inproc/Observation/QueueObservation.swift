/// Tells the observers of a registry what happens in one queue.
///
/// All methods are called under the queue's lock, and only where someone observes.
struct QueueObservation: Sendable {
  let observers: Observers
  /// The queue holds the replies to one client.
  var isReplies = false

  @inline(__always) var isActive: Bool { observers.isActive }
}

/// The numbers of a queue's messages. Since a queue is first in, first out, counting those that left
/// it is enough; and that is done only while someone observes.
struct QueueTally {
  private(set) var queue: UInt64 = 0
  private var epoch: UInt32 = 0
  /// The highest number that a message was given.
  private var issued: UInt64 = 0
  /// The number of the last message that left the queue.
  private var taken: UInt64 = 0

  /// Messages that left while no one observed were not counted: what is queued gets new numbers.
  ///
  /// - Returns: whether this is the first event of its queue since someone began to observe.
  fileprivate mutating func begin(_ observers: Observers) -> Bool {
    if queue == 0 { queue = observers.nextNumber() }
    guard epoch != observers.epoch else { return false }
    epoch = observers.epoch
    taken = issued
    return true
  }

  fileprivate mutating func numberOfLast(queued: Int) -> UInt64 {
    issued = max(issued, taken + UInt64(queued))
    return taken + UInt64(queued)
  }

  fileprivate mutating func take(_ count: Int = 1) -> UInt64 {
    taken += UInt64(count)
    issued = max(issued, taken)
    return taken
  }
}

extension Channel {
  /// ``ChannelState/send(_:over:wakes:)``, and tells of it.
  @inline(__always)
  func put(
    _ envelope: Envelope, over connection: Connection, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) -> ChannelState.SendResult {
    observation.isActive
      ? observedPut(envelope, over: connection, &state, &wakes)
      : state.send(envelope, over: connection, wakes: &wakes)
  }

  /// ``ChannelState/receive(wakes:)``, and tells of it.
  @inline(__always)
  func take(_ state: inout ChannelState, _ wakes: inout Wakes) -> ChannelState.ReceiveResult {
    observation.isActive ? observedTake(&state, &wakes) : state.receive(wakes: &wakes)
  }

  /// Sends and receives that passed the state by, before anyone observed, have ended; from here on
  /// all are counted.
  private func begin(_ state: inout ChannelState) {
    guard state.tally.begin(observation.observers) else { return }
    state.queue.quiesce()
  }

  @inline(never)
  private func observedPut(
    _ envelope: Envelope, over connection: Connection, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) -> ChannelState.SendResult {
    begin(&state)
    let receivers = state.isRendezvous ? state.receivers.all : []
    // Only where the oldest can give way.
    let queued = state.queue.count
    let oldest = queued == state.queue.limit ? state.queue.first : nil
    let result = state.send(envelope, over: connection, wakes: &wakes)
    guard result == .sent else { return result }
    if state.isRendezvous {
      let number = state.tally.take()
      record(.sent, envelope, number, over: connection, in: state.tally, waking: &wakes)
      if let (_, parker) = receivers.first(where: { $0.place.delivered != nil }) {
        record(.received, envelope, number, by: parker.identity, in: state.tally, waking: &wakes)
      }
    } else {
      if state.queue.count == queued, let oldest {
        record(.dropped(1), oldest, state.tally.take(), in: state.tally, waking: &wakes)
      }
      let number = state.tally.numberOfLast(queued: state.queue.count)
      record(.sent, envelope, number, over: connection, in: state.tally, waking: &wakes)
    }
    return result
  }

  @inline(never)
  private func observedTake(
    _ state: inout ChannelState, _ wakes: inout Wakes
  ) -> ChannelState.ReceiveResult {
    begin(&state)
    let senders = state.isRendezvous ? state.senders.all : []
    let result = state.receive(wakes: &wakes)
    guard case .message(let envelope) = result else { return result }
    let number = state.tally.take()
    if let (place, parker) = senders.first(where: { $0.place.isChosen }),
      case .send(_, let connection) = place.kind
    {
      record(
        .sent, envelope, number, over: connection, by: parker.identity, in: state.tally,
        waking: &wakes)
    }
    record(.received, envelope, number, in: state.tally, waking: &wakes)
    return result
  }

  /// Messages that were taken all at once.
  func noteDrained(
    _ taken: some Collection<Envelope>, _ state: inout ChannelState, _ wakes: inout Wakes
  ) {
    guard observation.isActive else { return }
    begin(&state)
    for envelope in taken {
      record(.received, envelope, state.tally.take(), in: state.tally, waking: &wakes)
    }
  }

  /// A step of a call that waits, or has waited: it begins to, or its wait is over.
  @inline(__always)
  func noteWait(
    _ operation: Registry.Event.Operation, of waiter: Waiter, enters: Bool,
    _ state: inout ChannelState, _ wakes: inout Wakes
  ) {
    if observation.isActive {
      observedWait(operation, of: waiter, enters: enters, &state, &wakes)
    }
  }

  @inline(never)
  private func observedWait(
    _ operation: Registry.Event.Operation, of waiter: Waiter, enters: Bool,
    _ state: inout ChannelState, _ wakes: inout Wakes
  ) {
    let outcome = waiter.outcome
    guard (outcome == .waiting) == enters else { return }
    begin(&state)
    let result = Registry.Event.WaitResult(outcome)
    let kind = result.map { Registry.Event.Kind.woken(operation, $0) } ?? .blocked(operation)
    record(kind, by: waiter.parker.identity, in: state.tally, waking: &wakes)
  }

  /// The receiving end is about to close; somebody observes.
  func noteClose(dropping: Bool, _ state: inout ChannelState, _ wakes: inout Wakes) {
    begin(&state)
    if !state.isClosed, !observation.isReplies { record(.closed, in: state.tally, waking: &wakes) }
    let queued = state.queue.count
    guard dropping, queued > 0 else { return }
    let last = state.tally.take(queued)
    record(.dropped(queued), nil, last, in: state.tally, waking: &wakes)
  }

  /// A connection came or went.
  func noteConnection(
    _ kind: Registry.Event.Kind, _ connection: Connection, _ state: inout ChannelState,
    _ wakes: inout Wakes
  ) {
    guard observation.isActive, connection.isCounted else { return }
    begin(&state)
    record(kind, over: connection, in: state.tally, waking: &wakes)
  }

  /// It was put on the registry, or taken off; the registry holds its lock, and somebody observes.
  @inline(never)
  func noteBinding(_ kind: Registry.Event.Kind, _ wakes: inout Wakes) {
    withState { state in
      begin(&state)
      record(kind, in: state.tally, waking: &wakes)
    }
  }

  /// A connection was made; no lock is held.
  func noteConnected(_ connection: Connection) {
    guard observation.isActive else { return }
    var wakes = Wakes()
    withState { noteConnection(.connected, connection, &$0, &wakes) }
    wakes.wake()
  }

  private func record(
    _ kind: Registry.Event.Kind, _ envelope: Envelope? = nil, _ sequence: UInt64? = nil,
    over connection: Connection? = nil, by thread: Registry.Event.Thread? = nil,
    in tally: QueueTally, waking wakes: inout Wakes
  ) {
    var event = Registry.Event(kind, by: thread ?? scheduler.currentIdentity, endpoint: endpoint)
    event.queueNumber = tally.queue
    event.isReply = observation.isReplies
    event.connectionNumber = connection?.number(observation.observers) ?? 0
    event.sequenceNumber = sequence ?? 0
    if let message = envelope?.message {
      event.message = message
      event.frameCount = message.count
      event.byteCount = message.byteCount
    }
    observation.observers.record(event, scheduler, &wakes)
  }
}

extension WaitLine {
  /// All places and who waits there, in order. O(waiters).
  fileprivate var all: [(place: Place, parker: any Parker)] {
    var all: [(place: Place, parker: any Parker)] = []
    var current = first
    while let place = current {
      if let waiter = place.waiter { all.append((place, waiter.parker)) }
      current = place.next
    }
    return all
  }
}

extension Registry.Event.WaitResult {
  /// Nil for a wait that goes on.
  init?(_ outcome: Waiter.Outcome) {
    switch outcome {
    case .waiting: return nil
    case .served: self = .served
    case .timedOut: self = .timedOut
    case .interrupted: self = .interrupted
    case .cancelled: self = .cancelled
    case .closed: self = .closed
    }
  }
}
