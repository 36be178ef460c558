import Foundation

/// How many times as fast as the best rival we are, as bars to both sides of 1.
struct Chart {
  let results: Results

  private let width = 1000.0
  private let left = 400.0
  private let right = 170.0
  private let top = 100.0
  private let bar = 12.0
  private let gap = 12.0

  /// One workload, with the placements that are drawn.
  private struct Row {
    var title: String
    var bars: [Drawn]
  }

  private struct Drawn {
    var placement: Placement
    var ratio: Double
    var best: String
    var bar: Double?
  }

  /// The drawing. Colours follow the reader's preference for light or dark.
  var svg: String {
    let rows = self.rows
    let scale = Scale(rows.flatMap { $0.bars.flatMap { [$0.ratio, $0.bar ?? 1] } })
    var y = top
    var body = ""
    for row in rows {
      body += text(left - 12, y + Double(row.bars.count) * bar / 2 + 4, row.title, "name")
      for drawn in row.bars {
        body += draw(drawn, scale, y)
        y += bar
      }
      y += gap
    }
    let height = y + 44
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(whole(width)) \(whole(height))" \
      role="img" aria-label="Speed of inproc relative to the fastest rival, by workload">
      <style>\(Self.style)</style>
      <rect class="page" width="\(whole(width))" height="\(whole(height))" rx="10"/>
      \(text(24, 36, "inproc against the fastest rival of each workload", "title"))\
      \(text(width - 24, 36, "to the right of 1 x: faster than the best rival", "aside"))\
      \(legend)\(axis(scale, height))\(body)\
      \(text(24, height - 14, note, "note"))</svg>

      """
  }

  private var note: String {
    let machine = "\(results.machine.processor), \(results.machine.cores) cores"
    let disturbed = results.races.count { $0.disturbed > 0 }
    return "Medians of one run on one machine; \(machine)."
      + (disturbed > 0 ? " Other load disturbed \(disturbed) of \(results.races.count) races." : "")
  }

  private var rows: [Row] {
    Catalogue.workloads.compactMap { workload in
      guard workload.figure == .nanoseconds else { return nil }
      let hasPinned = workload.placements.contains(.pinned)
      let bars = workload.placements.compactMap { placement -> Drawn? in
        guard placement != .kernel || !hasPinned,
          let race = results.race(workload.name, placement), let ours = race.ours,
          let best = race.bestPeer
        else { return nil }
        return Drawn(
          placement: placement, ratio: best.median / ours.median, best: best.name,
          bar: bar(workload.name, placement, best.name))
      }
      return bars.isEmpty ? nil : Row(title: workload.title, bars: bars)
    }
  }

  /// What is asked for, where that is a ratio to the rival that is drawn.
  private func bar(_ workload: String, _ placement: Placement, _ best: String) -> Double? {
    for bar in Bar.all where bar.workload == workload && bar.placement == placement {
      switch bar.against {
      case .best: break
      case .contestant(best): break
      default: continue
      }
      switch bar.limit {
      case .fasterBy(let factor): return factor
      case .timeWithin(let factor): return 1 / factor
      case .figureWithin: continue
      }
    }
    return nil
  }

  // MARK: Parts

  private func draw(_ drawn: Drawn, _ scale: Scale, _ y: Double) -> String {
    let (one, end) = (x(1, scale), x(drawn.ratio, scale))
    let from = min(one, end)
    var svg = """
      <rect class="\(style(drawn.placement))" x="\(round(from))" y="\(round(y + 1))" \
      width="\(round(max(abs(end - one), 1)))" height="\(round(bar - 2))" rx="1.5"/>

      """
    if let wanted = drawn.bar.map({ x($0, scale) }) {
      svg += """
        <path class="bar" d="M\(round(wanted)) \(round(y - 1))V\(round(y + bar + 1))"/>

        """
    }
    let label = "\(Text.ratio(drawn.ratio)) \(drawn.best)"
    svg += text(width - right + 14, y + bar - 2, label, "value")
    return svg
  }

  private var legend: String {
    var (x, svg) = (24.0, "")
    for (style, name) in [
      ("pinned", "senders and receivers on two cores"), ("one", "all on one core"),
      ("kernel", "left to the kernel"),
    ] {
      svg += """
        <rect class="\(style)" x="\(round(x))" y="52" width="12" height="10" rx="1.5"/>

        """
      svg += text(x + 18, 61, name, "legend")
      x += 34 + Double(name.count) * 6.2
    }
    svg += """
      <path class="bar" d="M\(round(x + 4)) 50V64"/>

      """
    return svg + text(x + 12, 61, "the bar to reach", "legend")
  }

  private func axis(_ scale: Scale, _ height: Double) -> String {
    scale.ticks.map { tick in
      let at = round(x(tick, scale))
      let label = tick < 1 ? "1/\(whole(1 / tick))" : "\(whole(tick)) x"
      return """
        <path class="\(tick == 1 ? "axis" : "grid")" d="M\(at) \(round(top - 6))V\(round(height - 34))"/>

        """ + text(x(tick, scale), top - 10, label, "tick")
    }
    .joined()
  }

  private func x(_ ratio: Double, _ scale: Scale) -> Double {
    left + (width - left - right) * scale.position(ratio)
  }

  private func text(_ x: Double, _ y: Double, _ text: String, _ style: String) -> String {
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return """
      <text class="\(style)" x="\(round(x))" y="\(round(y))">\(escaped)</text>

      """
  }

  private func style(_ placement: Placement) -> String {
    switch placement {
    case .pinned: "pinned"
    case .oneCore: "one"
    case .kernel: "kernel"
    }
  }

  private func round(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
  private func whole(_ value: Double) -> String { "\(Int(value.rounded()))" }

  private static let style = """
    text{font:12px system-ui,'Segoe UI','DejaVu Sans',sans-serif;fill:#24292f}\
    .page{fill:#ffffff}.title{font-size:17px;font-weight:600}\
    .name,.aside{text-anchor:end}.tick{text-anchor:middle;font-size:11px;fill:#57606a}\
    .value,.legend,.note,.aside{font-size:11px;fill:#57606a}\
    .grid{stroke:#d8dee4;fill:none}.axis{stroke:#57606a;stroke-width:1.5;fill:none}\
    .bar{stroke:#cf222e;stroke-width:2;fill:none}\
    .pinned{fill:#2f6fd0}.one{fill:#e0912f}.kernel{fill:#8c959f}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117}\
    .tick,.value,.legend,.note,.aside{fill:#9da7b1}.grid{stroke:#30363d}.axis{stroke:#9da7b1}\
    .bar{stroke:#ff7b72}.pinned{fill:#5b9bf5}.one{fill:#f0ad5a}.kernel{fill:#7d8590}}
    """
}

/// A scale on which twice as fast is as far from 1 as half as fast.
struct Scale {
  private let least: Double
  private let most: Double

  /// One that takes in these values, and at least from a half to 4.
  init(_ values: [Double]) {
    let finite = values.filter { $0.isFinite && $0 > 0 }
    least = log2(min(finite.min() ?? 1, 0.5)).rounded(.down)
    most = log2(max(finite.max() ?? 1, 4)).rounded(.up)
  }

  /// From 0 to 1.
  func position(_ value: Double) -> Double { (log2(value) - least) / (most - least) }

  /// Powers of two.
  var ticks: [Double] {
    stride(from: least, through: most, by: 1).map { exp2($0) }
  }
}
