import Inproc

/// How a thread waits at several endpoints.
public enum BenchWaiting: String, Sendable {
  /// By a poller that is kept; ties go to the first named.
  case poller
  /// By one that gives each its turn.
  case fair
  /// By looking at each in every call.
  case select
  /// By a selection whose cases receive. Of two endpoints.
  case cases
}

extension BenchRun {
  /// One receiver waits on many endpoints, one sender sends to each in turn.
  func selecting(_ maker: some BenchMaker) throws -> Figures {
    let registry = Registry()
    let inboxes = try (0..<receivers).map { try registry.bind("inproc://select-\($0)") }
    let outs = try inboxes.map { try registry.connect(to: $0.endpoint) }
    var race = BenchRace()
    race.add(.receiver) { [self] in
      switch waiting {
      case .poller: try receive(inboxes, with: Poller(among: inboxes))
      case .fair: try receive(inboxes, with: Poller(among: inboxes, order: .fair(.init())))
      case .select: try receiveSelecting(inboxes)
      case .cases: try receiveByCases(inboxes[0], inboxes[1])
      }
    }
    race.add(.sender) { [count] in
      for number in 0..<count { try outs[number % outs.count].send(maker.message(number)) }
    }
    return Figures(seconds: try race.run(place), operations: count)
  }

  private func receive(_ inboxes: [Receiver], with poller: Poller) throws {
    var (left, sum) = (count, 0)
    while left > 0 {
      let index = try poller.wait()
      if let message = try inboxes[index].tryReceive() {
        sum &+= message.count
        left -= 1
      }
    }
    benchKeep(sum)
  }

  private func receiveSelecting(_ inboxes: [Receiver]) throws {
    let ends: [any ReceivingEnd] = inboxes
    var (left, sum) = (count, 0)
    while left > 0, let index = try select(among: ends) {
      if let message = try inboxes[index].tryReceive() {
        sum &+= message.count
        left -= 1
      }
    }
    benchKeep(sum)
  }

  private func receiveByCases(_ one: Receiver, _ other: Receiver) throws {
    var sum = 0
    for _ in 0..<count {
      sum &+= try select(.receive(from: one) { $0.count }, .receive(from: other) { $0.count })
    }
    benchKeep(sum)
  }
}
