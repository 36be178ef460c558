public import CInprocCore

/// The sending end of a connection to an endpoint.
///
/// Any number of threads and tasks may send over one; each one's messages arrive in its order. The
/// connection lasts as long as the sender: closing or releasing it ends the connection, and a
/// receiver whose endpoint is unbound learns from the last one that nothing more will come.
///
/// ```swift
/// let out = try registry.connect(to: "inproc://jobs")
/// try out.send(["resize", "cat.png"])
/// ```
///
/// A sender is released as soon as nothing uses it, which can be before the end of its scope. Where
/// its lifetime matters, close it explicitly or hold it: `withExtendedLifetime(out) { … }`.
public final class Sender: Connection, @unchecked Sendable {
  // Unchecked as its superclass is.
  // Not counted while the connection is open, because the links of the queue own a reference then.
  private let queue: Unmanaged<ChannelStorage>
  // For the fast path, which does not go through the channel.
  @usableFromInline let cQueue: UnsafeMutablePointer<inproc_queue>
  var connection: Connection { self }

  /// - Parameters:
  ///   - channel: where to.
  ///   - isCounted: whether it is a connection, which the caller has counted.
  ///   - origin: who it is, at a bidirectional endpoint.
  init(channel: Channel, isCounted: Bool = true, origin: Origin? = nil) {
    queue = .passUnretained(channel.storage)
    cQueue = channel.cQueue
    super.init(isCounted: isCounted, origin: origin)
    if !isCounted { _ = queue.retain() }
  }

  /// A connection that the caller has counted.
  init(connectedTo queue: Unmanaged<ChannelStorage>) {
    self.queue = queue
    cQueue = queue._withUnsafeGuaranteedRef { $0.cQueue }
    super.init(isCounted: true, origin: nil)
  }

  deinit {
    if !Channel.detach(of: self, to: queue) { end(isReleased: true) }
    if !isCounted || hasEnded { queue.release() }
  }

  var channel: Channel { Channel(queue.takeUnretainedValue()) }

  override func keepQueue() {
    if isCounted { _ = queue.retain() }
  }
}

extension Sender: SendingEnd {
  @inline(never)
  fileprivate func end(isReleased: Bool) {
    let channel = channel
    channel.act(.close) { channel.disconnect(self, isReleased: isReleased) }
  }

  /// Where messages go; opaque.
  public var outbound: Outbound { Outbound(channel: channel, connection: connection) }

  /// What a server's requests from here carry; nil at an endpoint without replies.
  package var clientID: Client.ID? { origin?.id }

  /// Ends the connection. Sends that wait here throw `.closed`, later ones too; what was sent stays
  /// deliverable. Does nothing the second time.
  public func close() { end(isReleased: false) }
}

// The verbs that are called most are not generic. Their fast path is inlined into the caller: see
// `Channel+Direct.swift`.
extension Sender {
  /// Sends one message. Blocks while a bounded endpoint is full.
  ///
  /// - Parameter message: is not copied.
  /// - Throws: `.closed` if the receiving end or this one is closed, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:)'; at the top level of main.swift, within a function"
  )
  @inlinable
  public func send(_ message: consuming Message) throws(InprocError) {
    let reservation = inproc_reserve_send(cQueue)
    guard reservation.is_open, !hasEnded else { return try sendSlowly(message) }
    reservation.slot.initializeMemory(as: Message.self, to: message)
    if inproc_commit_send(cQueue, reservation) { notifyWaiters() }
  }

  @usableFromInline @inline(never)
  func sendSlowly(_ message: consuming Message) throws(InprocError) {
    inproc_abandon(INPROC_SENDERS)
    if !sendDirectly(message) { try outbound.send(message, until: .never) }
  }

  /// Sends directly, unless the queue is full: a call that waits then retries anyway.
  private func sendDirectly(_ message: Message) -> Bool {
    queue._withUnsafeGuaranteedRef { storage in
      let channel = Channel(storage)
      return !channel.hasCheckpoints && channel.mayHaveRoom
        && channel.sendDirectly(message, over: connection)
    }
  }

  // The call also keeps the sender, and so the queue, alive until the fast path has ended.
  @usableFromInline @inline(never) func notifyWaiters() { channel.notifyWaiters() }

  /// Sends one message. Suspends while a bounded endpoint is full.
  ///
  /// - Parameter message: is not copied.
  /// - Throws: `.cancelled`: then it was not sent; `.closed`.
  @inlinable
  public func send(_ message: consuming Message) async throws(InprocError) {
    // Inlined where it is called: a message that need not wait costs no call of an async function,
    // which takes more time than the rest of a send.
    var unsent: Message? = message
    sendAtOnce(&unsent)
    if let message = unsent { try await sendLater(message) }
  }

  /// Sends the message and sets it to nil, if that needs no waiting and the task is not cancelled.
  @usableFromInline func sendAtOnce(_ unsent: inout Message?) {
    if CallingTask().isCancelled { return }
    let reservation = inproc_reserve_send(cQueue)
    if reservation.is_open, !hasEnded, let message = unsent.take() {
      reservation.slot.initializeMemory(as: Message.self, to: message)
      if inproc_commit_send(cQueue, reservation) { notifyWaiters() }
      return
    }
    inproc_abandon(INPROC_SENDERS)
    if let message = unsent, sendDirectly(message) { unsent = nil }
  }

  /// Sends for a task that has just found no room, or is cancelled.
  @usableFromInline func sendLater(_ message: Message) async throws(InprocError) {
    try await outbound.sendLater(message, until: .never)
  }

  /// Sends one message if that needs no waiting.
  ///
  /// - Parameter message: is not copied.
  /// - Returns: false where it would have had to wait; then it was not sent.
  /// - Throws: `.closed`.
  @inlinable
  public func trySend(_ message: consuming Message) throws(InprocError) -> Bool {
    let reservation = inproc_reserve_send(cQueue)
    guard reservation.is_open, !hasEnded else { return try trySendSlowly(message) }
    reservation.slot.initializeMemory(as: Message.self, to: message)
    if inproc_commit_send(cQueue, reservation) { notifyWaiters() }
    return true
  }

  @usableFromInline @inline(never)
  func trySendSlowly(_ message: consuming Message) throws(InprocError) -> Bool {
    inproc_abandon(INPROC_SENDERS)
    return sendDirectly(message) ? true : try outbound.trySend(message)
  }
}

/// What a ``SendingEnd`` sends into; opaque.
public struct Outbound: Sendable {
  let channel: Channel
  let connection: Connection

  private func envelope(_ message: Message) -> Envelope {
    Envelope(message: message, origin: connection.origin)
  }

  func send(_ message: Message, until deadline: Deadline) throws(InprocError) {
    try channel.instrumented(.send, sending: message) { () throws(InprocError) in
      try channel.send(envelope(message), over: connection, until: deadline)
    }
  }

  func send(_ messages: [Message], until deadline: Deadline) throws(InprocError) -> Int {
    try channel.instrumented(.send, sending: messages.first) { () throws(InprocError) in
      try channel.send(messages, over: connection, until: deadline)
    }
  }

  func send(_ messages: [Message], until deadline: Deadline) async throws(InprocError) -> Int {
    try await channel.instrumented(.send, sending: messages.first) { () async throws(InprocError) in
      try await channel.send(messages, over: connection, until: deadline)
    }
  }

  func waitUntilReceived(until deadline: Deadline) async throws(InprocError) {
    try await channel.instrumented(.waitUntilReceived) { () async throws(InprocError) in
      try await channel.waitUntilReceived(until: deadline)
    }
  }

  func trySend(_ messages: [Message]) throws(InprocError) -> Int {
    try channel.instrumented(.trySend, sending: messages.first) { () throws(InprocError) in
      try channel.trySend(messages, over: connection)
    }
  }

  func trySend(_ message: Message) throws(InprocError) -> Bool {
    try channel.instrumented(.trySend, sending: message) { () throws(InprocError) in
      try channel.trySend(envelope(message), over: connection)
    }
  }

  func send(_ message: Message, until deadline: Deadline) async throws(InprocError) {
    if !sendAtOnce(message) { try await sendLater(message, until: deadline) }
  }

  /// What needs no waiting, for a task: no executor is changed. Returns whether it was sent.
  @inline(__always) func sendAtOnce(_ message: Message) -> Bool {
    !channel.hasCheckpoints && !CallingTask().isCancelled
      && channel.sendDirectly(message, over: connection)
  }

  /// Sends for a task that has just found no room.
  func sendLater(_ message: Message, until deadline: Deadline) async throws(InprocError) {
    try await channel.instrumented(.send, sending: message) { () async throws(InprocError) in
      try await channel.send(envelope(message), over: connection, until: deadline)
    }
  }
}

/// The verbs of all ends that send messages: ``Sender`` and ``Client``.
public protocol SendingEnd: SendingReference {}

extension SendingEnd {
  /// Sends one message. Blocks while a bounded endpoint is full.
  ///
  /// - Parameter message: is not copied.
  /// - Throws: `.closed` if the receiving end or this one is closed, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:)'; at the top level of main.swift, within a function"
  )
  public func send(_ message: Message) throws(InprocError) {
    try outbound.send(message, until: .never)
  }

  /// Sends one message. Blocks while a bounded endpoint is full, but not longer than that.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Throws: `.timedOut`: then it was not sent; `.closed`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:timeout:)'; at the top level of main.swift, within a function"
  )
  public func send(_ message: Message, timeout: Duration?) throws(InprocError) {
    try outbound.send(message, until: Deadline(timeout))
  }

  /// Sends one message. Blocks while a bounded endpoint is full, at the latest until an instant.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - deadline: when to give up.
  /// - Throws: `.timedOut`: then it was not sent; `.closed`, `.interrupted`.
  @available(
    *, noasync,
    message: "use 'try await send(_:until:)'; at the top level of main.swift, within a function"
  )
  public func send(
    _ message: Message, until deadline: ContinuousClock.Instant
  ) throws(InprocError) {
    try outbound.send(message, until: .at(deadline))
  }

  /// Sends one message if that needs no waiting.
  ///
  /// - Parameter message: is not copied.
  /// - Returns: false where it would have had to wait; then it was not sent.
  /// - Throws: `.closed`.
  public func trySend(_ message: Message) throws(InprocError) -> Bool {
    try outbound.trySend(message)
  }

  /// Sends one message. Suspends while a bounded endpoint is full.
  ///
  /// - Parameter message: is not copied.
  /// - Throws: `.cancelled`: then it was not sent; `.closed`.
  public func send(_ message: Message) async throws(InprocError) {
    try await outbound.send(message, until: .never)
  }

  /// Sends one message. Suspends while a bounded endpoint is full, but not longer than that.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  public func send(_ message: Message, timeout: Duration?) async throws(InprocError) {
    try await outbound.send(message, until: Deadline(timeout))
  }

  /// Sends one message. Suspends while a bounded endpoint is full, at the latest until an instant.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - deadline: when to give up.
  /// - Throws: `.timedOut` or `.cancelled`: then it was not sent; `.closed`.
  public func send(
    _ message: Message, until deadline: ContinuousClock.Instant
  ) async throws(InprocError) {
    try await outbound.send(message, until: .at(deadline))
  }
}
