import Inproc
import InprocBenchmarks

/// What `inproc bench` measures.
struct BenchWorkload: Sendable {
  var title: String
  var run: BenchRun

  private init(_ title: String, _ shape: BenchRun.Shape, _ change: (inout BenchRun) -> Void) {
    self.title = title
    run = BenchRun(shape: shape, count: 0)
    change(&run)
  }

  static let all = [
    BenchWorkload("1 sender, 1 receiver: 64 bytes, shared", .flow) { _ in },
    BenchWorkload("the same in three frames", .flow) { $0.frames = 3 },
    BenchWorkload("64 bytes, built for each message", .flow) { $0.payload = .fresh },
    BenchWorkload("8 bytes", .flow) { $0.payload = .word },
    BenchWorkload("1 MiB, shared", .flow) { $0.payload = .large },
    BenchWorkload("4 senders, 1 receiver", .flow) { $0.senders = 4 },
    BenchWorkload("4 senders, 4 receivers", .flow) { ($0.senders, $0.receivers) = (4, 4) },
    BenchWorkload("bounded 1024", .flow) { $0.capacity = .bounded(1024) },
    BenchWorkload("bounded 64", .flow) { $0.capacity = .bounded(64) },
    BenchWorkload("bounded 1", .flow) { $0.capacity = .bounded(1) },
    BenchWorkload("rendezvous", .flow) { $0.capacity = .rendezvous },
    BenchWorkload("there and back", .pingPong) { _ in },
    BenchWorkload("sent and received by one thread", .burst) { _ in },
    BenchWorkload("select over 16 endpoints", .select) { $0.receivers = 16 },
    BenchWorkload("connect, 1000 endpoints bound", .connect) { $0.endpoints = 1000 },
    BenchWorkload("bind and unbind, 1000 endpoints bound", .bind) { $0.endpoints = 1000 },
    BenchWorkload("task to task", .asyncFlow) { _ in },
    BenchWorkload("task to task and back", .asyncPingPong) { _ in },
    BenchWorkload("1 sender, 1 receiver: values of 40 bytes", .valueFlow) { _ in },
    BenchWorkload("values of 40 bytes from task to task", .asyncValueFlow) { _ in },
  ]
}

/// What a workload gave, in nanoseconds an operation.
struct BenchResult {
  var title: String
  var median: Double
  /// Half of the range, as a part of the median.
  var spread: Double

  /// Measures a workload, five times after finding out how many operations fit.
  ///
  /// - Parameters:
  ///   - workload: what to measure.
  ///   - time: about how long all of it may take.
  /// - Throws: what the library throws.
  init(_ workload: BenchWorkload, within time: Duration) throws {
    var run = workload.run
    let wanted = time / 6 / .seconds(1)
    run.count = 100
    var figures = try run()
    while figures.seconds < wanted / 8, run.count < 10_000_000 {
      run.count *= figures.seconds < wanted / 80 ? 10 : 4
      figures = try run()
    }
    let scaled = Double(run.count) * wanted / max(figures.seconds, 1e-6)
    run.count = max(100, Int(min(scaled, 10_000_000)))
    let samples = try (0..<5).map { _ in
      let figures = try run()
      return figures.seconds / Double(figures.operations) * 1e9
    }
    title = workload.title
    median = BenchStatistics.median(samples)
    spread = BenchStatistics.spread(samples)
  }
}
