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
  private let hasCheckpoints: Bool
  private let table = RegistryTable()

  /// A registry without endpoints.
  public convenience init() { self.init(scheduler: SystemScheduler.shared) }

  /// A registry whose blocked calls wait through a scheduler of one's own.
  package init(scheduler: any Scheduler) {
    self.scheduler = scheduler
    hasCheckpoints = scheduler.hasCheckpoints
  }

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
    let channel = try makeChannel(endpoint, capacity)
    try watched(.bind, endpoint) { () throws(InprocError) in
      try register(channel, as: endpoint)
    }
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
    let endpoint = try endpoint.asEndpoint()
    let core = ServerCore(channel: try makeChannel(endpoint, capacity, hasOrigins: true))
    try watched(.bindBidirectional, endpoint) { () throws(InprocError) in
      try register(core.channel, core, as: endpoint)
    }
    return Server(core: core, registry: self)
  }

  private func makeChannel(
    _ endpoint: Endpoint, _ capacity: Capacity, hasOrigins: Bool = false
  ) throws(InprocError) -> Channel {
    try capacity.validate(for: endpoint)
    return Channel(
      endpoint: endpoint, capacity: capacity, canConnect: true, hasOrigins: hasOrigins,
      scheduler: scheduler, observation: QueueObservation(observers: observers))
  }

  private func register(
    _ channel: Channel, _ server: ServerCore? = nil, as endpoint: Endpoint
  ) throws(InprocError) {
    var wakes = Wakes()
    var waiting: [ConnectWait]?
    let isNew = table.withLock(endpoint) { state -> Bool in
      guard state.bindings.insert(channel, server, as: endpoint) else { return false }
      if observers.isActive {
        channel.noteBinding(
          .bound(capacity: channel.capacity, isBidirectional: server != nil), &wakes)
      }
      if !state.waiting.isEmpty { waiting = state.waiting[endpoint] }
      return true
    }
    guard isNew else {
      throw InprocError(
        .addressInUse,
        "endpoint \(Excerpt(endpoint.description)) is already bound; "
          + "unbind it first or bind another name")
    }
    wakes.wake()
    guard let waiting else { return }
    checkpoint(.published)
    for wait in waiting { wait.parker.wake() }
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
    try watched(.unbind, endpoint) { () throws(InprocError) in
      guard let channel = take(endpoint) else { throw notFound(endpoint) }
      channel.unbind()
    }
  }

  func close(_ channel: Channel, dropping: Bool) {
    if !channel.hasCheckpoints { return end(channel, dropping: dropping) }
    channel.act(.close) { end(channel, dropping: dropping) }
  }

  func close(_ server: ServerCore, dropping: Bool) {
    server.channel.act(.close) {
      end(server.channel, dropping: dropping)
      server.hangUp()
    }
  }

  private func end(_ channel: Channel, dropping: Bool) {
    if channel.isBound { _ = take(channel.endpoint, only: channel) }
    channel.close(dropping: dropping)
  }

  /// Takes a binding off; where one is named, only that very one: a later one of the same name stays.
  private func take(_ endpoint: Endpoint, only channel: Channel? = nil) -> Channel? {
    var wakes = Wakes()
    defer { wakes.wake() }
    return table.withLock(endpoint) { state in
      let removed = state.bindings.remove(endpoint, only: channel)
      if observers.isActive { removed?.noteBinding(.unbound, &wakes) }
      return removed
    }
  }

  // MARK: Connecting

  /// Connects to a bound endpoint. Never waits.
  ///
  /// - Parameter endpoint: a `String` or an ``Endpoint``.
  /// - Returns: a sender; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.notFound`.
  @inlinable
  public func connect(to endpoint: some EndpointConvertible) throws(InprocError) -> Sender {
    // Inlinable, so that only the rest is called where the type is known.
    try connectNow(to: try endpoint.asEndpoint())
  }

  @usableFromInline
  func connectNow(to endpoint: Endpoint) throws(InprocError) -> Sender {
    // Where nothing is to be told: the registry's lock, one count and one object.
    if !hasCheckpoints, !observers.isActive,
      let channel = table.withLock(endpoint, { $0.bindings.connect(to: endpoint) })
    {
      return Sender(channel: channel)
    }
    return try watched(.connect, endpoint) { () throws(InprocError) in
      guard let sender = table.withLock(endpoint, { attach(endpoint, in: $0) }) else {
        throw notFound(endpoint)
      }
      return observed(sender)
    }
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
    return try watched(.connect, endpoint) { () throws(InprocError) in
      observed(try wait(for: endpoint, Deadline(timeout)) { attach(endpoint, in: $0) })
    }
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
    return try await watched(.connect, endpoint) { () async throws(InprocError) in
      observed(try await wait(for: endpoint, Deadline(timeout)) { self.attach(endpoint, in: $0) })
    }
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
    return try watched(.connectBidirectional, endpoint) { () throws(InprocError) in
      guard let attached = table.withLock(endpoint, { attachBidirectionally(endpoint, in: $0) })
      else {
        throw notFound(endpoint)
      }
      return observed(try attached.get())
    }
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
    return try watched(.connectBidirectional, endpoint) { () throws(InprocError) in
      let attached = try wait(for: endpoint, Deadline(timeout)) {
        attachBidirectionally(endpoint, in: $0)
      }
      return observed(try attached.get())
    }
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
    return try await watched(.connectBidirectional, endpoint) { () async throws(InprocError) in
      let attached = try await wait(for: endpoint, Deadline(timeout)) {
        self.attachBidirectionally(endpoint, in: $0)
      }
      return observed(try attached.get())
    }
  }

  // Under the lock, so that whoever unbinds sees either no connection or a whole one.
  private func attach(_ endpoint: Endpoint, in state: borrowing RegistryTable.Shard) -> Sender? {
    guard let binding = state.bindings[endpoint] else { return nil }
    binding.channel.connect()
    var origin: Origin?
    if case .bidirectional = binding { origin = Origin(id: .next(), replies: nil) }
    return Sender(channel: binding.channel, origin: origin)
  }

  private func attachBidirectionally(
    _ endpoint: Endpoint, in state: borrowing RegistryTable.Shard
  ) -> Result<Client, InprocError>? {
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

  private func notFound(_ endpoint: Endpoint) -> InprocError {
    InprocError(
      .notFound,
      "no endpoint \(Excerpt(endpoint.description)) is bound; bind it first, "
        + "or connect with a time to wait for it")
  }

  // MARK: Waiting for a bind

  private func checkpoint(_ point: Checkpoint) {
    if hasCheckpoints { scheduler.checkpoint(point) }
  }

  @inline(__always)
  private func watched<Value: Sendable>(
    _ verb: Operation.Verb, _ endpoint: Endpoint, _ body: () throws(InprocError) -> Value
  ) throws(InprocError) -> Value {
    if !hasCheckpoints { return try body() }
    return try scheduler.perform(Operation(verb, [endpoint]), body)
  }

  @inline(__always)
  private func watched<Value: Sendable>(
    _ verb: Operation.Verb, _ endpoint: Endpoint, _ body: () async throws(InprocError) -> Value
  ) async throws(InprocError) -> Value {
    if !hasCheckpoints { return try await body() }
    return try await scheduler.perform(Operation(verb, [endpoint]), body)
  }

  private func wait<Attached>(
    for endpoint: Endpoint, _ deadline: Deadline,
    _ attach: (borrowing RegistryTable.Shard) -> Attached?
  ) throws(InprocError) -> Attached {
    if let attached = table.withLock(endpoint, { attach($0) }) { return attached }
    let thread = try scheduler.currentThread()
    let wait = ConnectWait(endpoint: endpoint, registry: self, parker: thread)
    checkpoint(.looked)
    let instant = deadline.instant(scheduler)
    var isFirst = true
    while true {
      if let result = step(wait, enters: isFirst, attach) { return try result.get() }
      isFirst = false
      checkpoint(.parking)
      thread.park(in: wait, until: instant)
      checkpoint(.woken)
    }
  }

  private func wait<Attached: Sendable>(
    for endpoint: Endpoint, _ deadline: Deadline,
    _ attach: (borrowing RegistryTable.Shard) -> Attached?
  ) async throws(InprocError) -> Attached {
    if Task.isCancelled { throw ConnectWait.error(.cancelled, endpoint) }
    if let attached = table.withLock(endpoint, { attach($0) }) { return attached }
    guard scheduler.allowsTasks else {
      throw InprocError(
        .foreignThread,
        "a task can't wait for \(Excerpt(endpoint.description)) in a schedule that runs threads")
    }
    let task = TaskParker(isObserved: observers.isActive)
    let wait = ConnectWait(endpoint: endpoint, registry: self, parker: task)
    let result = await task.run(wait, until: deadline, on: scheduler) {
      self.step(wait, enters: $0, attach)
    }
    return try result.get()
  }

  /// Connecting, giving up and binding exclude each other: a wait that ended has connected nothing,
  /// and an end that comes while the endpoint is bound and gone again is not overlooked.
  private func step<Attached>(
    _ wait: ConnectWait, enters: Bool, _ attach: (borrowing RegistryTable.Shard) -> Attached?
  ) -> Result<Attached, InprocError>? {
    var wakes = Wakes()
    defer { wakes.wake() }
    return table.withLock(wait.endpoint) { (state) -> Result<Attached, InprocError>? in
      defer { noteWait(wait, enters: enters, &wakes) }
      if let reason = wait.reason {
        return .failure(ConnectWait.error(reason, wait.endpoint))
      }
      if let attached = attach(state) {
        _ = wait.settle(nil)
        state.remove(wait)
        return .success(attached)
      }
      if enters { state.waiting[wait.endpoint, default: []].append(wait) }
      return nil
    }
  }

  func isBound(_ endpoint: Endpoint) -> Bool {
    table.withLock(endpoint) { $0.bindings[endpoint] != nil }
  }

  /// How many calls wait for an endpoint to be bound.
  package func waitingConnects(_ endpoint: Endpoint) -> Int {
    table.withLock(endpoint) { $0.waiting[endpoint]?.count ?? 0 }
  }

  func end(_ wait: ConnectWait, _ reason: WaitEnd) -> Bool {
    table.withLock(wait.endpoint) { state in
      guard wait.settle(reason) else { return false }
      state.remove(wait)
      return true
    }
  }

  // MARK: Listing

  /// What is bound now, sorted by name. Each entry is whole; the list is of one moment, the numbers
  /// in it can move while it is made. O(*n* log *n*).
  public var endpoints: [EndpointStatus] {
    if !hasCheckpoints { return snapshot }
    return scheduler.performAnyway(Operation(.endpoints, [], isLook: true)) { snapshot }
  }

  private var snapshot: [EndpointStatus] {
    table.bindings.sorted { $0.channel.endpoint < $1.channel.endpoint }.map { binding in
      let channel = binding.channel
      return EndpointStatus(
        endpoint: channel.endpoint, queued: channel.count, connections: channel.connectionCount,
        capacity: channel.capacity, isBidirectional: binding.isBidirectional)
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
