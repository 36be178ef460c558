package import Inproc
internal import InprocText

/// An event as a line of text: the time, the thread, an arrow, and what happened.
///
///       0.012s  alice   ──▶ inproc://jobs #1 hello
///       0.012s  worker  ◀── inproc://jobs #1 hello
///
/// A receive and its send have the same number after `#`.
package struct TraceLine: Hashable, Sendable {
  /// The meaning of a part of the line, which decides its colour.
  package enum Role: Hashable, Sendable {
    case time, thread, arrow, wait, alarm, plain
  }
  package struct Part: Hashable, Sendable {
    package var text: String
    package var role: Role
  }
  package var parts: [Part]

  /// The line without colours.
  package var text: String { parts.map(\.text).joined() }
}

/// Formats events as lines of text, with times since the start of the trace.
package struct TraceFormat: Sendable {
  /// The most characters of a message that are shown.
  private static let longestMessage = 60

  private let start: ContinuousClock.Instant
  private let arrows: Arrows
  /// The width of the longest thread name so far, to which all names are padded.
  private var nameWidth = 4

  /// - Parameters:
  ///   - start: the instant that is shown as time 0.
  ///   - isASCII: whether arrows are made of `-`, `<` and `>`.
  package init(since start: ContinuousClock.Instant, isASCII: Bool) {
    self.start = start
    arrows = isASCII ? .ascii : .drawn
  }

  package mutating func line(_ event: Registry.Event) -> TraceLine {
    if case .lost(let count) = event.kind {
      let events = "\(counted(count, "event")) \(count == 1 ? "is" : "are")"
      let text = "  (\(events) missing here: there were too many at once)"
      return TraceLine(parts: [.init(text: text, role: .wait)])
    }
    let name = event.thread.name.isEmpty ? "thread" : event.thread.name.escapingUnprintable
    nameWidth = max(nameWidth, min(name.cells, 16))
    let (arrow, role, text) = words(event)
    return TraceLine(parts: [
      .init(text: time(event.instant) + "  ", role: .time),
      .init(text: name.padded(to: nameWidth) + "  ", role: .thread),
      .init(text: arrow + " ", role: role),
      .init(text: text, role: role == .arrow ? .plain : role),
    ])
  }

  /// The time in seconds with three decimal places.
  private func time(_ instant: ContinuousClock.Instant) -> String {
    let elapsed = max(start.duration(to: instant), .zero)
    let (seconds, attoseconds) = elapsed.components
    let milliseconds = String(attoseconds / 1_000_000_000_000_000 + 1_000).dropFirst()
    return "\(seconds).\(milliseconds)s".rightAligned(to: 8)
  }

  private func words(_ event: Registry.Event) -> (String, TraceLine.Role, String) {
    let place = event.endpoint?.description.escapingUnprintable ?? ""
    switch event.kind {
    case .sent: return (arrows.send, .arrow, place + message(event))
    case .received: return (arrows.receive, .arrow, place + message(event))
    case .dropped(1): return (arrows.drop, .alarm, "dropped at \(place)" + message(event))
    case .dropped(let count):
      return (arrows.drop, .alarm, "\(count) messages dropped at \(place)")
    case .bound(let capacity, let isBidirectional):
      let limit = words(capacity)
      return (arrows.life, .arrow, "bind \(place)\(limit)\(isBidirectional ? " bidi" : "")")
    case .boundTopic(let count):
      return (arrows.life, .arrow, "bind \(place) topic\(count > 0 ? " retain=\(count)" : "")")
    case .subscribed(let capacity):
      return (arrows.life, .arrow, "subscribe \(place)\(words(capacity))")
    case .unbound: return (arrows.life, .arrow, "unbind \(place)")
    case .connected: return (arrows.life, .arrow, "connect \(place)")
    case .disconnected: return (arrows.life, .arrow, "disconnect \(place)")
    case .closed: return (arrows.life, .arrow, "close \(place)")
    case .blocked(let operation):
      return (arrows.block, .wait, waiting(operation, places(event)))
    case .woken(let operation, let result): return woken(operation, result, places(event))
    case .lost: return ("", .wait, "")
    }
  }

  private func words(_ capacity: Capacity) -> String {
    switch capacity {
    case .unbounded: ""
    case .bounded(let limit): " capacity=\(limit)"
    case .latest(let limit): " latest=\(limit)"
    }
  }

  private func places(_ event: Registry.Event) -> String {
    ([event.endpoint].compactMap { $0 } + event.otherEndpoints)
      .map(\.description.escapingUnprintable).joined(separator: " ")
  }

  private func waiting(_ operation: Registry.Event.Operation, _ place: String) -> String {
    switch operation {
    case .receive: "waits for a message at \(place)"
    case .send: "waits to send to \(place)"
    case .select: "waits for a message at one of \(place)"
    case .connect: "waits for \(place) to be bound"
    case .sleep: "sleeps"
    case .join: "waits for threads to end"
    }
  }

  private func woken(
    _ operation: Registry.Event.Operation, _ result: Registry.Event.WaitResult, _ place: String
  ) -> (String, TraceLine.Role, String) {
    switch (operation, result) {
    case (.sleep, .timedOut), (.sleep, .served): (arrows.wake, .wait, "goes on: its timer fired")
    case (_, .served): (arrows.wake, .wait, "goes on")
    case (_, .timedOut): (arrows.stop, .alarm, "timed out at \(place)")
    case (_, .interrupted): (arrows.stop, .alarm, "interrupted")
    case (_, .cancelled): (arrows.stop, .alarm, "cancelled")
    case (_, .closed): (arrows.stop, .alarm, "\(place) is closed")
    }
  }

  private func message(_ event: Registry.Event) -> String {
    let number = event.sequence.map { " #\($0)" } ?? ""
    let reply = event.isReply ? " (reply)" : ""
    guard let message = event.message else {
      return "\(number)\(reply) \(counted(event.frameCount, "frame")), "
        + counted(event.byteCount, "byte")
    }
    var text = message.prefix(Self.longestMessage).map(\.printed).joined(separator: " ")
    if text.count > Self.longestMessage || message.count > Self.longestMessage {
      text = text.prefix(Self.longestMessage - 3) + "..."
    }
    return number + reply + (text.isEmpty ? "" : " " + text)
  }

  private struct Arrows {
    var send, receive, life, block, wake, stop, drop: String
    static let drawn = Arrows(
      send: "──▶", receive: "◀──", life: "───", block: "┄┄┄", wake: "┄┄▶", stop: "┄┄×",
      drop: "──×")
    static let ascii = Arrows(
      send: "-->", receive: "<--", life: "---", block: "...", wake: "..>", stop: "..x",
      drop: "--x")
  }
}
