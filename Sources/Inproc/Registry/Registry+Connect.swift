// Connecting to what is bound, or will be.

extension Registry {
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
      let queue = table.withLock(endpoint, { $0.bindings.connect(to: endpoint) })
    {
      return Sender(connectedTo: queue)
    }
    return try instrumented(.connect, endpoint) { () throws(InprocError) in
      guard let sender = table.withLock(endpoint, { attach(endpoint, in: $0) }) else {
        throw notFound(endpoint)
      }
      return observed(try sender.get())
    }
  }

  /// Connects to an endpoint; blocks until it is bound.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: a sender; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.timedOut`, `.interrupted`.
  @available(
    *, noasync,
    message:
      "use 'try await connect(to:waiting:)'; at the top level of main.swift, within a function"
  )
  public func connect(
    to endpoint: some EndpointConvertible, waiting timeout: Duration?
  ) throws(InprocError) -> Sender {
    let endpoint = try endpoint.asEndpoint()
    return try instrumented(.connect, endpoint) { () throws(InprocError) in
      let sender = try wait(for: endpoint, Deadline(timeout)) { attach(endpoint, in: $0) }
      return observed(try sender.get())
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
    return try await instrumented(.connect, endpoint) { () async throws(InprocError) in
      let sender = try await wait(for: endpoint, Deadline(timeout)) {
        self.attach(endpoint, in: $0)
      }
      return observed(try sender.get())
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
    return try instrumented(.connectBidirectional, endpoint) { () throws(InprocError) in
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
  @available(
    *, noasync,
    message:
      "use 'try await connectBidirectional(to:waiting:)'; at the top level of main.swift, within a function"
  )
  public func connectBidirectional(
    to endpoint: some EndpointConvertible, waiting timeout: Duration?
  ) throws(InprocError) -> Client {
    let endpoint = try endpoint.asEndpoint()
    return try instrumented(.connectBidirectional, endpoint) { () throws(InprocError) in
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
    return try await instrumented(.connectBidirectional, endpoint) { () async throws(InprocError) in
      let attached = try await wait(for: endpoint, Deadline(timeout)) {
        self.attachBidirectionally(endpoint, in: $0)
      }
      return observed(try attached.get())
    }
  }

  // Under the lock, so that whoever unbinds sees either no connection or a whole one.
  private func attach(
    _ endpoint: Endpoint, in state: borrowing RegistryTable.Shard
  ) -> Result<Sender, InprocError>? {
    guard let binding = state.bindings[endpoint] else { return nil }
    if binding.channel.values != nil {
      return .failure(binding.channel.typeMismatch(Message.self))
    }
    binding.channel.connect()
    var origin: Origin?
    if case .bidirectional = binding { origin = Origin(id: table.nextClient(), replies: nil) }
    return .success(Sender(channel: binding.channel, origin: origin))
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

  // MARK: Waiting for a bind

  func wait<Attached>(
    for endpoint: Endpoint, _ deadline: Deadline,
    _ attach: (borrowing RegistryTable.Shard) -> Attached?
  ) throws(InprocError) -> Attached {
    if let attached = table.withLock(endpoint, { attach($0) }) { return attached }
    let thread = try scheduler.currentThread()
    let wait = ConnectWait(endpoint: endpoint, registry: self, parker: thread)
    checkpoint(.beforeEnqueue)
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

  func wait<Attached: Sendable>(
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
    let task = TaskParker()
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
}
