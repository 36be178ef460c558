import Inproc
import InprocScript
import LineEditor

/// `watch`: the session, live on the whole screen.
struct Watch {
  /// Milliseconds between two drawings: eight a second.
  private static let interval = 125
  /// The number of intervals that a rate is measured over: one second.
  private static let window = 8

  let session: Session
  let palette: Palette

  func run(on editor: LineEditor) throws(LineEditor.NoScreen) {
    let count = session.countMessages()
    var samples: [(at: ContinuousClock.Instant, counts: [Endpoint: MessageCount.Count])] = []
    var longest: [Endpoint: Int] = [:]
    let isASCII = !Terminal.isUTF8
    try editor.showFullScreen(every: Self.interval) { columns, rows, key in
      if case .character(let key)? = key, "qQ\u{1B}\u{03}\u{04}".unicodeScalars.contains(key) {
        return .leave
      }
      let snapshot = session.snapshot
      if key == nil {
        samples.append((.now, count.counts))
        if samples.count > Self.window + 1 { samples.removeFirst() }
      }
      for status in snapshot.endpoints {
        longest[status.endpoint] = max(longest[status.endpoint] ?? 0, status.queued)
      }
      let rates = WatchView.Rates(each: Self.rates(samples), longest: longest)
      return .show(
        WatchView(palette: palette, isASCII: isASCII, columns: columns, rows: rows)
          .lines(snapshot, rates))
    }
  }

  private static func rates(
    _ samples: [(at: ContinuousClock.Instant, counts: [Endpoint: MessageCount.Count])]
  ) -> [Endpoint: (sent: Int, received: Int)] {
    guard let first = samples.first, let last = samples.last else { return [:] }
    let seconds = first.at.duration(to: last.at) / .seconds(1)
    guard seconds > 0 else { return [:] }
    var rates: [Endpoint: (sent: Int, received: Int)] = [:]
    for (endpoint, count) in last.counts {
      let before = first.counts[endpoint] ?? MessageCount.Count()
      rates[endpoint] = (
        Int((Double(count.sent - before.sent) / seconds).rounded()),
        Int((Double(count.received - before.received) / seconds).rounded())
      )
    }
    return rates
  }
}
