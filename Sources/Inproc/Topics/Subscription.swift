/// One who has subscribed to a topic, as the topic knows it: a queue of its own, and what is to come
/// into it.
struct Subscription: Sendable {
  let channel: Channel
  /// What the first frame of a message begins with that is for it.
  private let prefix: Frame
  /// Keeps the queue from ending while something can come from the topic.
  private let link = Connection(isCounted: true, origin: nil)

  /// A subscription that has nothing yet.
  ///
  /// - Parameters:
  ///   - topic: its topic.
  ///   - capacity: how many messages are queued for it.
  ///   - prefix: what the first frame of a message begins with that is for it.
  init(to topic: Channel, capacity: Capacity, prefix: Frame) {
    channel = Channel(
      endpoint: topic.endpoint, capacity: capacity, connections: 1, canConnect: false,
      isSubscription: true, values: topic.values, context: topic.context)
    self.prefix = prefix
  }

  /// Whether a message is for it.
  func concerns(_ message: Message) -> Bool {
    if prefix.isEmpty { return true }
    guard let first = message.first, first.count >= prefix.count else { return false }
    return first[..<prefix.count] == prefix
  }

  /// Of a topic's retained messages those that it gets, the oldest first.
  func selection(of retained: some Collection<Message>) -> ArraySlice<Message> {
    retained.filter(concerns).suffix(channel.capacity.limit ?? .max)
  }

  /// Whether it would not keep a sender waiting. What is closed keeps nobody waiting.
  var hasRoom: Bool { channel.withState { $0.isClosed || $0.hasRoom(for: nil) } }

  /// Whether its receiver is closed or gone.
  var isClosed: Bool { channel.isClosed }

  /// Puts a message in, under the topic's lock and where there is room.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - connection: over which it comes, for events.
  ///   - wakes: whom to wake once no lock is held.
  func put(_ message: Message, over connection: Connection, _ wakes: inout Wakes) {
    let envelope = Envelope(message: message, origin: nil)
    channel.withState { state in
      let result = channel.put(envelope, over: connection, &state, &wakes)
      // Only the receiver that was there at a rendezvous can have chosen something else meanwhile: a
      // selection does that without the lock. The others have the message, so this one is to get it.
      if result == .full { leave(envelope, over: connection, in: &state, &wakes) }
    }
    // Its place is for one message; the next subscription may need it.
    if let dropped = wakes.dropped.take() { wakes.release(dropped.message) }
  }

  /// Leaves a message at a rendezvous, where nobody waits with it: the next receiver takes it.
  private func leave(
    _ envelope: Envelope, over connection: Connection, in state: inout ChannelState,
    _ wakes: inout Wakes
  ) {
    let waiter = Waiter(parker: Nobody(), channel, .send(envelope, connection))
    state.wait(waiter, of: waiter, enters: true, wakes: &wakes)
  }

  private final class Nobody: Parker {
    func wake() {}
  }

  /// Nothing more can come from the topic. Does nothing the second time.
  func end() {
    guard link.closeOnce() else { return }
    channel.update { $0.disconnect(link, wakes: &$1) }
  }
}
