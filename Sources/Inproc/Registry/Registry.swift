/// The names under which endpoints are bound. Safe to use from any thread and task.
///
/// A process has one ``shared`` registry, and a program or test can make any number of its own;
/// they never see each other's endpoints.
///
/// ```swift
/// let registry = Registry()
/// let jobs = try registry.bind("inproc://jobs")
/// let out = try registry.connect(to: "inproc://jobs")
/// try out.send(["hello"])
/// try jobs.receive()
/// ```
///
/// Looking an endpoint up costs O(1) on average.
public final class Registry: Sendable {
  /// The registry of the process.
  public static let shared = Registry()

  package let scheduler: any Scheduler
  package let observers = Observers()
  let hasCheckpoints: Bool
  let table: RegistryTable
  private let contexts: [ChannelContext]

  /// A registry without endpoints.
  public convenience init() { self.init(scheduler: SystemScheduler.shared) }

  /// A registry whose blocked calls wait through a scheduler of one's own.
  package init(scheduler: any Scheduler) {
    self.scheduler = scheduler
    hasCheckpoints = scheduler.hasCheckpoints
    let table = RegistryTable(isContended: scheduler.spins)
    self.table = table
    contexts = (0..<table.count).map { [observers] _ in
      ChannelContext(scheduler: scheduler, observers: observers, table: table)
    }
  }

  /// What a channel of that name refers to.
  @inline(__always)
  func context(of endpoint: Endpoint) -> ChannelContext { contexts[table.index(of: endpoint)] }

  // MARK: Binding

  /// Binds an endpoint. Of any number of concurrent binds of one name exactly one succeeds.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - capacity: how many messages are queued before senders wait.
  /// - Returns: its receiving end; releasing that unbinds the endpoint.
  /// - Throws: `.invalidEndpoint`; `.addressInUse`: the earlier binding is untouched;
  ///   `.invalidValue` for a capacity that no queue can have.
  @inlinable
  public func bind(
    _ endpoint: some EndpointConvertible, capacity: Capacity = .unbounded
  ) throws(InprocError) -> Receiver {
    try bindNow(try endpoint.asEndpoint(), capacity)
  }

  @usableFromInline
  func bindNow(_ endpoint: Endpoint, _ capacity: Capacity) throws(InprocError) -> Receiver {
    try bindNow(endpoint, capacity, nil)
  }

  @inline(__always)
  func bindNow(
    _ endpoint: Endpoint, _ capacity: Capacity, _ values: ValueStore?
  ) throws(InprocError) -> Receiver {
    let channel = try makeChannel(endpoint, capacity, values: values)
    try register(channel, .bind)
    return Receiver(channel: channel)
  }

  /// Binds an endpoint whose clients can be answered.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - capacity: how many requests are queued before clients wait; replies are not bounded.
  /// - Returns: its server; releasing that unbinds the endpoint.
  /// - Throws: as ``bind(_:capacity:)``.
  public func bindBidirectional(
    _ endpoint: some EndpointConvertible, capacity: Capacity = .unbounded
  ) throws(InprocError) -> Server {
    let endpoint = try endpoint.asEndpoint()
    let state = ServerState(channel: try makeChannel(endpoint, capacity, hasOrigins: true))
    try register(state.channel, .bindBidirectional)
    return Server(state: state)
  }

  private func makeChannel(
    _ endpoint: Endpoint, _ capacity: Capacity, hasOrigins: Bool = false, values: ValueStore? = nil
  ) throws(InprocError) -> Channel {
    try capacity.validate(for: endpoint)
    return Channel(
      endpoint: endpoint, capacity: capacity, canConnect: true, hasOrigins: hasOrigins,
      values: values, context: context(of: endpoint))
  }

  func register(_ channel: Channel, _ verb: Operation.Verb) throws(InprocError) {
    let endpoint = channel.endpoint
    do throws(InprocError) {
      try instrumented(verb, endpoint) { () throws(InprocError) in
        try register(channel, as: endpoint)
      }
    } catch {
      channel.abandon()
      throw error
    }
  }

  @inline(__always)
  private func register(_ channel: Channel, as endpoint: Endpoint) throws(InprocError) {
    if observers.isActive { return try registerObserved(channel, as: endpoint) }
    try insert(channel, as: endpoint) {}
  }

  @inline(never)
  private func registerObserved(_ channel: Channel, as endpoint: Endpoint) throws(InprocError) {
    var wakes = Wakes()
    defer { wakes.wake() }
    try insert(channel, as: endpoint) {
      channel.noteBinding(
        channel.topic.map { .boundTopic(retaining: $0.retaining) }
          ?? .bound(capacity: channel.capacity, isBidirectional: channel.server != nil), &wakes)
    }
  }

  /// - Parameters:
  ///   - channel: what is bound.
  ///   - endpoint: its name.
  ///   - note: is called under the lock.
  /// - Throws: `.addressInUse`.
  @inline(__always)
  private func insert(
    _ channel: Channel, as endpoint: Endpoint, _ note: () -> Void
  ) throws(InprocError) {
    var waiting: [any Parker]?
    let isNew = table.withLock(endpoint) { state -> Bool in
      guard state.bindings.insert(channel, as: endpoint) else { return false }
      note()
      // A list of its own, because the calls leave the other one once they are woken.
      if !state.waiting.isEmpty { waiting = state.waiting[endpoint]?.map(\.parker) }
      return true
    }
    guard isNew else {
      throw InprocError(
        .addressInUse,
        "endpoint \(Excerpt(endpoint.description)) is already bound; "
          + "unbind it first or bind another name")
    }
    guard let waiting else { return }
    checkpoint(.published)
    for parker in waiting { parker.wake() }
  }

  /// Takes an endpoint off the registry. Existing connections stay usable; a later bind of the name
  /// is a new endpoint.
  ///
  /// - Parameter endpoint: a `String` or an ``Endpoint``.
  /// - Throws: `.invalidEndpoint`, `.notFound`.
  @inlinable
  public func unbind(_ endpoint: some EndpointConvertible) throws(InprocError) {
    try unbindNow(try endpoint.asEndpoint())
  }

  @usableFromInline
  func unbindNow(_ endpoint: Endpoint) throws(InprocError) {
    try instrumented(.unbind, endpoint) { () throws(InprocError) in
      guard let removal = table.remove(endpoint, observers) else { throw notFound(endpoint) }
      if removal.isLast { Channel(removal.queue.takeRetainedValue()).becomeUnreachable() }
    }
  }

  // MARK: For all operations

  func notFound(_ endpoint: Endpoint) -> InprocError {
    InprocError(
      .notFound,
      "no endpoint \(Excerpt(endpoint.description)) is bound; bind it first, "
        + "or connect with a time to wait for it")
  }

  func checkpoint(_ point: Checkpoint) {
    if hasCheckpoints { scheduler.checkpoint(point) }
  }

  @inline(__always)
  func instrumented<Value: Sendable>(
    _ verb: Operation.Verb, _ endpoint: Endpoint, _ body: () throws(InprocError) -> Value
  ) throws(InprocError) -> Value {
    if !hasCheckpoints { return try body() }
    return try scheduler.perform(Operation(verb, [endpoint]), body)
  }

  @inline(__always)
  func instrumented<Value: Sendable>(
    _ verb: Operation.Verb, _ endpoint: Endpoint, _ body: () async throws(InprocError) -> Value
  ) async throws(InprocError) -> Value {
    if !hasCheckpoints { return try await body() }
    return try await scheduler.perform(Operation(verb, [endpoint]), body)
  }

  // MARK: Listing

  /// What is bound now, sorted by name. Each entry is whole; the list is of one moment, the numbers
  /// in it can move while it is made. O(*n* log *n*).
  public var endpoints: [EndpointStatus] {
    if !hasCheckpoints { return snapshot }
    return scheduler.performAnyway(Operation(.endpoints, [], isQuery: true)) { snapshot }
  }

  private var snapshot: [EndpointStatus] {
    table.bindings.sorted { $0.channel.endpoint < $1.channel.endpoint }.map { binding in
      let channel = binding.channel
      return EndpointStatus(
        endpoint: channel.endpoint, queued: channel.count, connections: channel.connectionCount,
        capacity: channel.capacity, isBidirectional: binding.isBidirectional,
        subscribers: channel.topic?.subscriberCount)
    }
  }
}

/// What ``Registry/endpoints`` tells of one bound endpoint.
public struct EndpointStatus: Hashable, Sendable {
  /// Its address.
  public let endpoint: Endpoint
  /// How many messages are queued; 0 at a topic, whose subscribers have queues of their own.
  public let queued: Int
  /// How many connections are open, not counting the binder's own half.
  public let connections: Int
  /// How many messages are queued at most.
  public let capacity: Capacity
  /// Whether its clients can be answered.
  public let isBidirectional: Bool
  /// How many have subscribed to it; nil for what is no topic.
  public let subscribers: Int?
}
