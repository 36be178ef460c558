/// The one who bound a topic of values: as ``Topic``, of a type of one's own instead of messages.
///
/// ```swift
/// let prices = try registry.bindTopic("inproc://prices", of: Price.self, retaining: 1)
/// let mine = try registry.subscribe(to: "inproc://prices", of: Price.self, capacity: .latest(16))
/// try prices.send(Price(of: "tea", is: 10))
/// try mine.receive()
/// ```
///
/// Values are not encoded. All subscribers get the same value: a small one without references is copied
/// into each queue, any other lies in one box that they share.
public final class ValueTopic<Value: Sendable>: ConnectedEnd {
  private let topic: Topic
  private let store: ValueStore

  init(_ topic: Topic, _ store: ValueStore) {
    self.topic = topic
    self.store = store
  }

  /// Where values go; opaque.
  public var outbound: Outbound { topic.outbound }

  /// How many subscriptions there are that are not closed.
  public var subscriberCount: Int { topic.subscriberCount }

  /// How many connections are open. The binder's own half does not count, nor do subscriptions.
  public var connectionCount: Int { topic.connectionCount }

  /// Takes the topic off the registry, as ``Topic/unbind()``.
  public func unbind() { topic.unbind() }

  /// Unbinds the topic and refuses further values, as ``Topic/close()``.
  public func close() { topic.close() }

  // MARK: Sending

  /// Sends one value to all subscribers. Blocks while one with a bounded queue is full.
  ///
  /// - Parameter value: is shared by the subscribers.
  /// - Throws: `.closed` if the topic is, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:)'; at the top level of main.swift, within a function"
  )
  public func send(_ value: Value) throws(InprocError) { try topic.send(store.wrap(value)) }

  /// Sends one value to all subscribers. Blocks while one with a bounded queue is full, but not longer
  /// than that.
  ///
  /// - Parameters:
  ///   - value: is shared by the subscribers.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Throws: `.timedOut`: then nobody got it; `.closed`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:timeout:)'; at the top level of main.swift, within a function"
  )
  public func send(_ value: Value, timeout: Duration?) throws(InprocError) {
    try topic.send(store.wrap(value), timeout: timeout)
  }

  /// Sends one value to all subscribers. Blocks while one with a bounded queue is full, at the latest
  /// until an instant.
  ///
  /// - Parameters:
  ///   - value: is shared by the subscribers.
  ///   - deadline: when to give up.
  /// - Throws: `.timedOut`: then nobody got it; `.closed`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:until:)'; at the top level of main.swift, within a function"
  )
  public func send(
    _ value: Value, until deadline: ContinuousClock.Instant
  ) throws(InprocError) {
    try topic.send(store.wrap(value), until: deadline)
  }

  /// Sends one value to all subscribers if that needs no waiting.
  ///
  /// - Parameter value: is shared by the subscribers.
  /// - Returns: false where it would have had to wait; then nobody got it.
  /// - Throws: `.closed`.
  public func trySend(_ value: Value) throws(InprocError) -> Bool {
    try topic.trySend(store.wrap(value))
  }

  /// Sends one value to all subscribers. Suspends while one with a bounded queue is full.
  ///
  /// - Parameter value: is shared by the subscribers.
  /// - Throws: `.cancelled`: then nobody got it; `.closed`.
  public func send(_ value: Value) async throws(InprocError) {
    try await topic.send(store.wrap(value))
  }

  /// Sends one value to all subscribers. Suspends while one with a bounded queue is full, but not longer
  /// than that.
  ///
  /// - Parameters:
  ///   - value: is shared by the subscribers.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Throws: `.timedOut` or `.cancelled`: then nobody got it; `.closed`.
  public func send(_ value: Value, timeout: Duration?) async throws(InprocError) {
    try await topic.send(store.wrap(value), timeout: timeout)
  }

  /// Sends one value to all subscribers. Suspends while one with a bounded queue is full, at the latest
  /// until an instant.
  ///
  /// - Parameters:
  ///   - value: is shared by the subscribers.
  ///   - deadline: when to give up.
  /// - Throws: `.timedOut` or `.cancelled`: then nobody got it; `.closed`.
  public func send(
    _ value: Value, until deadline: ContinuousClock.Instant
  ) async throws(InprocError) {
    try await topic.send(store.wrap(value), until: deadline)
  }
}
