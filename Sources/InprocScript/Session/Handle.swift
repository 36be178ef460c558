internal import Inproc
internal import InprocExploration

/// What a name in a session stands for.
enum TableEntry {
  case handle(Handle)
  case thread(SessionThread)
}

/// One end of an endpoint, under a name.
package final class Handle: Sendable {
  enum End: Sendable {
    case receiver(Receiver, ownHalf: Sender)
    case server(Server)
    case sender(Sender)
    case client(Client)
  }

  let name: String
  /// Its place in the order in which the session's handles came to be.
  let number: Int
  let endpoint: Endpoint
  let end: End
  /// What a step accesses that uses its endpoint.
  let object: Resource
  /// Whether its messages go to or come from a queue that takes any number and has no other use.
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
      case .sender(let sender): sender.capacity == .unbounded
      case .server, .client: false
      }
  }

  /// `bind` or `connect`: how it came to be.
  var origin: String {
    switch end {
    case .receiver, .server: "bind"
    case .sender, .client: "connect"
    }
  }

  /// What can be received from, if anything.
  var receivingEnd: (any ReceivingEnd)? {
    switch end {
    case .receiver(let receiver, _): receiver
    case .server(let server): server
    case .client(let client): client
    case .sender: nil
    }
  }

  /// What requests carry that are sent here, if it is connected to a bidirectional endpoint.
  var clientID: Client.ID? {
    switch end {
    case .sender(let sender): sender.clientID
    case .client(let client): client.id
    case .receiver, .server: nil
    }
  }

  /// Drops it: calls that wait here end, and nothing that was queued is delivered.
  func close() {
    switch end {
    case .receiver(let receiver, let ownHalf):
      receiver.discard()
      ownHalf.close()
    case .server(let server): server.discard()
    case .sender(let sender): sender.close()
    case .client(let client): client.close()
    }
  }
}
