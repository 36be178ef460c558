// A selection that waits, as events tell it.

extension Selection {
  /// Tells that a selection waits, before others can see it wait.
  static func note(
    _ kind: RegistryEvent.Kind, _ channels: @autoclosure () -> [Channel], _ parker: any Parker,
    _ observers: Observers
  ) {
    guard observers.isActive else { return }
    let channels = channels()
    guard let first = channels.first else { return }
    var event = RegistryEvent(kind, by: parker.identity, endpoint: first.endpoint)
    event.otherEndpoints = channels.dropFirst().map(\.endpoint)
    first.observers.record(event, first.scheduler)
  }

  static func noteEnd(
    _ outcome: Waiter.Outcome, _ channels: @autoclosure () -> [Channel], _ parker: any Parker,
    _ observers: Observers, doing operation: RegistryEvent.Operation = .select
  ) {
    guard let result = RegistryEvent.WaitResult(outcome) else { return }
    note(.woken(operation, result), channels(), parker, observers)
  }
}
