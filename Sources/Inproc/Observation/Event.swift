/// Something that happened at the endpoints of a registry, as ``Registry/observe(messages:buffering:_:)``
/// and ``Registry/events(messages:buffering:)`` tell it. Its name in code is ``Registry/Event``.
///
/// Events of one registry are totally ordered by their ``number``. A message is sent before it is
/// received; those of one queue are sent, and received, in the order of their ``sequence``; what a
/// call waits for comes between its ``Kind/blocked(_:)`` and its ``Kind/woken(_:_:)``.
public struct RegistryEvent: Sendable {
  /// The thread or task that something happened to.
  public typealias Thread = ThreadIdentity

  /// What happened. Later versions can have more kinds: a `switch` over one has an `@unknown default`.
  #if hasAttribute(nonexhaustive)
    @nonexhaustive
  #endif
  public enum Kind: Hashable, Sendable {
    /// An endpoint was bound.
    case bound(capacity: Capacity, isBidirectional: Bool)
    /// A topic was bound.
    case boundTopic(retaining: Int)
    /// Someone has subscribed to a topic, with a queue of its own: the event's.
    case subscribed(capacity: Capacity)
    /// An endpoint was taken off the registry.
    case unbound
    /// A sender or client connected.
    case connected
    /// A sender or client was closed or released.
    case disconnected
    /// A message was queued, or handed over at a rendezvous.
    case sent
    /// A message was taken.
    case received
    /// So many messages will never be received: the newest took their place, or their receiver was
    /// closed.
    case dropped(Int)
    /// The receiving end was closed.
    case closed
    /// A call began to wait.
    case blocked(Operation)
    /// A call that had waited goes on.
    case woken(Operation, WaitResult)
    /// So many events are missing here, because the observer was slow.
    case lost(Int)
  }

  /// What a call does that waits.
  public enum Operation: String, Hashable, Sendable {
    /// It waits for a message.
    case receive
    /// It waits for room, or at a rendezvous for a receiver.
    case send
    /// It waits for a message at any of several endpoints.
    case select
    /// It waits for an endpoint to be bound.
    case connect
    /// It lets time pass: `sleep` in a session.
    case sleep
    /// It waits for threads to end: `join` in a session.
    case join
  }

  /// How a wait ended.
  public enum WaitResult: String, Hashable, Sendable {
    /// With what it waited for.
    case served
    /// Its deadline came.
    case timedOut
    /// The thread was interrupted.
    case interrupted
    /// The task was cancelled.
    case cancelled
    /// Nothing can come any more.
    case closed
  }

  /// Its place in the order of all events of the registry, from 1; 0 for ``Kind/lost(_:)``.
  public internal(set) var number: UInt64 = 0
  /// When it happened.
  public var instant: ContinuousClock.Instant { ElapsedTime.start.advanced(by: time) }
  /// The same, counted from ``ElapsedTime/start``: an instant's size is known at run time only, and so
  /// would be that of all events.
  var time = Duration.zero
  /// Who did it. A message that is handed over at a rendezvous is sent and received at once: each
  /// event names the thread at its own end.
  public let thread: ThreadIdentity
  /// What happened.
  public let kind: Kind
  /// Where; nil where no endpoint takes part.
  public let endpoint: Endpoint?
  /// The further endpoints of a ``Operation/select``.
  public internal(set) var otherEndpoints: [Endpoint] = []
  /// Which queue: two binds of one name have two, and so have the replies to each client. Queues
  /// and connections of one registry are numbered as they first take part in an event.
  public var queue: UInt64? { queueNumber == 0 ? nil : queueNumber }
  /// Whether that queue holds the replies of a server to one client.
  public internal(set) var isReply = false
  /// Over which connection something was sent, or which one came or went.
  public var connection: UInt64? { connectionNumber == 0 ? nil : connectionNumber }
  /// Which message of its queue, from 1: the same for its ``Kind/sent`` and ``Kind/received``. A
  /// message that was queued before anyone observed has a number, too, and no ``Kind/sent``.
  public var sequence: UInt64? { sequenceNumber == 0 ? nil : sequenceNumber }
  /// The message, if the observer asked for it.
  public package(set) var message: Message?
  /// How many frames the message has.
  public internal(set) var frameCount = 0
  /// How many bytes its frames have together.
  public internal(set) var byteCount = 0

  // 0 where there is none: half the size of an optional, and an event is moved about.
  var queueNumber: UInt64 = 0
  var connectionNumber: UInt64 = 0
  var sequenceNumber: UInt64 = 0

  /// Its time and number are those of when it is recorded.
  init(_ kind: Kind, by thread: ThreadIdentity, endpoint: Endpoint? = nil) {
    self.kind = kind
    self.thread = thread
    self.endpoint = endpoint
  }
}
