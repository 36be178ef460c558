import Inproc

extension BenchRun {
  /// Senders send as fast as they can; each receiver takes its share.
  func flow(_ maker: some BenchMaker) throws -> Figures {
    let registry = Registry()
    let observation = isObserved ? try registry.observe { _ in } : nil
    defer { observation?.cancel() }
    let inbox = try registry.bind("inproc://flow", capacity: capacity)
    let each = count / (senders * receivers)
    var race = BenchRace()
    for _ in 0..<receivers {
      race.add(.receiver) { [senders] in
        var sum = 0
        for _ in 0..<(each * senders) { sum &+= try inbox.receive().count }
        benchKeep(sum)
      }
    }
    for _ in 0..<senders {
      let (out, maker) = (try registry.connect(to: "inproc://flow"), maker.another())
      race.add(.sender) { [receivers] in
        for number in 0..<(each * receivers) { try out.send(maker.message(number)) }
      }
    }
    return Figures(seconds: try race.run(place), operations: each * senders * receivers)
  }

  /// One thread sends 1,000 messages, then receives them.
  func burst(_ maker: some BenchMaker) throws -> Figures {
    let registry = Registry()
    let inbox = try registry.bind("inproc://burst")
    let out = try registry.connect(to: "inproc://burst")
    let bursts = max(1, count / 1000)
    var race = BenchRace()
    race.add(.sender) {
      var sum = 0
      for _ in 0..<bursts {
        for number in 0..<1000 { try out.send(maker.message(number)) }
        for _ in 0..<1000 { sum &+= try inbox.receive().count }
      }
      benchKeep(sum)
    }
    return Figures(seconds: try race.run(place), operations: bursts * 1000)
  }

  /// A message goes there and back.
  func pingPong(_ maker: some BenchMaker) throws -> Figures {
    let registry = Registry()
    let there = try registry.bind("inproc://there", capacity: capacity)
    let back = try registry.bind("inproc://back", capacity: capacity)
    let (toThere, toBack) = (
      try registry.connect(to: "inproc://there"), try registry.connect(to: "inproc://back")
    )
    var race = BenchRace()
    race.add(.receiver) { [count] in
      for _ in 0..<count { try toBack.send(try there.receive()) }
    }
    race.add(.sender) { [count] in
      var sum = 0
      for number in 0..<count {
        try toThere.send(maker.message(number))
        sum &+= try back.receive().count
      }
      benchKeep(sum)
    }
    return Figures(seconds: try race.run(place), operations: count)
  }
}
