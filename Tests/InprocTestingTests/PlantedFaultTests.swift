import Inproc
import InprocTesting
import Testing

@Suite("Planted faults are found", .timeLimit(.minutes(1)))
struct PlantedFaultTests {
  /// Sends and receives what shows that fault, if it is there.
  private static func use(
    _ fault: ChannelDouble.Fault, plants: Bool
  ) -> @Sendable (TestScheduler) throws -> Void {
    { scheduler in
      let channel = ChannelDouble(scheduler, plants ? fault : nil)
      switch fault {
      case .lostWakeUp:
        scheduler.spawn("sender") { try channel.send(1) }
        try scheduler.require(try channel.receive() == 1)
      case .missedClose:
        scheduler.spawn("closer") { try channel.close() }
        try scheduler.require(try channel.receive() == nil)
      case .doubleDelivery:
        try channel.send(1)
        try channel.send(2)
        let other = scheduler.spawn("other") { try channel.receive() }
        let mine = try channel.receive()
        try scheduler.require(try other.join() != mine, "both received \(mine ?? 0)")
      case .brokenOrder:
        scheduler.spawn("sender") {
          try channel.send(1)
          try channel.send(2)
        }
        try scheduler.require(try channel.receive() == 1, "the second came first")
        try scheduler.require(try channel.receive() == 2)
      }
    }
  }

  @Test(
    "each is found, with a schedule that shows it again", arguments: ChannelDouble.Fault.allCases)
  func found(_ fault: ChannelDouble.Fault) async throws {
    let found = try await failure(checkpoints: true, body: Self.use(fault, plants: true))
    let isLost = fault == .lostWakeUp || fault == .missedClose
    #expect(found.reason == (isLost ? .deadlock : .thrown))
    let schedule = try #require(found.schedule)
    let again = try await failure(
      .schedule(schedule), checkpoints: true, body: Self.use(fault, plants: true))
    #expect(again.reason == found.reason && again.interleaving == found.interleaving)
    // Without looking inside of its calls nothing is seen.
    if fault == .lostWakeUp {
      #expect(try await explore(body: Self.use(fault, plants: true)).isComplete)
    }
  }

  /// Two messages in order, one more than there is room for, and what comes after closing.
  private static func meet(_ fault: EliminationDouble.Fault?)
    -> @Sendable (TestScheduler) throws -> Void
  {
    { scheduler in
      let channel = EliminationDouble(scheduler, fault)
      let sent = scheduler.spawn("sender") {
        try (1...2).filter { try channel.send($0) }
      }
      let received = scheduler.spawn("receiver") {
        try (1...2).compactMap { _ in try channel.tryReceive() }
      }
      try channel.close()
      let queued = channel.count
      var left: [Int] = []
      while let number = try channel.tryReceive() { left.append(number) }
      try scheduler.require(left.count <= queued, "accepted after it was closed: \(left)")
      let all = try received.join() + left
      try scheduler.require(all == all.sorted(), "not in order: \(all)")
      let accepted = try sent.join()
      try scheduler.require(accepted == all, "\(all) came of \(accepted)")
    }
  }

  @Test("those of elimination, too", arguments: EliminationDouble.Fault.allCases)
  func meeting(_ fault: EliminationDouble.Fault) async throws {
    let found = try await #require(throws: ExplorationFailure.self) {
      try await exploreElimination(sharing: .endpointsOnly, body: Self.meet(fault))
    }
    #expect(found.reason == .thrown)
    let schedule = try #require(found.schedule)
    let again = try await #require(throws: ExplorationFailure.self) {
      try await exploreElimination(
        .schedule(schedule), sharing: .endpointsOnly, body: Self.meet(fault))
    }
    #expect(again.interleaving == found.interleaving)
  }

  @Test("the correct exchange passes")
  func correctMeeting() async throws {
    let found = try await exploreElimination(
      .exhaustive(preemptions: 3), sharing: .endpointsOnly, body: Self.meet(nil))
    #expect(found.meetings > 0)
  }

  @Test("the correct channel passes", arguments: ChannelDouble.Fault.allCases)
  func correct(_ fault: ChannelDouble.Fault) async throws {
    let found = try await explore(checkpoints: true, body: Self.use(fault, plants: false))
    #expect(found.isComplete && found.schedules > 1)
  }
}
