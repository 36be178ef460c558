import Foundation
import InprocBenchmarks

/// What was measured: kept as JSON, so that a run can be continued and shown again.
struct Results: Codable {
  /// The figures of one contestant.
  struct Entry: Codable {
    enum Role: String, Codable {
      case ours, peer, reported
    }
    var name: String
    var role: Role
    /// One a round, in the race's unit.
    var samples: [Double]

    var median: Double { BenchStatistics.median(samples) }
    /// Half of the range, as a part of the median.
    var spread: Double { BenchStatistics.spread(samples) }
  }

  /// One workload at one placement.
  struct Race: Codable {
    var workload: String
    var title: String
    var placement: Placement
    var figure: Workload.Figure
    var isTime: Bool
    /// How often a round was taken again because something else ran.
    var repeated: Int
    /// In how many of the rounds that count something else ran all the same.
    var disturbed: Int
    var entries: [Entry]

    var ours: Entry? { entries.first { $0.role == .ours } }
    var bestPeer: Entry? {
      entries.filter { $0.role == .peer }.min { $0.median < $1.median }
    }
    func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }
  }

  var machine = Machine()
  var races: [Race] = []

  /// Nothing where there is no such file.
  ///
  /// - Throws: an error where it holds something else.
  static func read(_ path: String) throws -> Results {
    guard let data = FileManager.default.contents(atPath: path) else { return Results() }
    return try JSONDecoder().decode(Results.self, from: data)
  }

  func write(_ path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try encoder.encode(self).write(to: url, options: .atomic)
  }

  func race(_ workload: String, _ placement: Placement) -> Race? {
    races.first { $0.workload == workload && $0.placement == placement }
  }

  /// Takes the place of an earlier one of that workload and placement.
  mutating func add(_ race: Race) {
    races.removeAll { $0.workload == race.workload && $0.placement == race.placement }
    races.append(race)
  }

  /// In the catalogue's order, as far as measured.
  func sort(_ workloads: [Workload]) -> [Race] {
    workloads.flatMap { workload in
      workload.placements.compactMap { race(workload.name, $0) }
    }
  }
}

/// Where it was measured.
struct Machine: Codable {
  var processor = Machine.read("/proc/cpuinfo", "model name") ?? "unknown processor"
  var cores = ProcessInfo.processInfo.activeProcessorCount
  var memory = "\(ProcessInfo.processInfo.physicalMemory >> 30) GiB"
  var kernel = Machine.line("/proc/sys/kernel/osrelease") ?? "unknown"
  var system =
    Machine.read("/etc/os-release", "PRETTY_NAME", "=")?.replacing("\"", with: "") ?? "unknown"
  var date = ISO8601DateFormatter().string(from: Date()).prefix(10).description

  private static func line(_ path: String) -> String? {
    let text = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    return text?.split(separator: "\n").first.map(String.init)
  }

  private static func read(_ path: String, _ key: String, _ separator: Character = ":") -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: separator, maxSplits: 1)
      if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key {
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return nil
  }
}
