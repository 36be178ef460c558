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

  private enum Binding {
    case plain(Channel)
    case bidirectional(ServerCore)

    var channel: Channel {
      switch self {
      case .plain(let channel): channel
      case .bidirectional(let server): server.channel
      }
    }
  }

  private struct State {
    var bindings: [Endpoint: Binding] = [:]
    var waiting: [Endpoint: [ConnectWait]] = [:]
  }

  package let scheduler: any Scheduler
  private let state = Guarded(State())

  /// A registry without endpoints.
  public convenience init() { self.init(scheduler: SystemScheduler.shared) }

  /// A registry whose blocked calls wait through a scheduler of one's own.
  package init(scheduler: any Scheduler) { self.scheduler = scheduler }

  // MARK: Binding

  /// Binds an endpoint. Of any number of concurrent binds of one name exactly one succeeds.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - capacity: how many messages are queued before senders wait.
  /// - Returns: its receiving end; releasing that unbinds the endpoint.
  /// - Throws: `.invalidEndpoint`; `.addressInUse`: the earlier binding is untouched;
  ///   `.invalidValue` for a capacity that no queue can have.
  public func bind(
    _ endpoint: some EndpointConvertible, capacity: Capacity = .unbounded
  ) throws(InprocError) -> Receiver {
    let channel = try makeChannel(endpoint, capacity)
    try register(.plain(channel))
    return Receiver(channel: channel, registry: self)
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
    let core = ServerCore(channel: try makeChannel(endpoint, capacity))
    try register(.bidirectional(core))
    return Server(core: core, registry: self)
  }

  private func makeChannel(
    _ endpoint: some EndpointConvertible, _ capacity: Capacity
  ) throws(InprocError) -> Channel {
    let endpoint = try endpoint.asEndpoint()
    try capacity.validate(for: endpoint)
    return Channel(
      endpoint: endpoint, capacity: capacity, canConnect: true, scheduler: scheduler)
  }

  private func register(_ binding: Binding) throws(InprocError) {
    let endpoint = binding.channel.endpoint
    let waiting = try state.withLock { (state) throws(InprocError) -> [ConnectWait] in
      if state.bindings[endpoint] != nil {
        throw InprocError(
          .addressInUse,
          "endpoint \(Excerpt(endpoint.description)) is already bound; "
            + "unbind it first or bind another name")
      }
      state.bindings[endpoint] = binding
      return state.waiting[endpoint] ?? []
    }
    for wait in waiting { wait.parker.wake() }
  }

  /// Takes an endpoint off the registry. Existing connections stay usable; a later bind of the name
  /// is a new endpoint.
  ///
  /// - Parameter endpoint: a `String` or an ``Endpoint``.
  /// - Throws: `.invalidEndpoint`, `.notFound`.
  public func unbind(_ endpoint: some EndpointConvertible) throws(InprocError) {
    let endpoint = try endpoint.asEndpoint()
    guard let binding = state.withLock({ $0.bindings.removeValue(forKey: endpoint) }) else {
      throw notFound(endpoint)
    }
    binding.channel.unbind()
  }

  func close(_ channel: Channel, dropping: Bool) {
    // Only this very binding: a later one of the same name stays.
    state.withLock { state in
      if state.bindings[channel.endpoint]?.channel === channel {
        state.bindings[channel.endpoint] = nil
      }
    }
    channel.close(dropping: dropping)
  }

  func close(_ server: ServerCore, dropping: Bool) {
    close(server.channel, dropping: dropping)
    server.hangUp()
  }

  // MARK: Connecting

  /// Connects to a bound endpoint. Never waits.
  ///
  /// - Parameter endpoint: a `String` or an ``Endpoint``.
  /// - Returns: a sender; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.notFound`.
  public func connect(to endpoint: some EndpointConvertible) throws(InprocError) -> Sender {
    let endpoint = try endpoint.asEndpoint()
    guard let sender = attach(endpoint) else { throw notFound(endpoint) }
    return sender
  }

  /// Connects to an endpoint; blocks until it is bound.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: a sender; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.timedOut`, `.interrupted`.
  @available(*, noasync, message: "use 'try await connect(to:waiting:)'")
  public func connect(
    to endpoint: some EndpointConvertible, waiting timeout: Duration?
  ) throws(InprocError) -> Sender {
    let endpoint = try endpoint.asEndpoint()
    return try wait(for: endpoint, Deadline(timeout)) { attach(endpoint) }
  }

  /// Connects to an endpoint; suspends until it is bound.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: a sender; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.timedOut`, `.cancelled`.
  public func connect(
    to endpoint: some EndpointConvertible, waiting timeout: Duration?
  ) async throws(InprocError) -> Sender {
    let endpoint = try endpoint.asEndpoint()
    return try await wait(for: endpoint, Deadline(timeout)) { self.attach(endpoint) }
  }

  /// Connects to a bound bidirectional endpoint. Never waits.
  ///
  /// - Parameter endpoint: a `String` or an ``Endpoint``.
  /// - Returns: a client; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.notFound`; `.notBidirectional` if the endpoint was bound
  ///   without replies.
  public func connectBidirectional(
    to endpoint: some EndpointConvertible
  ) throws(InprocError) -> Client {
    let endpoint = try endpoint.asEndpoint()
    guard let attached = attachBidirectionally(endpoint) else { throw notFound(endpoint) }
    return try attached.get()
  }

  /// Connects to a bidirectional endpoint; blocks until it is bound.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: a client; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.timedOut`, `.notBidirectional`, `.interrupted`.
  @available(*, noasync, message: "use 'try await connectBidirectional(to:waiting:)'")
  public func connectBidirectional(
    to endpoint: some EndpointConvertible, waiting timeout: Duration?
  ) throws(InprocError) -> Client {
    let endpoint = try endpoint.asEndpoint()
    return try wait(for: endpoint, Deadline(timeout)) { attachBidirectionally(endpoint) }.get()
  }

  /// Connects to a bidirectional endpoint; suspends until it is bound.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: a client; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.timedOut`, `.notBidirectional`, `.cancelled`.
  public func connectBidirectional(
    to endpoint: some EndpointConvertible, waiting timeout: Duration?
  ) async throws(InprocError) -> Client {
    let endpoint = try endpoint.asEndpoint()
    return try await wait(for: endpoint, Deadline(timeout)) {
      self.attachBidirectionally(endpoint)
    }.get()
  }

  // Under the lock, so that whoever unbinds sees either no connection or a whole one.
  private func attach(_ endpoint: Endpoint) -> Sender? {
    state.withLock { state in
      guard let binding = state.bindings[endpoint] else { return nil }
      binding.channel.connect()
      var origin: Origin?
      if case .bidirectional = binding { origin = Origin(id: .next(), replies: nil) }
      return Sender(
        channel: binding.channel, connection: Connection(isCounted: true, origin: origin))
    }
  }

  private func attachBidirectionally(_ endpoint: Endpoint) -> Result<Client, InprocError>? {
    state.withLock { state in
      switch state.bindings[endpoint] {
      case nil: nil
      case .bidirectional(let server): .success(server.makeClient())
      case .plain:
        .failure(
          InprocError(
            .notBidirectional,
            "\(Excerpt(endpoint.description)) was bound without replies; bind it "
              + "bidirectionally, or connect to it plainly"))
      }
    }
  }

  private func notFound(_ endpoint: Endpoint) -> InprocError {
    InprocError(
      .notFound,
      "no endpoint \(Excerpt(endpoint.description)) is bound; bind it first, "
        + "or connect with a time to wait for it")
  }

  // MARK: Waiting for a bind

  private func wait<Attached>(
    for endpoint: Endpoint, _ deadline: Deadline, _ attach: () -> Attached?
  ) throws(InprocError) -> Attached {
    if let attached = attach() { return attached }
    let thread = try scheduler.currentThread()
    let wait = ConnectWait(endpoint: endpoint, registry: self, parker: thread)
    let instant = deadline.instant(scheduler)
    enter(wait)
    while true {
      if let result = step(wait, attach) { return try result.get() }
      thread.park(in: wait, until: instant)
    }
  }

  private func wait<Attached: Sendable>(
    for endpoint: Endpoint, _ deadline: Deadline, _ attach: () -> Attached?
  ) async throws(InprocError) -> Attached {
    if Task.isCancelled { throw ConnectWait.error(.cancelled, endpoint) }
    if let attached = attach() { return attached }
    guard scheduler.allowsTasks else {
      throw InprocError(
        .foreignThread, "a task can't wait for '\(endpoint)' in a schedule that runs threads")
    }
    let task = TaskParker()
    let wait = ConnectWait(endpoint: endpoint, registry: self, parker: task)
    enter(wait)
    let result = await task.run(wait, until: deadline.instant(scheduler)) { _ in
      self.step(wait, attach)
    }
    return try result.get()
  }

  private func step<Attached>(
    _ wait: ConnectWait, _ attach: () -> Attached?
  ) -> Result<Attached, InprocError>? {
    if let reason = wait.reason { return .failure(ConnectWait.error(reason, wait.endpoint)) }
    guard isBound(wait.endpoint) else { return nil }
    guard wait.serve() else {
      return .failure(ConnectWait.error(wait.reason ?? .interrupted, wait.endpoint))
    }
    if let attached = attach() {
      leave(wait)
      return .success(attached)
    }
    wait.reopen()
    return nil
  }

  func isBound(_ endpoint: Endpoint) -> Bool {
    state.withLock { $0.bindings[endpoint] != nil }
  }

  private func enter(_ wait: ConnectWait) {
    state.withLock { $0.waiting[wait.endpoint, default: []].append(wait) }
  }

  func leave(_ wait: ConnectWait) {
    state.withLock { state in
      state.waiting[wait.endpoint]?.removeAll { $0 === wait }
      if state.waiting[wait.endpoint]?.isEmpty == true { state.waiting[wait.endpoint] = nil }
    }
  }

  // MARK: Listing

  /// What is bound now, sorted by name. Each entry is whole; the list is of one moment, the numbers
  /// in it can move while it is made. O(*n* log *n*).
  public var endpoints: [EndpointStatus] {
    let bindings = state.withLock { Array($0.bindings) }
    return bindings.sorted { $0.key < $1.key }.map { endpoint, binding in
      var isBidirectional = false
      if case .bidirectional = binding { isBidirectional = true }
      let channel = binding.channel
      return EndpointStatus(
        endpoint: endpoint, queued: channel.count, connections: channel.connectionCount,
        capacity: channel.capacity, isBidirectional: isBidirectional)
    }
  }
}

/// What ``Registry/endpoints`` tells of one bound endpoint.
public struct EndpointStatus: Hashable, Sendable {
  /// Its address.
  public let endpoint: Endpoint
  /// How many messages are queued.
  public let queued: Int
  /// How many connections are open, not counting the binder's own half.
  public let connections: Int
  /// How many messages are queued at most.
  public let capacity: Capacity
  /// Whether its clients can be answered.
  public let isBidirectional: Bool
}
