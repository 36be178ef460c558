// Connections, and waits that are not at a queue, as events tell them.

extension Registry {
  /// Tells of a connection that was made, and returns it.
  func observed<End: ConnectedEnd>(_ end: End) -> End {
    let outbound = end.outbound
    outbound.channel.noteConnected(outbound.connection)
    return end
  }

  /// A step of a call that waits, or has waited, for an endpoint to be bound. Under the lock.
  func noteWait(_ wait: ConnectWait, enters: Bool, _ wakes: inout Wakes) {
    guard observers.isActive, wait.isOver != enters else { return }
    var kind = Event.Kind.blocked(.connect)
    if wait.isOver {
      let outcome = wait.reason.flatMap { Waiter.Outcome(rawValue: $0.rawValue) } ?? .served
      kind = .woken(.connect, Event.WaitResult(outcome) ?? .served)
    }
    let event = Event(kind, by: wait.parker.identity, endpoint: wait.endpoint)
    observers.record(event, scheduler, &wakes)
  }

  /// Tells of a wait of the calling thread that has nothing to do with an endpoint.
  package func noteWait(_ kind: Event.Kind) {
    guard observers.isActive else { return }
    observers.record(Event(kind, by: scheduler.currentIdentity), scheduler)
  }
}
