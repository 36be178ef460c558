import Inproc

/// What the workloads of values send: 40 bytes without references.
struct BenchValue: Sendable {
  var number: Int
  var rest: (Int, Int, Int, Int) = (1, 2, 3, 4)
}

extension BenchRun {
  /// Senders send values as fast as they can; each receiver takes its share.
  func valueFlow() throws -> Figures {
    let registry = Registry()
    let inbox = try registry.bind("inproc://values", of: BenchValue.self, capacity: capacity)
    let each = count / (senders * receivers)
    var race = BenchRace()
    for _ in 0..<receivers {
      race.add(.receiver) { [senders] in
        var sum = 0
        for _ in 0..<(each * senders) { sum &+= try inbox.receive().number }
        benchKeep(sum)
      }
    }
    for _ in 0..<senders {
      let out = try registry.connect(to: "inproc://values", of: BenchValue.self)
      race.add(.sender) { [receivers] in
        for number in 0..<(each * receivers) { try out.send(BenchValue(number: number)) }
      }
    }
    return Figures(seconds: try race.run(place), operations: each * senders * receivers)
  }

  /// Values from one task to another.
  func asyncValueFlow() async throws -> Figures {
    let registry = Registry()
    let inbox = try registry.bind("inproc://values", of: BenchValue.self, capacity: capacity)
    let out = try registry.connect(to: "inproc://values", of: BenchValue.self)
    let seconds = try await BenchTasks.seconds { [count] in
      for number in 0..<count { try await out.send(BenchValue(number: number)) }
      inbox.close()  // what is queued is still received
    } and: {
      var sum = 0
      for await value in inbox { sum &+= value.number }
      benchKeep(sum)
    }
    return Figures(seconds: seconds, operations: count)
  }
}
