import ArgumentParser
import Foundation
import Inproc
import InprocBenchmarks
import InprocScript

/// `inproc bench`
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how fast messages are on this machine.",
    discussion: """
      Each workload runs several times, with its threads left to the kernel; shown are the median \
      and half of the range. Other load shows as a wide spread. The folder Benchmarks of the \
      source compares with other libraries.
      """)

  @ArgumentParser.Option(help: "About how long all workloads together may take, such as 30s.")
  var time = "10s"

  @ArgumentParser.Option(help: "Run only workloads whose title matches this regular expression.")
  var filter: String?

  @Flag(help: "Print JSON: for each workload its median in nanoseconds, and the spread.")
  var json = false

  func run() throws {
    guard let time = parseDuration(time), time > .zero else {
      throw ValidationError("--time \(time.quoted) is not a duration; write 500ms, 10s or 1m")
    }
    let pattern = try Replay.pattern(filter)
    let chosen = BenchWorkload.all.filter { pattern?.matchesSomewhere($0.title) ?? true }
    guard !chosen.isEmpty else {
      throw ValidationError("no workload's title matches \((filter ?? "").quoted)")
    }
    let results = try chosen.enumerated().map { index, workload in
      ProgressLine.show?("\(index + 1) of \(chosen.count): \(workload.title)")
      return try BenchResult(workload, within: time / chosen.count)
    }
    ProgressLine.show?(nil)
    emit(json ? try Self.json(results) : Self.table(results), to: .standardOutput)
  }
}

extension Bench {
  private static func table(_ results: [BenchResult]) -> String {
    let rows = results.map { result in
      [
        result.title, BenchText.number(result.median), BenchText.number(1000 / result.median),
        BenchText.spread(result.spread),
      ]
    }
    return BenchText.table([["", "ns each", "million/s", "spread"]] + rows)
  }

  private struct Entry: Encodable {
    var workload: String
    var nanoseconds: Double
    var spread: Double
  }

  private static func json(_ results: [BenchResult]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let entries = results.map {
      Entry(workload: $0.title, nanoseconds: $0.median, spread: $0.spread)
    }
    return String(decoding: try encoder.encode(entries), as: UTF8.self)
  }
}
