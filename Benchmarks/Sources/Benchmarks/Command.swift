import ArgumentParser
import CPlacement
import Foundation

/// Measures this library and its rivals on the same workloads in one run.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure inproc and its rivals on the same workloads in one run.",
    discussion: """
      Contestants alternate, round after round; tables show medians, spread and ratios. Run \
      Benchmarks/install first.
      """)

  @Option(help: "Only workloads whose name matches this regular expression, such as 'bounded.*'.")
  var workload: String?

  @Option(help: "Only this rival; can be repeated.")
  var peer: [String] = []

  @Option(help: "Only this placement: pinned, one core, kernel.")
  var placement: String?

  @Option(help: "How many rounds.")
  var rounds = 7

  @Option(help: "The seconds that one run of one contestant should take.")
  var seconds = 0.1

  @Option(help: "The seconds that a race waits at most, in all, for other load to end.")
  var patience = 20.0

  @Flag(help: "Three short rounds.")
  var quick = false

  @Option(help: "Keep the results in this file; those of other workloads in it stay.")
  var json = "results/results.json"

  @Flag(help: "Leave out what the file holds already.")
  var resume = false

  @Option(help: "Begin nothing more after so many seconds; what is left makes the exit status 75.")
  var budget: Double?

  @Flag(help: "Measure nothing; show what the file holds.")
  var show = false

  @Flag(help: "List the workloads.")
  var list = false

  @Option(help: "Draw a chart of all results into this SVG file.")
  var chart: String?

  @Option(help: "Write the ratios of all results into this Markdown file, between its marks.")
  var document: String?

  func run() throws {
    let chosen = try workloads()
    if list {
      for workload in chosen { print("\(workload.name): \(workload.title)") }
      return
    }
    var results = try Results.read(json)
    if !show {
      results.machine = Machine()
      let left = try measure(chosen, &results)
      guard left == 0 else {
        print("\(left) races are left; --resume goes on with them")
        throw ExitCode(75)
      }
    }
    let report = Report(results: results)
    if show { for race in results.sort(chosen) { print(report.table(race)) } }
    print(report.bars)
    if let chart { try write(Chart(results: results).svg, chart) }
    if let document { try Document(results: results).fill(document) }
  }

  /// Measures what is chosen; returns how many races the budget left out.
  private func measure(_ chosen: [Workload], _ results: inout Results) throws -> Int {
    let end = budget.map { ContinuousClock.now + .seconds($0) }
    var left = 0
    var cores = [Int32](repeating: 0, count: 1024)
    let count = Int(placement_cores(&cores, Int32(cores.count)))
    let launcher = Launcher(
      folder: Self.folder, cores: cores.prefix(count).map { Int($0) })
    let runner = Runner(
      launcher: launcher, rounds: quick ? 3 : rounds, seconds: quick ? min(seconds, 0.03) : seconds,
      patience: .seconds(patience), progress: Self.progress)
    for workload in chosen {
      for placement in workload.placements {
        if resume, results.race(workload.name, placement) != nil { continue }
        if let end, ContinuousClock.now > end {
          left += 1
          continue
        }
        for race in try runner.run(workload, placement) {
          results.add(race)
          print(Report(results: results).table(race))
        }
        try results.write(json)
      }
    }
    return left
  }

  private func workloads() throws -> [Workload] {
    let pattern = try workload.map { try Regex($0) }
    let only = try placement.map { text in
      guard let placement = Placement(rawValue: text) else {
        throw ValidationError("--placement '\(text)': write pinned, 'one core' or kernel")
      }
      return placement
    }
    let chosen = try Catalogue.workloads.filter { workload in
      try pattern.map { try $0.wholeMatch(in: workload.name) != nil } ?? true
    }
    .map { workload in
      var workload = workload
      if let only { workload.placements.removeAll { $0 != only } }
      if !peer.isEmpty {
        workload.contestants.removeAll { $0.program != .ours && !peer.contains($0.name) }
      }
      return workload
    }
    guard !chosen.isEmpty else {
      throw ValidationError("no workload has that name; --list shows them")
    }
    return chosen
  }

  /// The folder of this package: that of the executable's build.
  private static let folder: String = {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let parts = own.path.components(separatedBy: "/.build/")
    return parts.count > 1 ? parts[0] : FileManager.default.currentDirectoryPath
  }()

  /// A line on a terminal that the next one replaces.
  private static func progress(_ text: String) {
    guard isatty(2) == 1 else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
  }
}

/// Writes a text into a file.
func write(_ text: String, _ path: String) throws {
  try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
}
