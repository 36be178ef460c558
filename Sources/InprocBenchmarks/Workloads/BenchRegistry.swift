import Inproc

extension BenchRun {
  /// Each of `senders` threads connects to bound endpoints, far from one another, and lets go.
  func connect() throws -> Figures {
    let registry = Registry()
    let (endpoints, receivers) = try bound(in: registry)
    return try onThreads { thread, count in
      var at = thread
      for _ in 0..<count {
        // A prime step visits them all.
        at = (at &+ 7919) % endpoints.count
        // Not asked anything: that would be measured too.
        withExtendedLifetime(try registry.connect(to: endpoints[at])) {}
      }
      benchKeep(receivers.count)
    }
  }

  /// Each of `senders` threads binds and unbinds endpoints of its own.
  func bind() throws -> Figures {
    let registry = Registry()
    let (_, receivers) = try bound(in: registry)
    return try onThreads { thread, count in
      let own = try (0..<16).map { try Endpoint("inproc://own-\(thread)-\($0)") }
      for number in 0..<count {
        let inbox = try registry.bind(own[number % 16])
        try registry.unbind(own[number % 16])
        withExtendedLifetime(inbox) {}
      }
      benchKeep(receivers.count)
    }
  }

  private func bound(in registry: Registry) throws -> ([Endpoint], [Receiver]) {
    let names = try (0..<endpoints).map { try Endpoint("inproc://endpoint-\($0)") }
    return (names, try names.map { try registry.bind($0) })
  }

  /// Threads take turns at the two sides' places.
  private func onThreads(_ body: @escaping @Sendable (Int, Int) throws -> Void) throws -> Figures {
    let share = max(1, count / senders)
    var race = BenchRace()
    for thread in 0..<senders {
      race.add(thread.isMultiple(of: 2) ? .sender : .receiver) { try body(thread, share) }
    }
    return Figures(seconds: try race.run(place), operations: share * senders)
  }
}
