import InprocBenchmarks

/// The results as text for a terminal.
struct Report {
  let results: Results

  /// One race: median, spread, and how many times as fast we are.
  func table(_ race: Results.Race) -> String {
    var head = ["\(race.placement.rawValue)"]
    switch race.figure {
    case .nanoseconds: head += ["ns", "million/s"]
    case .bytes: head += ["bytes"]
    case .cpu: head += ["of a core"]
    }
    head += ["spread", "inproc is"]
    let rows = race.entries.sorted { $0.median < $1.median }.map { entry in
      var row = [entry.name, BenchText.number(entry.median)]
      if race.figure == .nanoseconds { row.append(BenchText.number(1000 / entry.median)) }
      row.append(BenchText.spread(entry.spread))
      if let ours = race.ours, entry.role != .ours, ours.median > 0, race.figure != .cpu {
        row.append(Text.ratio(entry.median / ours.median))
      }
      return row
    }
    var note = race.repeated > 0 ? ", \(race.repeated) rounds repeated" : ""
    if race.disturbed > 0 { note += ", \(race.disturbed) DISTURBED all the same" }
    return "\(race.workload): \(race.title)\(note)\n" + BenchText.table([head] + rows)
  }

  /// Which bars are met.
  var bars: String {
    let verdicts = Bar.all.compactMap { Verdict($0, results) }
    guard !verdicts.isEmpty else { return "" }
    let rows = verdicts.map { verdict in
      [
        verdict.title, verdict.bar.placement.rawValue, verdict.limit,
        BenchText.number(verdict.value), verdict.against, verdict.isMet ? "met" : "NOT MET",
      ]
    }
    let met = verdicts.count { $0.isMet }
    return "Bars: \(met) of \(verdicts.count) met\n"
      + BenchText.table([["", "placement", "bar", "is", "against", ""]] + rows)
  }
}
