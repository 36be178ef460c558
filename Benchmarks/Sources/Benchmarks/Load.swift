import CPlacement
import Foundation

/// What else the machine did meanwhile, from `/proc/stat`.
struct Load {
  private let start = ContinuousClock.now
  private let busy = Load.busySeconds
  private let own = placement_family_cpu_seconds()

  /// Returns when hardly anything else runs, or in any case at the end of that time.
  static func waitForQuiet(atMost time: Duration) {
    let end = ContinuousClock.now + time
    var isQuiet = false
    while !isQuiet, ContinuousClock.now < end {
      let load = Load()
      Thread.sleep(forTimeInterval: 0.5)
      isQuiet = !load.isDisturbed
    }
  }

  /// Whether so much else ran since that figures can't be trusted. The kernel counts in steps of a
  /// hundredth of a second, so a few of them mean nothing.
  var isDisturbed: Bool {
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let others = Load.busySeconds - busy - (placement_family_cpu_seconds() - own)
    return others > 0.05 + elapsed * 0.08
  }

  /// The CPU time of everything since the machine started, what was stolen from it included.
  private static var busySeconds: Double {
    guard let data = FileManager.default.contents(atPath: "/proc/stat"),
      let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first
    else { return 0 }
    let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
    guard ticks.count >= 8 else { return 0 }
    // user, nice, system, irq, softirq, steal; not idle and iowait.
    let busy = [0, 1, 2, 5, 6, 7].reduce(0) { $0 + ticks[$1] }
    return busy / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
