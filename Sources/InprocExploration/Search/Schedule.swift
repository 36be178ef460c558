/// A schedule as it is printed and given to `--schedule`: which text it is of, and what was chosen.
///
/// `d-1a2b3c4d` is the default schedule of a text with that checksum; `c-1a2b3c4d-0.1x3.2` chooses
/// thread 0, then three times thread 1, then thread 2, and goes on as the default schedule does.
/// Threads count in the order of creation, from `main`, which is 0; `T` is the timer.
package struct Schedule: Hashable, Sendable, CustomStringConvertible {
  /// Nil for the default schedule.
  package var choices: [Int]?
  package var checksum: UInt32

  package init(choices: [Int]?, checksum: UInt32) {
    self.choices = choices
    self.checksum = checksum
  }

  /// FNV-1a over the lines of a text.
  package static func checksum(_ lines: [String]) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for line in lines {
      for byte in line.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
      hash = (hash ^ 10) &* 16_777_619
    }
    return hash
  }

  package var description: String {
    let sum = String(checksum, radix: 16)
    guard let choices else { return "d-\(sum)" }
    var runs: [String] = []
    var index = 0
    while index < choices.count {
      var end = index
      while end < choices.count, choices[end] == choices[index] { end += 1 }
      let name = choices[index] == ChoicePoint.timer ? "T" : "\(choices[index])"
      runs.append(end - index == 1 ? name : "\(name)x\(end - index)")
      index = end
    }
    return "c-\(sum)-\(runs.joined(separator: "."))"
  }

  /// Reads a printed schedule; nil where the text is none.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 2, let checksum = UInt32(parts[1], radix: 16) else { return nil }
    self.checksum = checksum
    if parts[0] == "d", parts.count == 2 {
      choices = nil
      return
    }
    guard parts[0] == "c", parts.count == 3 else { return nil }
    var choices: [Int] = []
    for run in parts[2].split(separator: ".") {
      let pair = run.split(separator: "x", omittingEmptySubsequences: false)
      let name = pair[0] == "T" ? ChoicePoint.timer : Int(pair[0])
      let count = pair.count == 1 ? 1 : pair.count == 2 ? Int(pair[1]) : nil
      guard let name, let count, count > 0, count <= 10_000_000 - choices.count else { return nil }
      choices += Array(repeating: name, count: count)
    }
    self.choices = choices
  }
}

extension Schedule {
  /// What runs the scenario under it once.
  package var policy: any SchedulePolicy {
    choices.map { RecordedPolicy(choices: $0) } ?? DefaultPolicy()
  }
}
