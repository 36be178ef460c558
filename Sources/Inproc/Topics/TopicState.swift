internal import DequeModule

/// What is behind the channel of a topic: who has subscribed, and what is retained.
///
/// The channel itself holds nothing: it counts the connections, is closed and observed as any other,
/// and has no room, so that every send comes here. One lock makes a send, and a subscription with what
/// it gets of the retained messages, one step each. Below it are only the locks of the subscribers'
/// channels, each taken by itself.
final class TopicState: FanOut {
  private struct State {
    /// In the order they came.
    var subscriptions: [Subscription] = []
    /// The newest that are kept for those who come, the oldest first.
    var retained: Deque<Message> = []
  }
  private let state = Guarded(State())
  /// How many messages are retained.
  let retaining: Int
  /// What goes to a subscriber that nobody sends now.
  private let connection = Connection(isCounted: false, origin: nil)

  init(retaining: Int) { self.retaining = retaining }

  // Nobody can send any more.
  deinit { end() }

  // MARK: Subscribers

  /// How many have subscribed and are not closed.
  var subscriberCount: Int {
    state.withLock { state in state.subscriptions.count { !$0.isClosed } }
  }

  /// Adds a subscriber; what it gets of the retained messages is there when others know of it.
  ///
  /// - Parameters:
  ///   - subscription: a new one.
  ///   - wakes: whom to wake once no lock is held.
  func add(_ subscription: Subscription, _ wakes: inout Wakes) {
    state.withLock { state in
      let channel = subscription.channel
      if channel.isObserved { channel.noteBinding(.subscribed(capacity: channel.capacity), &wakes) }
      for message in subscription.selection(of: state.retained) {
        subscription.put(message, over: connection, &wakes)
      }
      state.subscriptions.append(subscription)
    }
  }

  /// Forgets subscribers that are closed. No lock is held.
  func forgetClosed() {
    let closed = state.withLock { state in
      let closed = state.subscriptions.filter(\.isClosed)
      if !closed.isEmpty { state.subscriptions.removeAll(where: \.isClosed) }
      return closed
    }
    for subscription in closed { subscription.end() }
  }

  /// Nothing more can come: subscribers end once they have used up their queues.
  func end() {
    for subscription in state.withLock({ $0.subscriptions }) { subscription.end() }
  }

  // MARK: Sending

  /// Sends a message to all subscribers that it concerns, or to none.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - sender: the connection it is sent over.
  ///   - channel: the topic's.
  /// - Returns: whether it was sent, had to wait for a subscriber, or an end is closed.
  func put(
    _ message: Message, over sender: Connection, at channel: Channel
  ) -> MessageQueue.SendResult {
    // Once it has begun, closing the connection does not cut it short.
    let connection =
      channel.isObserved ? RelayedConnection(of: sender, origin: nil) : self.connection
    var wakes = Wakes()
    var meetsClosed = false
    let result = state.withLock { state -> MessageQueue.SendResult in
      if channel.isClosed || sender.hasEnded { return .closed }
      let concerned = state.subscriptions.filter { $0.concerns(message) }
      if !concerned.allSatisfy(\.hasRoom) { return .full }
      for subscription in concerned {
        if subscription.isClosed { meetsClosed = true }
        subscription.put(message, over: connection, &wakes)
      }
      if retaining > 0 {
        if state.retained.count == retaining, let oldest = state.retained.popFirst() {
          wakes.release(oldest)
        }
        state.retained.append(message)
      }
      return .sent
    }
    if !wakes.isEmpty {
      channel.checkpoint(.published)
      wakes.wake()
    }
    if meetsClosed { forgetClosed() }
    return result
  }

  /// The queues of subscribers that keep senders waiting.
  ///
  /// - Parameter message: what is sent; nil for any.
  /// - Returns: those that it concerns.
  func full(for message: Message?) -> [Channel] {
    state.withLock { state in
      state.subscriptions.filter { subscription in
        (message.map(subscription.concerns) ?? true) && !subscription.hasRoom
      }.map(\.channel)
    }
  }

  /// The queues of all subscribers.
  var channels: [Channel] { state.withLock { $0.subscriptions.map(\.channel) } }
}

extension Channel {
  /// What is behind it, if it is a topic's.
  var topic: TopicState? { fanOut as? TopicState }
}
