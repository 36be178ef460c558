/// The sending end of a connection to an endpoint of values: as ``Sender``, of a type of one's own instead
/// of messages.
///
/// ```swift
/// let out = try registry.connect(to: "inproc://jobs", of: Job.self)
/// try out.send(Job(id: 1))
/// ```
///
/// Values are not encoded. A small value without references lies in the queue itself, any other in a box
/// that comes back from the receiver, so a steady flow of values allocates no memory. A value that could
/// not be sent stays the caller's. The connection lasts as long as the sender, which is released as soon
/// as nothing uses it.
public final class ValueSender<Value: Sendable>: ConnectedEnd {
  @usableFromInline let sender: Sender
  @usableFromInline let store: ValueStore

  init(_ sender: Sender, _ store: ValueStore) {
    self.sender = sender
    self.store = store
  }

  /// Where values go; opaque.
  public var outbound: Outbound { sender.outbound }

  /// Ends the connection. Sends that wait here throw `.closed`, later ones too; what was sent stays
  /// deliverable. Does nothing the second time.
  public func close() { sender.close() }

  /// A way to the same queue that keeps nothing open.
  public var weak: WeakValueSender<Value> { WeakValueSender(sender.weak, store) }

  // MARK: Blocking

  /// Sends one value. Blocks while a bounded endpoint is full.
  ///
  /// - Parameter value: is moved to the receiver.
  /// - Throws: `.closed` if the receiving end or this one is closed, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:)'; at the top level of main.swift, within a function"
  )
  @inlinable
  public func send(_ value: consuming Value) throws(InprocError) {
    try sender.send(store.wrap(value))
  }

  /// Sends one value. Blocks while a bounded endpoint is full, but not longer than that.
  ///
  /// - Parameters:
  ///   - value: is moved to the receiver.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Throws: `.timedOut`: then it was not sent; `.closed`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:timeout:)'; at the top level of main.swift, within a function"
  )
  @inlinable
  public func send(_ value: consuming Value, timeout: Duration?) throws(InprocError) {
    try sender.send(store.wrap(value), timeout: timeout)
  }

  /// Sends one value. Blocks while a bounded endpoint is full, at the latest until an instant.
  ///
  /// - Parameters:
  ///   - value: is moved to the receiver.
  ///   - deadline: when to give up.
  /// - Throws: `.timedOut`: then it was not sent; `.closed`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:until:)'; at the top level of main.swift, within a function"
  )
  @inlinable
  public func send(
    _ value: consuming Value, until deadline: ContinuousClock.Instant
  ) throws(InprocError) {
    try sender.send(store.wrap(value), until: deadline)
  }

  /// Sends one value if that needs no waiting.
  ///
  /// - Parameter value: is moved to the receiver.
  /// - Returns: false where it would have had to wait; then it was not sent.
  /// - Throws: `.closed`.
  @inlinable
  public func trySend(_ value: consuming Value) throws(InprocError) -> Bool {
    try sender.trySend(store.wrap(value))
  }

  /// Sends values in their order. Blocks while a bounded endpoint is full.
  ///
  /// - Parameters:
  ///   - values: in order.
  ///   - timeout: the longest wait for all of them; nil waits without limit.
  /// - Returns: how many were sent: all, unless the time ran out, the wait was interrupted or an end was
  ///   closed after the first.
  /// - Throws: `.timedOut`, `.closed`, `.interrupted`, if none was sent.
  /// - Complexity: O(values); the queue is locked once for all that fit.
  @available(
    *, noasync,
    message:
      "use 'try await send(contentsOf:timeout:)'; at the top level of main.swift, within a function"
  )
  @inlinable
  public func send(
    contentsOf values: some Collection<Value>, timeout: Duration? = nil
  ) throws(InprocError) -> Int {
    try sender.send(contentsOf: values.map { store.wrap($0) }, timeout: timeout)
  }

  /// Sends values in their order until one would have to wait. Never blocks.
  ///
  /// - Parameter values: in order.
  /// - Returns: how many were sent; the others stay the caller's.
  /// - Throws: `.closed`, if none was sent.
  /// - Complexity: O(values); the queue is locked once for all that fit.
  @inlinable
  public func trySend(contentsOf values: some Collection<Value>) throws(InprocError) -> Int {
    try sender.trySend(contentsOf: values.map { store.wrap($0) })
  }

  // MARK: Suspending

  /// Sends one value. Suspends while a bounded endpoint is full.
  ///
  /// - Parameter value: is moved to the receiver.
  /// - Throws: `.cancelled`: then it was not sent; `.closed`.
  @inlinable
  public func send(_ value: consuming Value) async throws(InprocError) {
    var unsent: Message? = store.wrap(value)
    sender.sendAtOnce(&unsent)
    if let message = unsent { try await sender.sendLater(message) }
  }

  /// Sends one value. Suspends while a bounded endpoint is full, but not longer than that.
  ///
  /// - Parameters:
  ///   - value: is moved to the receiver.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  @inlinable
  public func send(_ value: consuming Value, timeout: Duration?) async throws(InprocError) {
    try await sender.send(store.wrap(value), timeout: timeout)
  }

  /// Sends one value. Suspends while a bounded endpoint is full, at the latest until an instant.
  ///
  /// - Parameters:
  ///   - value: is moved to the receiver.
  ///   - deadline: when to give up.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  @inlinable
  public func send(
    _ value: consuming Value, until deadline: ContinuousClock.Instant
  ) async throws(InprocError) {
    try await sender.send(store.wrap(value), until: deadline)
  }

  /// Sends one value. Suspends while a bounded endpoint is full, at the latest until an instant of a
  /// clock.
  ///
  /// - Parameters:
  ///   - value: is moved to the receiver.
  ///   - deadline: when to give up.
  ///   - clock: whose instant that is, such as `SuspendingClock()` or a test's own.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  public func send<C: Clock>(
    _ value: consuming Value, until deadline: C.Instant, clock: C
  ) async throws(InprocError) {
    try await sender.send(store.wrap(value), until: deadline, clock: clock)
  }

  /// Sends one value. Suspends while a bounded endpoint is full, but not longer than a clock says.
  ///
  /// - Parameters:
  ///   - value: is moved to the receiver.
  ///   - timeout: the longest wait.
  ///   - clock: what measures it.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  public func send<C: Clock>(
    _ value: consuming Value, timeout: C.Duration, clock: C
  ) async throws(InprocError) {
    try await sender.send(store.wrap(value), timeout: timeout, clock: clock)
  }

  /// Sends values in their order. Suspends while a bounded endpoint is full.
  ///
  /// - Parameters:
  ///   - values: in order.
  ///   - timeout: the longest wait for all of them; nil waits without limit.
  /// - Returns: how many were sent: all, unless the time ran out, the task was cancelled or an end was
  ///   closed after the first.
  /// - Throws: `.timedOut`, `.closed`, `.cancelled`, if none was sent.
  /// - Complexity: O(values); the queue is locked once for all that fit.
  @inlinable
  public func send(
    contentsOf values: some Collection<Value> & Sendable, timeout: Duration? = nil
  ) async throws(InprocError) -> Int {
    try await sender.send(contentsOf: values.map { store.wrap($0) }, timeout: timeout)
  }

  /// Sends every element of an asynchronous sequence, in order. Suspends while a bounded endpoint is
  /// full, and asks the sequence for no further element meanwhile: the receiver sets the pace.
  ///
  /// - Parameter sequence: is iterated on the caller's task.
  /// - Throws: what the sequence throws; `InprocError` `.closed` or `.cancelled`: then the element that was
  ///   asked for last is not sent, and all before it are.
  public func send<Values: AsyncSequence>(
    contentsOf sequence: Values
  ) async throws where Values.Element == Value {
    for try await value in sequence { try await send(value) }
  }
}

/// A way to a queue of values that keeps nothing open: as ``WeakSender``.
public struct WeakValueSender<Value: Sendable>: Sendable {
  private let sender: WeakSender
  private let store: ValueStore

  init(_ sender: WeakSender, _ store: ValueStore) {
    self.sender = sender
    self.store = store
  }

  /// A new connection to the queue. Never blocks.
  ///
  /// - Returns: a sender of its own lifetime.
  /// - Throws: `.closed` if the receiving end is closed, or the endpoint is not bound and no connection
  ///   is left.
  public func upgrade() throws(InprocError) -> ValueSender<Value> {
    ValueSender(try sender.upgrade(), store)
  }

  /// Where its senders send to.
  public var endpoint: Endpoint { sender.endpoint }
}
