internal import DequeModule
internal import Synchronization

/// What one observer has not seen yet. Full, it loses events, and tells how many where they are
/// missing.
package final class EventBuffer: EventSink {
  fileprivate struct State {
    var events = Deque<Registry.Event>()
    /// How many are missing: before the first event with the newest kept, else after the last.
    var lost = 0
    /// When something was last lost, and by whom.
    var lastLost: (thread: Registry.Event.Thread, time: Duration)?
    var isEnded = false
    /// Who waits for events.
    var readers: [any Parker] = []
  }
  private let messages: Registry.ObservedMessages
  private let limit: Int
  private let keepsOldest: Bool
  private let state = Guarded(State())
  private let ended = Atomic(false)

  package init(_ messages: Registry.ObservedMessages, _ buffering: Registry.EventBuffering) {
    self.messages = messages
    limit = buffering.limit
    if case .oldest = buffering { keepsOldest = true } else { keepsOldest = false }
  }

  package func take(_ event: consuming Registry.Event) -> [any Parker] {
    if messages == .sizes { event.message = nil }
    var handed: Registry.Event? = consume event
    return state.withLock { state -> [any Parker] in
      guard !state.isEnded, let event = handed.take() else { return [] }
      if state.events.count >= limit {
        if keepsOldest {
          state.lose(event)
          return []
        }
        if let outdated = state.events.popFirst() { state.lose(outdated) }
      } else if keepsOldest, let gap = state.takeGap() {
        state.events.append(gap)
      }
      state.events.append(event)
      if state.readers.isEmpty { return [] }
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
      if keepsOldest {
        if let event = state.events.popFirst() ?? state.takeGap() { return .event(event) }
      } else {
        if let event = state.takeGap() ?? state.events.popFirst() { return .event(event) }
      }
      if state.isEnded { return .ended }
      if !state.readers.contains(where: { $0 === reader }) { state.readers.append(reader) }
      return .nothing
    }
  }

  /// The most events that are taken at once.
  static let batch = 256

  /// Puts what is there, at most ``batch`` events, into an empty array. Where that is nothing, the
  /// reader is woken when something is.
  ///
  /// - Returns: false once it has ended.
  func take(into taken: inout [Registry.Event], for reader: any Parker) -> Bool {
    let most = min(Self.batch, limit)
    return state.withLock { state in
      if !keepsOldest, let gap = state.takeGap() { taken.append(gap) }
      while taken.count < most, let event = state.events.popFirst() { taken.append(event) }
      if keepsOldest, state.events.isEmpty, let gap = state.takeGap() { taken.append(gap) }
      if state.isEnded { return false }
      if taken.isEmpty, !state.readers.contains(where: { $0 === reader }) {
        state.readers.append(reader)
      }
      return true
    }
  }

  /// Whether nothing more is to be handled.
  var hasEnded: Bool { ended.load(ordering: .acquiring) }

  /// A reader waits no more.
  func forget(_ reader: any Parker) {
    state.withLock { state in state.readers.removeAll { $0 === reader } }
  }

  /// Nothing more is kept, and what is there is dropped.
  package func end() {
    ended.store(true, ordering: .releasing)
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
    lastLost = (event.thread, event.time)
  }

  /// An event that stands for those that are missing, if any are.
  fileprivate mutating func takeGap() -> Registry.Event? {
    guard lost > 0, let last = lastLost else { return nil }
    defer {
      lost = 0
      lastLost = nil
    }
    var gap = Registry.Event(.lost(lost), by: last.thread)
    gap.time = last.time
    return gap
  }
}
