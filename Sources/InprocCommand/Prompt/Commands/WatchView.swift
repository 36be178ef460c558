import Inproc
import InprocScript

/// The rows of `watch`, for a screen of any size.
struct WatchView: FullScreenView {
  let palette: Palette
  let isASCII: Bool
  let columns: Int
  let rows: Int

  /// Measurements that are shown beside the snapshot.
  struct Rates {
    /// Messages a second, by endpoint: sent, received.
    var each: [Endpoint: (sent: Int, received: Int)] = [:]
    /// The longest queue seen so far, by endpoint: bars without a capacity have a scale that holds it.
    var longest: [Endpoint: Int] = [:]
    var sent: Int { each.values.reduce(0) { $0 + $1.sent } }
    var received: Int { each.values.reduce(0) { $0 + $1.received } }
  }

  func lines(_ snapshot: SessionSnapshot, _ rates: Rates) -> [String] {
    let room = max(2, rows - 7)
    // Each part gets the rows that the other does not need.
    let (endpointCount, threadCount) = (snapshot.endpoints.count, snapshot.threads.count)
    let endpointRoom = min(endpointCount, max(room / 2, room - threadCount))
    let threadRoom = min(threadCount, room - endpointRoom)
    var lines = [title, ""]
    let titles = ["ENDPOINT", "QUEUE", "QUEUED", "CONNECTIONS", "SENT/S", "RECEIVED/S"]
    lines.append(heading(titles, widths))
    lines += snapshot.endpoints.prefix(endpointRoom).map { endpoint($0, rates) }
    if snapshot.endpoints.isEmpty { lines.append(palette("(none)", .note)) }
    if endpointCount > endpointRoom {
      lines[lines.count - 1] = more(endpointCount - endpointRoom + 1)
    }
    lines.append("")
    lines.append(heading(["THREAD", "STATE", "WAITED", "WAITS FOR"], threadWidths))
    lines += snapshot.threads.prefix(threadRoom).map(thread)
    if threadCount > threadRoom { lines[lines.count - 1] = more(threadCount - threadRoom + 1) }
    lines.append("")
    lines.append(summary(snapshot, rates))
    return clip(lines, columns: columns, rows: rows)
  }

  private func more(_ count: Int) -> String { palette("(\(count) more)", .note) }

  private var title: String {
    let left = "inproc watch"
    let right = "q leaves"
    let gap = max(1, columns - left.count - right.count)
    return palette(left, .prompt) + String(repeating: " ", count: gap) + palette(right, .note)
  }

  private func summary(_ snapshot: SessionSnapshot, _ rates: Rates) -> String {
    let queued = snapshot.endpoints.reduce(0) { $0 + $1.queued }
    let blocked = snapshot.threads.count { $0.state.isBlocked }
    return fit(
      "\(queued) queued, \(rates.sent)/s sent, \(rates.received)/s received; "
        + "\(blocked) of \(snapshot.threads.count) threads blocked", columns)
  }

  // MARK: Endpoints

  private var nameWidth: Int { min(30, max(16, columns / 4)) }
  private var barWidth: Int { max(8, min(40, columns - nameWidth - 2 - 12 - 13 - 10)) }
  private var widths: [Int] { [nameWidth, barWidth, 10, 11, 8] + (isWide ? [10] : []) }
  private var isWide: Bool { columns >= 120 }

  private func endpoint(_ status: EndpointStatus, _ rates: Rates) -> String {
    let limit = status.capacity.limit
    let whole = limit.map { max($0, 1) } ?? Self.scale(rates.longest[status.endpoint] ?? 0)
    let isFull = limit.map { status.queued >= $0 && $0 > 0 } ?? false
    var filled = status.queued * barWidth / whole
    if status.queued > 0 { filled = max(1, filled) }
    filled = min(barWidth, filled)
    let bar =
      String(repeating: isASCII ? "#" : "█", count: filled)
      + String(repeating: isASCII ? "." : "░", count: barWidth - filled)
    let count = "\(status.queued)" + (limit.map { "/\($0)" } ?? "") + (isFull ? " full" : "")
    let rate = rates.each[status.endpoint] ?? (sent: 0, received: 0)
    let cells = [
      pad(status.endpoint.description, nameWidth),
      palette(bar, isFull ? .error : .result),
      pad(count, 10), pad("\(status.connections)", 11), pad("\(rate.sent)", 8),
    ]
    return (cells + (isWide ? ["\(rate.received)"] : [])).joined(separator: "  ")
  }

  /// 10, 20, 50, 100, …: the first that is larger, so that a queue without a capacity is never full.
  private static func scale(_ longest: Int) -> Int {
    var power = 10
    while power <= longest / 10 { power *= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 > longest } ?? 20 * power
  }

  // MARK: Threads

  private var threadWidths: [Int] { [nameWidth, 8, 8, max(8, columns - nameWidth - 8 - 8 - 6)] }

  private func thread(_ thread: SessionSnapshot.Thread) -> String {
    let isMain = thread.name == "main"
    let state = isMain && thread.state == .running ? "watching" : thread.state.word
    return [
      palette(pad(thread.name, threadWidths[0]), .thread),
      thread.state == .failed ? palette(pad(state, 8), .error) : pad(state, 8),
      pad(thread.waited.map(Self.short) ?? "", 8),
      fit(thread.state.waitReason?.text ?? "", threadWidths[3]),
    ].joined(separator: "  ")
  }

  /// A duration in at most 7 characters.
  static func short(_ duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    if seconds < 60 {
      let tenths = Int(max(0, seconds) * 10)
      return "\(tenths / 10).\(tenths % 10)s"
    }
    let whole = Int(min(seconds, 1e9))
    return whole < 3600 ? "\(whole / 60)m\(whole % 60)s" : "\(whole / 3600)h\(whole / 60 % 60)m"
  }

  // MARK: Cells

  private func heading(_ words: [String], _ widths: [Int]) -> String {
    palette(zip(words, widths).map { pad($0, $1) }.joined(separator: "  "), .note)
  }
}
