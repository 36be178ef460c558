internal import Synchronization

/// A connection to a bidirectional endpoint that also receives this client's replies, and no one
/// else's. It has the verbs of ``Sender`` and of ``Receiver``.
///
/// ```swift
/// let client = try registry.connectBidirectional(to: "inproc://echo")
/// try client.send(["ping"])
/// try client.receive()  // ["pong"]
/// ```
///
/// Its receive throws `.closed` once its replies are used up and the server is closed. Releasing it
/// closes it.
public final class Client: Sendable {
  /// Who a request came from.
  public typealias ID = ClientID

  let server: ServerState
  let origin: Origin
  private let replies: Channel
  let connection: Connection

  init(server: ServerState, origin: Origin, replies: Channel) {
    self.server = server
    self.origin = origin
    self.replies = replies
    connection = Connection(isCounted: true, origin: origin)
  }

  deinit { end(isReleased: true) }

  /// What requests carry, so that the server can answer.
  public var id: ID { origin.id }
}

extension Client: SendingEnd, ReceivingEnd, AsyncSequence {
  /// What an iteration gives.
  public typealias Element = Message
  /// An iteration does not fail: it ends.
  public typealias Failure = Never
  /// Where messages go; opaque.
  public var outbound: Outbound { Outbound(channel: server.channel, connection: connection) }
  /// Where messages come from; opaque.
  public var inbound: Inbound { Inbound(channel: replies) }
  /// Makes what a receive gives of what came.
  public func unwrap(_ delivery: Delivery) -> Message { delivery.envelope.message }
  /// Suspends for each reply, until closed or the task is cancelled.
  public func makeAsyncIterator() -> AsyncMessages<Client> { AsyncMessages(end: self) }

  /// The endpoint it is connected to.
  public var endpoint: Endpoint { server.channel.endpoint }
  /// The capacity of the server's queue; replies are not bounded.
  public var capacity: Capacity { server.channel.capacity }
  /// Whether a send would have to wait now.
  public var isFull: Bool {
    server.channel.query(.isFull) { server.channel.isFull }
  }

  /// Ends the connection and drops replies that were not received. Requests that were sent stay
  /// deliverable. Does nothing the second time.
  public func close() { end(isReleased: false) }

  private func end(isReleased: Bool) {
    server.channel.act(.close) {
      server.forget(origin)
      server.channel.disconnect(connection, isReleased: isReleased)
      server.questions.end(of: id, at: server.channel)
      replies.close(dropping: true)
    }
  }
}

/// The one who bound a bidirectional endpoint: receives requests, and answers each client.
///
/// ```swift
/// let server = try registry.bindBidirectional("inproc://echo")
/// for request in server.messages { try request.reply(request.message) }
/// ```
///
/// Releasing it closes it, and drops requests that were not received.
public final class Server: Sendable {
  let state: ServerState

  init(state: ServerState) { self.state = state }

  deinit { state.close(dropping: true) }
}

extension Server: ReceivingEnd, AsyncSequence {
  /// What an iteration gives.
  public typealias Element = Request
  /// An iteration does not fail: it ends.
  public typealias Failure = Never
  /// Where messages come from; opaque.
  public var inbound: Inbound { Inbound(channel: state.channel) }
  /// Makes what a receive gives of what came.
  public func unwrap(_ delivery: Delivery) -> Request {
    Request(envelope: delivery.envelope, server: state)
  }
  /// Suspends for each request, until closed or the task is cancelled.
  public func makeAsyncIterator() -> AsyncMessages<Server> { AsyncMessages(end: self) }

  /// Sends a message to one client. Never blocks: replies are not bounded.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - client: as a request names it.
  /// - Throws: `.noPeer` if no client of that identity is connected, `.closed`.
  public func send(_ message: Message, to client: Client.ID) throws(InprocError) {
    try state.send(message, to: client)
  }

  /// A sender to oneself, as ``Receiver/makeSender()``. What it sends can't be replied to.
  public func makeSender() -> Sender {
    Sender(channel: state.channel, isCounted: false)
  }

  /// The bidirectional clients that are connected, in the order they came.
  public var clients: [Client.ID] { query(.clients) { _ in state.clients } }

  /// Unbinds the endpoint and refuses further requests and replies. Requests that are queued can
  /// still be received, replies that were sent too. Does nothing the second time.
  public func close() { state.close(dropping: false) }

  /// Unbinds the endpoint and refuses further requests. Those that are queued can still be received, and
  /// answered until it is closed.
  package func stopAccepting() { state.stopAccepting() }

  /// Closes, and drops what is queued.
  package func discard() { state.close(dropping: true) }

  /// Whether it was closed.
  public var isClosed: Bool { query(.isClosed) { $0.isClosed } }
}

/// A message that a server received, and the way back to who sent it.
public struct Request: Sendable {
  let envelope: Envelope
  let server: ServerState

  /// What was sent.
  public var message: Message { envelope.message }

  /// Who sent it. A plain connection has an identity too, but takes no replies.
  public var client: Client.ID { envelope.origin?.id ?? Client.ID(number: 0) }

  /// Answers the client. Never blocks: replies are not bounded. A request can be answered several
  /// times, and from any thread.
  ///
  /// What `ask(_:timeout:)` has sent takes one answer: later ones are dropped, and
  /// so is one that comes after the asker's time. A request that is released without a reply fails its
  /// asker at once.
  ///
  /// - Parameter message: is not copied.
  /// - Throws: `.noPeer` once that client is gone or where a plain connection sent the request,
  ///   `.closed` once the server is closed.
  public func reply(_ message: Message) throws(InprocError) {
    guard let question = envelope.origin as? Question else {
      return try server.send(message, to: client)
    }
    try server.channel.instrumented(.reply, sending: message) { () throws(InprocError) in
      try server.answer(question, message)
    }
  }
}

/// What a server and its clients share.
final class ServerState: Sendable {
  let channel: Channel
  private let origins = Guarded<[Client.ID: Origin]>([:])
  let ownConnection = Connection(isCounted: false, origin: nil)
  let questions = Questions()
  private let hungUp = Atomic(false)
  /// Whether it is closed to replies, and not only to requests.
  var isHungUp: Bool { hungUp.load(ordering: .acquiring) }

  init(channel: Channel) {
    self.channel = channel
    channel.storage.parts.pointee.server = .passUnretained(self)
  }

  var clients: [Client.ID] { origins.withLock { $0.keys.sorted() } }

  /// A further client; the registry holds its lock, so that no `unbind` comes in between.
  func makeClient() -> Client {
    let replies = Channel(
      endpoint: channel.endpoint, capacity: .unbounded, canConnect: true,
      isReplies: true, context: channel.context)
    let origin = Origin(id: channel.context.table.nextClient(), replies: replies)
    origins.withLock { $0[origin.id] = origin }
    channel.connect()
    return Client(server: self, origin: origin, replies: replies)
  }

  func forget(_ origin: Origin) { origins.withLock { _ = $0.removeValue(forKey: origin.id) } }

  func send(_ message: Message, to client: Client.ID) throws(InprocError) {
    try channel.instrumented(.reply, sending: message) { () throws(InprocError) in
      try deliver(message, to: client)
    }
  }

  private func deliver(_ message: Message, to client: Client.ID) throws(InprocError) {
    if let replies = origins.withLock({ $0[client] })?.replies, !isHungUp {
      let reply = Envelope(message: message, origin: nil)
      // Fails only where the client closes, or the server does, at this very moment.
      if (try? replies.trySend(reply, over: ownConnection)) != nil { return }
    }
    try requirePeer(client)
    throw notConnected(client)
  }

  /// - Throws: `.noPeer` if no client of that identity is connected, or else `.closed` if the server is.
  func requirePeer(_ client: Client.ID) throws(InprocError) {
    if origins.withLock({ $0[client] })?.replies == nil { throw notConnected(client) }
    if isHungUp {
      throw InprocError(
        .closed,
        "the server of \(Excerpt(channel.endpoint.description)) is closed; reply before closing it")
    }
  }

  private func notConnected(_ client: Client.ID) -> InprocError {
    InprocError(
      .noPeer,
      "\(client) is not connected to \(Excerpt(channel.endpoint.description)), or takes no replies; "
        + "only clients that connected bidirectionally and are not closed can be answered")
  }

  /// Unbinds, and takes no further requests.
  func stopAccepting() { channel.act(.close) { channel.unbindAndClose(dropping: false) } }

  /// Unbinds, and ends all that is under way.
  func close(dropping: Bool) {
    channel.act(.close) {
      channel.unbindAndClose(dropping: dropping)
      hangUp()
    }
  }

  /// No reply can come any more.
  private func hangUp() {
    hungUp.store(true, ordering: .releasing)
    questions.end(at: channel)
    // In an order that is the same in every run.
    let all = origins.withLock { Array($0.values) }
    for origin in all.sorted(by: { $0.id < $1.id }) { origin.replies?.hangUp() }
  }
}

extension Channel {
  /// The server's state, at a bidirectional endpoint that is bound.
  var server: ServerState? {
    guard let known = storage.parts.pointee.server else { return nil }
    // Only the initializer of a server's state sets it.
    return unsafeDowncast(known.takeUnretainedValue(), to: ServerState.self)
  }
}
