internal import Inproc

/// What a `list` can be asked for.
enum ListScope: String, Hashable, Sendable, CaseIterable {
  case endpoints, handles, threads
}

/// What `list` shows.
struct Listing {
  let session: Session

  func lines(_ scope: ListScope?) -> [ResultLine] {
    let lines: [ResultLine] =
      switch scope {
      case .endpoints: endpoints
      case .handles: handles
      case .threads: threads
      case nil: endpoints + handles + threads
      }
    return lines.isEmpty ? [.none] : lines
  }

  private var endpoints: [ResultLine] {
    session.registry.endpoints.map { status in
      var fields: [ResultLine.Field] = [
        .frame(Frame(status.endpoint.description)),
        .text("queued=\(status.queued)"),
        .text("connections=\(status.connections)"),
      ]
      if let limit = status.capacity.limit { fields.append(.text("capacity=\(limit)")) }
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
}
