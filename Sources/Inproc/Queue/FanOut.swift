/// What takes the messages that are sent to a channel in its stead, and passes each on to several others:
/// what is behind the channel of a topic, which holds nothing and has no room.
protocol FanOut: AnyObject, Sendable {
  /// Sends a message to all that it concerns, or to none.
  ///
  /// - Returns: false where it would have had to wait.
  /// - Throws: `.closed`.
  func trySend(
    _ message: Message, over connection: Connection, at channel: Channel
  ) throws(InprocError) -> Bool

  /// Blocks until all that it concerns have room.
  ///
  /// - Throws: `.closed`, `.timedOut`, `.interrupted`.
  func send(
    _ message: Message, over connection: Connection, at channel: Channel, until deadline: Deadline
  ) throws(InprocError)

  /// Suspends until all that it concerns have room.
  ///
  /// - Throws: `.closed`, `.timedOut`, `.cancelled`.
  func send(
    _ message: Message, over connection: Connection, at channel: Channel, until deadline: Deadline
  ) async throws(InprocError)

  /// Blocks until all have received what was sent before.
  ///
  /// - Throws: `.timedOut`, `.interrupted`.
  func waitUntilReceived(until deadline: Deadline) throws(InprocError)

  /// Suspends until all have received what was sent before.
  ///
  /// - Throws: `.timedOut`, `.cancelled`.
  func waitUntilReceived(until deadline: Deadline) async throws(InprocError)

  /// Those that keep senders waiting.
  ///
  /// - Parameter message: what is sent; nil for any.
  /// - Returns: those that it concerns.
  func full(for message: Message?) -> [Channel]

  /// Nothing more can come over the channel.
  func end()
}
