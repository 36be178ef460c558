import InprocBenchmarks

/// How far ahead this library is to be.
struct Bar: Sendable {
  /// What its figure is compared with.
  enum Against: Sendable {
    /// The best peer of the same run.
    case best
    /// This one.
    case contestant(String)
    /// No one: the figure itself counts.
    case figure
  }

  /// A ratio of speeds or times, or a figure.
  enum Limit: Sendable {
    /// So many times as fast.
    case fasterBy(Double)
    /// At most this part of the time.
    case timeWithin(Double)
    /// A figure of at most this.
    case figureWithin(Double)
  }

  var workload: String
  var placement: Placement
  var against = Against.best
  var limit: Limit

  static let all: [Bar] = rates + turns + others

  private static func faster(
    _ workload: String, pinned: Double, oneCore: Double, against: Against = .best
  ) -> [Bar] {
    [
      Bar(workload: workload, placement: .pinned, against: against, limit: .fasterBy(pinned)),
      Bar(workload: workload, placement: .oneCore, against: against, limit: .fasterBy(oneCore)),
    ]
  }

  private static let rates =
    faster("shared", pinned: 1.8, oneCore: 1.5)
    + faster("shared-vector", pinned: 2.4, oneCore: 2.4)
    + faster("fresh", pinned: 2.2, oneCore: 1.3)
    + faster("word", pinned: 1.5, oneCore: 2.1)
    + faster("four-to-one", pinned: 1.5, oneCore: 1.7)
    + faster("four-to-four", pinned: 1.8, oneCore: 1.6)
    + faster("bounded-1024", pinned: 1.2, oneCore: 1.5)
    + faster("bounded-64", pinned: 1.35, oneCore: 2.6)
    + faster("bounded-1", pinned: 1.0, oneCore: 3.4)

  private static let turns = [
    Bar(
      workload: "ping-pong", placement: .pinned, against: .contestant("crossbeam"),
      limit: .timeWithin(1.5)),
    Bar(workload: "ping-pong", placement: .oneCore, limit: .timeWithin(0.7)),
    Bar(workload: "burst-vector", placement: .oneCore, limit: .timeWithin(0.5)),
    Bar(workload: "burst", placement: .oneCore, limit: .timeWithin(0.7)),
  ]

  private static let others =
    // As fast as 64 B, as far as two runs of the same can tell.
    faster("large", pinned: 0.95, oneCore: 0.95, against: .contestant("inproc, 64 B"))
    + faster("values", pinned: 1.5, oneCore: 1.5, against: .contestant("flume"))
    + ["async-stream", "async-channel"].flatMap { name in
      [Placement.oneCore, .kernel].map { placement in
        Bar(
          workload: "async-values", placement: placement, against: .contestant(name),
          limit: .fasterBy(10))
      }
    }
    + faster("shared", pinned: 10, oneCore: 10, against: .contestant("zmq"))
    + faster("shared", pinned: 10, oneCore: 10, against: .contestant("nng"))
    + faster("shared", pinned: 2, oneCore: 2, against: .contestant("nio"))
    + faster("shared", pinned: 2, oneCore: 2, against: .contestant("dispatch"))
    + ["connect", "bind"].flatMap { shape in
      [10, 1_000, 100_000].flatMap { endpoints in
        [
          Bar(
            workload: "\(shape)-\(endpoints)", placement: .oneCore, against: .contestant("dashmap"),
            limit: .fasterBy(1)),
          Bar(
            workload: "\(shape)-\(endpoints)-x2", placement: .pinned,
            against: .contestant("dashmap"), limit: .fasterBy(1)),
        ]
      }
    }
    + [
      Bar(
        workload: "memory", placement: .oneCore, against: .figure, limit: .figureWithin(32)),
      Bar(
        workload: "memory left", placement: .oneCore, against: .figure, limit: .figureWithin(1)),
      Bar(
        workload: "blocked", placement: .kernel, against: .figure, limit: .figureWithin(0.001)),
    ]
}

/// What became of a bar.
struct Verdict {
  var bar: Bar
  var title: String
  /// Ours to the other's, in the bar's own terms.
  var value: Double
  /// Whom it was compared with.
  var against: String
  var isMet: Bool

  /// Nil where its workload was not measured.
  init?(_ bar: Bar, _ results: Results) {
    guard let race = results.race(bar.workload, bar.placement), let ours = race.ours else {
      return nil
    }
    self.bar = bar
    title = race.title
    switch bar.against {
    case .figure:
      (value, against) = (ours.median, "")
    case .best:
      guard let best = race.bestPeer else { return nil }
      (value, against) = (best.median / ours.median, best.name)
    case .contestant(let name):
      guard let other = race.entry(name) else { return nil }
      (value, against) = (other.median / ours.median, name)
    }
    switch bar.limit {
    case .fasterBy(let factor): isMet = value >= factor
    case .timeWithin(let factor):
      value = 1 / value
      isMet = value <= factor
    case .figureWithin(let most): isMet = value <= most
    }
  }

  /// The limit in words.
  var limit: String {
    switch bar.limit {
    case .fasterBy(let factor): "at least \(Text.ratio(factor))"
    case .timeWithin(let factor): "at most \(Text.ratio(factor)) the time"
    case .figureWithin(let most): "at most \(BenchText.number(most))"
    }
  }
}
