/// Runs races: contestants in turn, round after round.
struct Runner {
  let launcher: Launcher
  let rounds: Int
  /// The seconds that one run should take.
  let seconds: Double
  /// How long a race may wait in all for what else runs.
  let patience: Duration
  /// Says what is being done.
  let progress: (String) -> Void

  /// Runs a workload at a placement.
  ///
  /// - Returns: two results for memory, one for everything else; none where we do not take part.
  /// - Throws: `LaunchError` where a contestant failed.
  func run(_ workload: Workload, _ placement: Placement) throws -> [Results.Race] {
    var field: [(contestant: Contestant, count: Int)] = []
    for contestant in workload.contestants {
      progress("\(workload.title), \(placement.rawValue): how fast is \(contestant.name)?")
      do {
        field.append((contestant, try calibrated(contestant, workload, placement)))
      } catch let error as LaunchError {
        progress("")
        let reason = error.isUnsupported ? "has no such thing" : error.description
        print(
          "\(workload.name), \(placement.rawValue): \(contestant.name) takes no part: \(reason)")
      }
    }
    var samples = field.map { _ in [[String: Double]]() }
    var (repeated, disturbed) = (0, 0)
    var round = 0
    while round < rounds {
      progress("\(workload.title), \(placement.rawValue): round \(round + 1) of \(rounds)")
      let load = Load()
      let figures = try field.map {
        try launcher.run($0.contestant, workload, placement, count: $0.count)
      }
      // A machine that is never quiet gives what it can, and the result says so.
      if load.isDisturbed {
        if repeated < rounds {
          repeated += 1
          Load.waitForQuiet(atMost: patience / rounds)
          continue
        }
        disturbed += 1
      }
      for index in figures.indices { samples[index].append(figures[index]) }
      round += 1
    }
    progress("")
    return keys(workload).map { name, key in
      Results.Race(
        workload: workload.name + name, title: workload.title + name, placement: placement,
        figure: workload.figure, isTime: workload.isTime, repeated: repeated, disturbed: disturbed,
        entries: field.indices.map { index in
          Results.Entry(
            name: field[index].contestant.name, role: .init(field[index].contestant.role),
            samples: samples[index].map { value(workload, $0, key) })
        })
    }
  }

  /// What is read from the lines, and what is added to the workload's name for it.
  private func keys(_ workload: Workload) -> [(String, String)] {
    switch workload.figure {
    case .nanoseconds: [("", "seconds")]
    case .bytes: [("", "bytes"), (" left", "left")]
    case .cpu: [("", "cpu")]
    }
  }

  private func value(_ workload: Workload, _ figures: [String: Double], _ key: String) -> Double {
    guard workload.figure == .nanoseconds else { return figures[key] ?? .nan }
    return (figures["seconds"] ?? .nan) / (figures["operations"] ?? .nan) * 1e9
  }

  /// How many operations take about the wanted time.
  private func calibrated(
    _ contestant: Contestant, _ workload: Workload, _ placement: Placement
  ) throws -> Int {
    guard workload.figure == .nanoseconds else {
      _ = try launcher.run(contestant, workload, placement, count: 1000)
      return 1_000_000
    }
    var count = 1000
    while true {
      let figures = try launcher.run(contestant, workload, placement, count: count)
      let taken = figures["seconds"] ?? 0
      if taken >= seconds / 8 || count >= 10_000_000 {
        let wanted = Double(count) * seconds / max(taken, 1e-6)
        return max(1000, min(10_000_000, Int(wanted / 1000) * 1000))
      }
      count *= taken < seconds / 80 ? 10 : 4
    }
  }
}

extension Results.Entry.Role {
  init(_ role: Contestant.Role) {
    switch role {
    case .ours: self = .ours
    case .peer: self = .peer
    case .reported: self = .reported
    }
  }
}
