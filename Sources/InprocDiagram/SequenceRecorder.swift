public import Inproc

/// Writes down what happens in a registry, and draws it.
///
/// ```swift
/// let recorder = SequenceRecorder(registry)
/// try runTheProgram(using: registry)
/// try recorder.diagram(title: "Two workers").svg
///   .write(toFile: "two-workers.svg", atomically: true, encoding: .utf8)
/// ```
///
/// Recording costs each operation of the registry a lock, a clock reading and the memory of an event,
/// of which a bounded number is kept. It ends when the recorder is released.
public final class SequenceRecorder: Sendable {
  private let registry: Registry
  private let log: EventLog

  /// Begins to record.
  ///
  /// - Parameters:
  ///   - registry: whose endpoints are watched.
  ///   - maximumEvents: of a longer run the first half of that many are kept, and the latest.
  ///   - describe: what is written at a message's arrow; by default its frames, as far as they are
  ///     text. It is called with the first 16 frames, where the message is sent or where a picture
  ///     is asked for, and should be quick.
  public init(
    _ registry: Registry, maximumEvents: Int = 10_000,
    describe: @escaping @Sendable (Message) -> String = SequenceRecorder.text
  ) {
    self.registry = registry
    log = EventLog(maximumEvents: maximumEvents, describe: describe)
    registry.observers.add(log)
  }

  deinit { registry.observers.remove(log) }

  /// What has happened so far, as a picture.
  ///
  /// - Parameters:
  ///   - title: what the picture is called.
  ///   - maximumRows: of a longer run the middle is left out.
  /// - Returns: the picture; further events do not change it. O(events).
  public func diagram(title: String, maximumRows: Int = 120) -> SequenceDiagram {
    EventDiagram(log.events).diagram(title: title, maximumRows: maximumRows)
  }

  /// Forgets what has happened so far.
  public func clear() { log.clear() }

  /// A message's frames with a blank between two; one that is no text as its size.
  public static func text(of message: Message) -> String {
    message.map { frame in
      let text = frame.count <= 64 ? String(frame) : nil
      return text.map { $0.isEmpty ? "\"\"" : $0 } ?? "(\(frame.count) bytes)"
    }.joined(separator: " ")
  }
}

/// An event, and what is written at its message.
struct LoggedEvent: Sendable {
  var event: Registry.Event
  var text: String
}

/// Keeps the beginning and the latest of what happened.
///
/// Nothing large stays alive because of it: of most messages only the beginning of the text is kept.
/// A message that fits into its frames is kept itself, and put into words when it is drawn, if it is.
private final class EventLog: EventSink {
  private let state: Guarded<BoundedLog<LoggedEvent>>
  private let maximumEvents: Int
  private let describe: @Sendable (Message) -> String

  init(maximumEvents: Int, describe: @escaping @Sendable (Message) -> String) {
    state = Guarded(BoundedLog(maximum: maximumEvents))
    self.maximumEvents = maximumEvents
    self.describe = describe
  }

  /// Of a message with more frames, or with more text, the rest is not kept.
  private static let keptFrames = 16
  private static let keptText = 200
  /// A frame of so many bytes has no memory of its own.
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

  /// With all messages in words.
  var events: BoundedLog<LoggedEvent> {
    state.withLock { $0 }.map { logged in
      guard let message = logged.event.message else { return logged }
      return LoggedEvent(event: logged.event, text: words(message))
    }
  }

  func clear() { state.withLock { $0 = BoundedLog(maximum: maximumEvents) } }
}
