internal import Inproc
internal import InprocExploration

/// What a name in a session stands for.
enum TableEntry {
  case handle(Handle)
  case thread(SessionThread)
  case mutex(SessionMutex)
}

extension TableEntry {
  /// The raw value is the word that errors use.
  enum Kind: String, CustomStringConvertible {
    case handle, thread, mutex
    var description: String { rawValue }
  }

  var kind: Kind {
    switch self {
    case .handle: .handle
    case .thread: .thread
    case .mutex: .mutex
    }
  }
}

/// One end of an endpoint, under a name.
package final class Handle: Sendable {
  enum End: Sendable {
    case receiver(Receiver, ownHalf: Sender)
    case server(Server)
    case sender(Sender)
    case client(Client)
    case topic(Topic)
    case subscription(Receiver)
  }

  let name: String
  /// Its number in the order in which the session's handles were made.
  let number: Int
  let endpoint: Endpoint
  let end: End
  /// The resource that a step accesses when it uses the endpoint of this handle.
  let object: Resource
  /// Whether its endpoint is a plain, unbounded queue, so that a send and a receive there can be
  /// independent steps.
  let isUnboundedQueue: Bool

  init(name: String, number: Int, endpoint: Endpoint, end: End) {
    self.name = name
    self.number = number
    self.endpoint = endpoint
    self.end = end
    object = .endpoint(endpoint.name)
    isUnboundedQueue =
      switch end {
      case .receiver(let receiver, _): receiver.capacity == .unbounded
      case .sender(let sender): sender.capacity == .unbounded && !sender.sendsToTopic
      case .server, .client, .topic, .subscription: false
      }
  }

  /// The command that made it: `bind`, `connect` or `subscribe`.
  var origin: String {
    switch end {
    case .receiver, .server, .topic: "bind"
    case .subscription: "subscribe"
    case .sender, .client: "connect"
    }
  }

  /// The end to receive from; nil for a handle that can only send.
  var receivingEnd: (any ReceivingEnd)? {
    switch end {
    case .receiver(let receiver, _): receiver
    case .server(let server): server
    case .client(let client): client
    case .subscription(let receiver): receiver
    case .sender, .topic: nil
    }
  }

  /// The identity that requests over this handle carry; nil unless it is a bidirectional
  /// connection.
  var clientID: Client.ID? {
    switch end {
    case .sender(let sender): sender.clientID
    case .client(let client): client.id
    case .receiver, .server, .topic, .subscription: nil
    }
  }

  /// Closes its end: calls that wait there end, and messages that are queued for it are dropped.
  func close() {
    switch end {
    case .receiver(let receiver, let ownHalf):
      receiver.discard()
      ownHalf.close()
    case .server(let server): server.discard()
    case .sender(let sender): sender.close()
    case .client(let client): client.close()
    case .topic(let topic): topic.close()
    case .subscription(let receiver): receiver.discard()
    }
  }
}
