import TestSupport
import Testing

@testable import Inproc

/// Watches an object without keeping it.
private struct Witness {
  private weak var object: AnyObject?

  init(_ object: AnyObject?) { self.object = object }
  init(_ channel: Channel) { object = channel.storage }

  var isThere: Bool { object != nil }
}

/// What a queue is kept by, each of which can go.
private final class Ends {
  let registry = Registry()
  var receiver: Receiver?
  var senders: [Sender]
  var own: Sender?
  let witness: Witness

  init(_ capacity: Capacity, senders count: Int) throws {
    let registry = registry
    let receiver = try registry.bind("inproc://kept", capacity: capacity)
    senders = try (0..<count).map { _ in try registry.connect(to: "inproc://kept") }
    own = receiver.makeSender()
    witness = Witness(receiver.channel)
    self.receiver = receiver
  }
}

@Suite("How long a queue lives", .timeLimit(.minutes(1)))
struct QueueLifetimeTests {
  enum Step: CaseIterable { case unbind, close, releaseReceiver, closeSenders, releaseSenders }

  private func take(_ step: Step, _ ends: Ends) throws {
    switch step {
    case .unbind: _ = failureCode { try ends.registry.unbind("inproc://kept") }
    case .close: ends.receiver?.close()
    case .releaseReceiver: ends.receiver = nil
    case .closeSenders: for sender in ends.senders { sender.close() }
    case .releaseSenders: ends.senders = []
    }
  }

  @Test(
    "it goes with the last end, whatever went first, and not before",
    arguments: Step.allCases, [Capacity.unbounded, .bounded(20), .rendezvous])
  func orders(first: Step, capacity: Capacity) throws {
    for second in Step.allCases {
      for third in Step.allCases {
        let ends = try Ends(capacity, senders: 2)
        for step in [first, second, third] {
          try take(step, ends)
          // The sender to oneself keeps its memory, and so does everyone who could still ask.
          #expect(ends.witness.isThere)
          for sender in ends.senders where sender.isClosed {
            #expect(failureCode { try sender.trySend("late") } == .closed)
          }
        }
        ends.own = nil
        let isKept = ends.receiver != nil || !ends.senders.isEmpty
        #expect(ends.witness.isThere == isKept)
        ends.receiver = nil
        #expect(ends.witness.isThere == !ends.senders.isEmpty)
        for sender in ends.senders {
          #expect(failureCode { try sender.trySend("late") } == .closed)
        }
        ends.senders = []
        #expect(!ends.witness.isThere)
      }
    }
  }

  @Test("a bind that fails leaves nothing, nor do clients, servers and unbound channels")
  func others() throws {
    let registry = Registry()
    do {
      let server = try registry.bindBidirectional("inproc://echo")
      let witness = Witness(server.state.channel)
      #expect(failureCode { try registry.bindBidirectional("inproc://echo") } == .addressInUse)
      #expect(failureCode { try registry.bind("inproc://echo") } == .addressInUse)
      let client = try registry.connectBidirectional(to: "inproc://echo")
      let replies = Witness(client.inbound.channel)
      let plain = try registry.connect(to: "inproc://echo")
      try client.send("ping")
      try server.receive().reply("pong")
      plain.close()
      client.close()
      server.close()
      #expect(witness.isThere && replies.isThere)
    }
    var witnesses: [Witness] = []
    do {
      let server = try registry.bindBidirectional("inproc://echo")
      let client = try registry.connectBidirectional(to: "inproc://echo")
      witnesses += [Witness(server.state.channel), Witness(client.inbound.channel)]
      let (sender, receiver) = try registry.makeChannel()
      try sender.weak.upgrade().send("once")
      #expect(try receiver.receive() == "once")
      witnesses.append(Witness(receiver.channel))
      #expect(witnesses.allSatisfy { $0.isThere })
      withExtendedLifetime((server, client, sender, receiver)) {}
    }
    #expect(witnesses.allSatisfy { !$0.isThere })
  }

  @Test("observed queues go too, with what observers knew of them")
  func observed() async throws {
    let registry = Registry()
    let observation = try registry.observe { _ in }
    let witnesses = try observedOnce(registry)
    observation.cancel()
    await until { witnesses.allSatisfy { !$0.isThere } }
    #expect(witnesses.allSatisfy { !$0.isThere })
  }

  private func observedOnce(_ registry: Registry) throws -> [Witness] {
    let receiver = try registry.bind("inproc://kept")
    let sender = try registry.connect(to: "inproc://kept")
    try sender.send("once")
    try registry.unbind("inproc://kept")
    let witnesses = [
      Witness(receiver.channel), Witness(receiver.channel.withState { $0.observed }),
    ]
    #expect(witnesses.allSatisfy { $0.isThere })
    withExtendedLifetime((receiver, sender)) {}
    return witnesses
  }
}
