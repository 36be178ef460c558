internal import DequeModule

/// What one observer has not seen yet. Full, it loses events, and tells how many where they are
/// missing.
package final class EventBuffer: EventSink {
  fileprivate struct State {
    var events = Deque<Registry.Event>()
    /// How many are missing: before the first event with the newest kept, else after the last.
    var lost = 0
    /// When something was last lost, and by whom.
    var lastLost: Registry.Event?
    var isEnded = false
    /// Who waits for events.
    var readers: [any Parker] = []
  }
  private let messages: Registry.ObservedMessages
  private let buffering: Registry.EventBuffering
  private let state = Guarded(State())

  package init(_ messages: Registry.ObservedMessages, _ buffering: Registry.EventBuffering) {
    self.messages = messages
    self.buffering = buffering
  }

  package func take(_ event: Registry.Event) -> [any Parker] {
    var event = event
    if messages == .sizes { event.message = nil }
    return state.withLock { state -> [any Parker] in
      guard !state.isEnded else { return [] }
      if state.events.count >= buffering.limit {
        if case .oldest = buffering {
          state.lose(event)
          return []
        }
        if let outdated = state.events.popFirst() { state.lose(outdated) }
      } else if case .oldest = buffering, let gap = state.takeGap() {
        state.events.append(gap)
      }
      state.events.append(event)
      defer { state.readers = [] }
      return state.readers
    }
  }

  package enum Next: Sendable {
    case event(Registry.Event)
    case ended
    /// Nothing is there; the reader is woken when something is.
    case nothing
  }

  package func next(for reader: any Parker) -> Next {
    state.withLock { state in
      if case .oldest = buffering {
        if let event = state.events.popFirst() ?? state.takeGap() { return .event(event) }
      } else {
        if let event = state.takeGap() ?? state.events.popFirst() { return .event(event) }
      }
      if state.isEnded { return .ended }
      if !state.readers.contains(where: { $0 === reader }) { state.readers.append(reader) }
      return .nothing
    }
  }

  /// A reader waits no more.
  func forget(_ reader: any Parker) {
    state.withLock { state in state.readers.removeAll { $0 === reader } }
  }

  /// Nothing more is kept, and what is there is dropped.
  package func end() {
    let readers = state.withLock { state in
      defer { state = State(isEnded: true) }
      return state.readers
    }
    for reader in readers { reader.wake() }
  }
}

extension EventBuffer.State {
  fileprivate mutating func lose(_ event: Registry.Event) {
    lost += 1
    lastLost = Registry.Event(.lost(0), by: event.thread, at: event.instant)
  }

  /// An event that stands for those that are missing, if any are.
  fileprivate mutating func takeGap() -> Registry.Event? {
    guard lost > 0, let last = lastLost else { return nil }
    defer {
      lost = 0
      lastLost = nil
    }
    return Registry.Event(.lost(lost), by: last.thread, at: last.instant)
  }
}
