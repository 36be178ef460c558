// Sends to a topic that have to wait for a subscriber. They queue at each subscriber's channel that is full,
// and at the topic's own channel, which notifies them when it or their connection is closed.

extension TopicState {
  /// - Throws: `.closed`.
  func trySend(
    _ message: Message, over connection: Connection, at channel: Channel
  ) throws(InprocError) -> Bool {
    switch put(message, over: connection, at: channel) {
    case .sent: return true
    case .full: return false
    case .closed: throw channel.closedToSenders()
    }
  }

  /// - Throws: `.closed`, `.timedOut`, `.interrupted`.
  func send(
    _ message: Message, over connection: Connection, at channel: Channel, until deadline: Deadline
  ) throws(InprocError) {
    let deadline = deadline.fixed(channel.scheduler)
    while try !trySend(message, over: connection, at: channel) {
      guard let targets = targets(for: message, over: connection, at: channel) else { continue }
      do throws(InprocError) {
        _ = try Selection.wait(on: targets, deadline, channel.scheduler, doing: .send)
      } catch {
        throw ended(error, channel)
      }
    }
  }

  /// - Throws: `.closed`, `.timedOut`, `.cancelled`.
  func send(
    _ message: Message, over connection: Connection, at channel: Channel, until deadline: Deadline
  ) async throws(InprocError) {
    let deadline = deadline.fixed(channel.scheduler)
    while try !trySend(message, over: connection, at: channel) {
      guard let targets = targets(for: message, over: connection, at: channel) else { continue }
      try channel.requireTasks()
      do throws(InprocError) {
        _ = try await Selection.wait(on: targets, deadline, channel.scheduler, doing: .send)
      } catch {
        throw ended(error, channel)
      }
    }
  }

  /// What a send waits for; nil where there is room by now.
  private func targets(
    for message: Message, over connection: Connection, at channel: Channel
  ) -> [Selection.Target]? {
    let full = full(for: message)
    if full.isEmpty { return nil }
    return ([channel] + full).map { Selection.Target(roomAt: $0, over: connection) }
  }

  private func ended(_ error: InprocError, _ channel: Channel) -> InprocError {
    switch error.code {
    case .timedOut: channel.ended(.timedOut, doing: "send to")
    case .cancelled: channel.ended(.cancelled, doing: "send to")
    case .interrupted: channel.ended(.interrupted, doing: "send to")
    default: error
    }
  }

  // MARK: Until all was received

  /// - Throws: `.timedOut`, `.interrupted`.
  func waitUntilReceived(until deadline: Deadline) throws(InprocError) {
    for channel in channels {
      do throws(InprocError) {
        try channel.waitUntilReceived(until: deadline)
      } catch {
        // Who has gone is no subscriber any more.
        if error.code != .closed { throw error }
      }
    }
  }

  /// - Throws: `.timedOut`, `.cancelled`.
  func waitUntilReceived(until deadline: Deadline) async throws(InprocError) {
    for channel in channels {
      do throws(InprocError) {
        try await channel.waitUntilReceived(until: deadline)
      } catch {
        if error.code != .closed { throw error }
      }
    }
  }
}
