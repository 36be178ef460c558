import Foundation
import InprocBenchmarks

/// The part of a Markdown file that shows ratios.
struct Document {
  let results: Results

  private static let begin = "<!-- what follows was written by Benchmarks --document -->"
  private static let end = "<!-- the end of it -->"

  /// Replaces what stands between the marks.
  ///
  /// - Throws: an error where the file can't be read, or has no marks.
  func fill(_ path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    guard let begin = text.range(of: Self.begin),
      let end = text.range(of: Self.end, range: begin.upperBound..<text.endIndex)
    else {
      throw LaunchError(description: "\(path) lacks the lines '\(Self.begin)' and '\(Self.end)'")
    }
    let filled = text[..<begin.upperBound] + "\n" + content + "\n" + text[end.lowerBound...]
    try write(String(filled), path)
  }

  private var content: String {
    """
    \(machine)

    ![Speed relative to the fastest rival of each workload](benchmarks.svg)

    ### Against the fastest rival

    How many times as fast as the best of the others `inproc` is; more than 1 is ahead. A ~ marks what other load on the machine disturbed, repetitions \
    notwithstanding.

    \(best)
    ### Against each rival, 1 to 1

    One shared 64 B frame; how many times as fast as this one `inproc` is.

    \(rivals)
    ### Bars

    \(bars)
    """
  }

  private var machine: String {
    let machine = results.machine
    return "Measured on \(machine.date): \(machine.processor), \(machine.cores) cores, "
      + "\(machine.memory), \(machine.system), Linux \(machine.kernel)."
  }

  private var best: String {
    let rows = Catalogue.workloads.filter { $0.figure == .nanoseconds }.compactMap {
      workload -> [String]? in
      let cells = Placement.allCases.map { placement -> String in
        guard let race = results.race(workload.name, placement), let ours = race.ours else {
          return ""
        }
        guard let best = race.bestPeer else {
          let other = race.entries.first { $0.role == .reported }
          return other.map { "\(Text.ratio($0.median / ours.median)) \($0.name)\(race.mark)" } ?? ""
        }
        return "\(Text.ratio(best.median / ours.median)) \(best.name)\(race.mark)"
      }
      return cells.allSatisfy(\.isEmpty) ? nil : [workload.title] + cells
    }
    return Text.markdown(["workload"] + Placement.allCases.map(\.rawValue), rows)
  }

  private var rivals: String {
    let names = Catalogue.workloads.first { $0.name == "shared" }?.contestants.map(\.name) ?? []
    let rows = names.dropFirst().map { name in
      [name]
        + Placement.allCases.map { placement in
          guard let race = results.race("shared", placement), let ours = race.ours,
            let other = race.entry(name)
          else { return "" }
          return Text.ratio(other.median / ours.median) + race.mark
        }
    }
    return Text.markdown(["rival"] + Placement.allCases.map(\.rawValue), Array(rows))
  }

  private var bars: String {
    let verdicts = Bar.all.compactMap { Verdict($0, results) }
    let rows = verdicts.map { verdict in
      [
        verdict.title, verdict.bar.placement.rawValue, verdict.limit,
        "\(BenchText.number(verdict.value)) \(verdict.against)", verdict.isMet ? "yes" : "**no**",
      ]
    }
    return "\(verdicts.count { $0.isMet }) of \(verdicts.count) are met.\n\n"
      + Text.markdown(["workload", "placement", "bar", "is", "met"], rows)
  }
}

extension Results.Race {
  /// Tells that its figures can't be relied on.
  fileprivate var mark: String { disturbed > 0 ? " ~" : "" }
}
