internal import Inproc

/// What a `list` can be asked for.
enum ListScope: String, Hashable, Sendable, CaseIterable {
  case endpoints, handles, threads, variables, mutexes
}

/// What `list` shows.
struct Listing {
  let session: Session
  /// Whose variables are shown.
  let thread: SessionThread

  func lines(_ scope: ListScope?) -> [ResultLine] {
    let lines: [ResultLine] =
      switch scope {
      case .endpoints: endpoints
      case .handles: handles
      case .threads: threads
      case .variables: variables
      case .mutexes: mutexes
      case nil: endpoints + handles + threads
      }
    return lines.isEmpty ? [.none] : lines
  }

  private var endpoints: [ResultLine] {
    session.registry.endpoints.map { status in
      var fields: [ResultLine.Field] = [
        .frame(Frame(status.endpoint.description))
      ]
      if let subscribers = status.subscribers {
        fields += [.text("topic"), .text("subscribers=\(subscribers)")]
      } else {
        fields.append(.text("queued=\(status.queued)"))
      }
      fields.append(.text("connections=\(status.connections)"))
      switch status.capacity {
      case .unbounded: break
      case .bounded(let limit): fields.append(.text("capacity=\(limit)"))
      case .latest(let limit): fields.append(.text("latest=\(limit)"))
      }
      if status.isBidirectional { fields.append(.text("bidi")) }
      return .fields(fields)
    }
  }

  private var handles: [ResultLine] {
    session.table.withLock { $0.entries }
      .compactMap { if case .handle(let handle) = $0.value { handle } else { nil } }
      .sorted { $0.name < $1.name }
      .map { handle in
        .fields([
          .text(handle.name), .text(handle.origin), .frame(Frame(handle.endpoint.description)),
        ])
      }
  }

  private var threads: [ResultLine] {
    session.table.withLock { $0.entries }
      .compactMap { if case .thread(let thread) = $0.value { thread } else { nil } }
      .sorted { $0.name < $1.name }
      .map { thread in
        let state = thread.state
        let words = [thread.name, state.word] + (state.waitReason?.words ?? [])
        return .fields(words.map { .text($0) })
      }
  }

  /// The shared ones, then those of the thread, each by name. One of the thread that a shared one hides
  /// is left out.
  private var variables: [ResultLine] {
    let shared = thread.shared.values.filter { !thread.hides($0.key) }
    let own = thread.variables.filter { shared[$0.key] == nil }
    return lines(shared, "shared") + lines(own, "own")
  }

  private func lines(_ variables: [String: Message], _ kind: String) -> [ResultLine] {
    variables.sorted { $0.key < $1.key }.map { name, message in
      .fields([.text(name), .text(kind)] + message.map { .frame($0) })
    }
  }

  private var mutexes: [ResultLine] {
    session.table.withLock { $0.entries }
      .compactMap { if case .mutex(let mutex) = $0.value { mutex } else { nil } }
      .sorted { $0.name < $1.name }
      .map { mutex in
        let state = mutex.holder.map { ["held", $0.name] } ?? ["free"]
        return .fields(([mutex.name] + state).map { .text($0) })
      }
  }
}
