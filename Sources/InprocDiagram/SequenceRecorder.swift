public import Inproc
internal import Synchronization

/// Writes down what happens in a registry, and draws it.
///
/// ```swift
/// let recorder = SequenceRecorder(registry)
/// try runTheProgram(using: registry)
/// try recorder.diagram(title: "Two workers").svg
///   .write(toFile: "two-workers.svg", atomically: true, encoding: .utf8)
/// ```
///
/// Recording costs each operation of the registry a lock, a clock reading and a few words of text. It
/// ends when the recorder is released.
public final class SequenceRecorder: Sendable {
  private let registry: Registry
  private let log: EventLog

  /// Begins to record.
  ///
  /// - Parameters:
  ///   - registry: whose endpoints are watched.
  ///   - maximumEvents: of a longer run the first half of that many are kept, and the latest.
  ///   - describe: what is written at a message's arrow; by default its frames, as far as they are
  ///     text. It is called where the message is sent, and should be quick.
  public init(
    _ registry: Registry, maximumEvents: Int = 10_000,
    describe: @escaping @Sendable (Message) -> String = SequenceRecorder.text
  ) {
    self.registry = registry
    log = EventLog(maximumEvents: max(2, maximumEvents), describe: describe)
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
    var builder = EventDiagramBuilder()
    builder.build(log.events)
    return SequenceDiagram(
      title: title, problem: nil, threads: builder.threads.map(\.name), rows: builder.rows,
      arrows: builder.arrows, spans: builder.spans, maximumRows: maximumRows)
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

/// Keeps the beginning and the latest of what happened. Of messages only the texts are kept.
private final class EventLog: EventSink {
  private struct State {
    var first: [LoggedEvent] = []
    var latest: [LoggedEvent] = []
    var leftOut = 0
  }
  private let state = Mutex(State())
  private let half: Int
  private let describe: @Sendable (Message) -> String

  init(maximumEvents: Int, describe: @escaping @Sendable (Message) -> String) {
    half = maximumEvents / 2
    self.describe = describe
  }

  func take(_ event: Registry.Event) -> [any Parker] {
    let text = event.kind == .sent ? event.message.map(describe) ?? "" : ""
    var logged = LoggedEvent(event: event, text: text)
    logged.event.message = nil
    state.withLock { state in
      if state.first.count < half {
        state.first.append(logged)
        return
      }
      if state.latest.count >= 2 * half {
        state.leftOut += half
        state.latest.removeFirst(half)
      }
      state.latest.append(logged)
    }
    return []
  }

  var events: (first: [LoggedEvent], leftOut: Int, latest: [LoggedEvent]) {
    state.withLock { ($0.first, $0.leftOut, $0.latest) }
  }

  func clear() { state.withLock { $0 = State() } }
}
