public import Inproc

/// Records the events of a registry and makes a sequence diagram of them.
///
/// ```swift
/// let recorder = SequenceRecorder(registry)
/// try runTheProgram(using: registry)
/// try recorder.diagram(title: "Two workers").svg
///   .write(toFile: "two-workers.svg", atomically: true, encoding: .utf8)
/// ```
///
/// While it records, each operation of the registry takes a lock, reads the clock and stores an event.
/// The number of stored events is bounded. Recording ends when the recorder is released.
public final class SequenceRecorder: Sendable {
  private let registry: Registry
  private let log: EventLog

  /// Begins to record.
  ///
  /// - Parameters:
  ///   - registry: the registry whose events are recorded.
  ///   - maximumEvents: of more events the first half of that number is kept, and the latest.
  ///   - describe: makes the text at a message's arrow; by default the frames that are text. It is
  ///     called with at most 16 frames, during the send or when a diagram is made, and should be
  ///     quick.
  public init(
    _ registry: Registry, maximumEvents: Int = 10_000,
    describe: @escaping @Sendable (Message) -> String = SequenceRecorder.text
  ) {
    self.registry = registry
    log = EventLog(maximumEvents: maximumEvents, describe: describe)
    registry.observers.add(log)
  }

  deinit { registry.observers.remove(log) }

  /// A diagram of what has happened so far. O(events).
  ///
  /// - Parameters:
  ///   - title: the title above the diagram.
  ///   - maximumRows: the middle of a run with more rows is left out.
  /// - Returns: the diagram; further events do not change it.
  public func diagram(title: String, maximumRows: Int = 120) -> SequenceDiagram {
    EventDiagram(log.events).diagram(title: title, maximumRows: maximumRows)
  }

  /// Forgets all events so far.
  public func clear() { log.clear() }

  /// The frames of a message with a blank between two. A frame that is no text, or a long one, is
  /// written as its size.
  public static func text(of message: Message) -> String {
    message.map { frame in
      let text = frame.count <= 64 ? String(frame) : nil
      return text.map { $0.isEmpty ? "\"\"" : $0 } ?? "(\(frame.count) bytes)"
    }.joined(separator: " ")
  }
}

/// An event and the text at the arrow of its message.
struct LoggedEvent: Sendable {
  var event: Registry.Event
  var text: String
}

/// Keeps the first and the latest events.
///
/// The log keeps no large message alive: it stores the beginning of the message's text. A small message
/// is stored itself and becomes text only when a diagram is made.
private final class EventLog: EventSink {
  private let state: Guarded<BoundedLog<LoggedEvent>>
  private let maximumEvents: Int
  private let describe: @Sendable (Message) -> String

  init(maximumEvents: Int, describe: @escaping @Sendable (Message) -> String) {
    state = Guarded(BoundedLog(maximum: maximumEvents))
    self.maximumEvents = maximumEvents
    self.describe = describe
  }

  /// The most frames and the most characters of a message that are stored.
  private static let keptFrames = 16
  private static let keptText = 200
  /// A frame of at most so many bytes is stored inline, without an allocation.
  private static let smallFrame = 15

  private func words(_ message: Message) -> String {
    let isCut = message.count > Self.keptFrames
    let text = describe(isCut ? Message(message.prefix(Self.keptFrames)) : message)
    return text.count <= Self.keptText && !isCut ? text : text.prefix(Self.keptText) + "…"
  }

  func take(_ event: Registry.Event) -> [any Parker] {
    var logged = LoggedEvent(event: event, text: "")
    if let message = event.message {
      let isSmall =
        message.count <= Self.keptFrames && message.allSatisfy { $0.count <= Self.smallFrame }
      if event.kind != .sent || !isSmall { logged.event.message = nil }
      if event.kind == .sent, !isSmall { logged.text = words(message) }
    }
    state.withLock { $0.append(logged) }
    return []
  }

  /// The log with the text of every message.
  var events: BoundedLog<LoggedEvent> {
    state.withLock { $0 }.map { logged in
      guard let message = logged.event.message else { return logged }
      return LoggedEvent(event: logged.event, text: words(message))
    }
  }

  func clear() { state.withLock { $0 = BoundedLog(maximum: maximumEvents) } }
}
