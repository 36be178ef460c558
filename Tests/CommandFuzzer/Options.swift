// What a trial can ask of the program.

/// A pseudo-random choice of options for a subcommand.
struct Options {
  /// The words of a command line, quoted for a shell, without the paths.
  private(set) var words: [String] = []
  private(set) var names: Set<String> = []

  /// Options of `inproc replay`, with some values that they take and some that they do not take.
  private static let ofReplay: [(name: String, values: [String], others: [String])] = [
    ("--explore", [], []), ("--outcomes", [], []), ("--free", [], []), ("--fail-fast", [], []),
    ("--trace", [], []), ("--check-determinism", [], []), ("--complete", [], []), ("-q", [], []),
    ("-i", [], []), ("--bless", [], []),
    ("--seed", ["0", "1", "18446744073709551615"], ["-1", "x"]),
    ("--strategy", ["random", "pos", "pct:2", "round-robin"], ["pct:0", "none"]),
    ("--runs", ["1", "20"], ["0", "-3"]), ("--max-schedules", ["1", "2", "50"], ["0", "-1"]),
    ("--preemptions", ["0", "1", "3"], ["-1"]), ("--timers", ["idle", "racing"], ["never"]),
    ("--schedule", ["d-0", "c-0-0.1", "@f0.scn"], ["c-zz", "@nowhere", "c-0-99999999x9"]),
    ("--jobs", ["1", "2", "8"], ["0"]),
    ("--filter", ["f0", "scn"], ["(", "nothing matches this"]),
    ("--report", ["text", "tap", "junit", "json"], ["xml"]),
    ("--output", ["report.out"], ["/dev/full", "no/such/folder", "."]),
    ("--diagram", ["d.svg", "d.mmd", "d.txt"], ["d.png", "no/such/d.svg"]),
    ("--memory", ["256MiB", "1GiB"], ["0", "x", "1MiB"]), ("--root", [".", "/"], ["no/such"]),
    ("--pace", ["1us", "0s"], ["x"]), ("--timeout", ["50ms", "300ms"], ["1us", "0s", "x"]),
  ]

  /// Up to five options of `replay`. A time limit is always among them.
  init(replayUsing random: inout RandomSource) {
    for _ in 0..<random.pick([0, 0, 1, 1, 2, 2, 3, 5]) {
      let (name, values, others) = random.pick(Options.ofReplay)
      guard names.insert(name).inserted else { continue }
      words.append(name)
      if values.isEmpty { continue }
      words.append(quoted(random.pick(random.isOnce(in: 8) && !others.isEmpty ? others : values)))
    }
    if names.insert("--timeout").inserted { words += ["--timeout", "1s"] }
  }

  func has(_ name: String) -> Bool { names.contains(name) }

  /// The value of an option, if it is given.
  func value(_ name: String) -> String? {
    guard let index = words.firstIndex(of: name), index + 1 < words.count else { return nil }
    return words[index + 1].trimming("'")
  }
}

extension String {
  /// Without a character at both ends.
  fileprivate func trimming(_ character: Character) -> String {
    String(drop { $0 == character }.reversed().drop { $0 == character }.reversed())
  }
}
