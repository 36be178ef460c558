/// What a thread waits for: the command that waits, and the names or the time that stand in it.
package enum WaitReason: Hashable, Sendable {
  /// A message at a handle: a `recv`, and each round of a `for`.
  case receive(String)
  /// Room in the queue of a handle, or a receiver there.
  case send(String)
  case reply(String)
  /// A message at any of these handles.
  case select([String])
  /// That somebody binds an endpoint.
  case connect(String)
  /// That these threads end; all others, where none is named.
  case join([String])
  /// That a time passes.
  case sleep(String)
  /// That a mutex is free.
  case lock(String)
  /// To be notified at a mutex, and then for the mutex.
  case notification(String)
  /// That a condition holds.
  case condition(String)
  /// A command that has no reason of its own to wait.
  case command(String)

  /// The command and what it names, as `list threads` shows them: `recv inbox`.
  package var words: [String] {
    switch self {
    case .receive(let handle): ["recv", handle]
    case .send(let handle): ["send", handle]
    case .reply(let handle): ["reply", handle]
    case .select(let handles): ["select"] + handles
    case .connect(let endpoint): ["connect", endpoint]
    case .join(let threads): ["join"] + threads
    case .sleep(let time): ["sleep", time]
    case .lock(let mutex): ["lock", mutex]
    case .notification(let mutex): ["wait", mutex]
    case .condition(let text): ["await", text]
    case .command(let text): [text]
    }
  }

  /// ``words`` with a blank between two.
  package var text: String { words.joined(separator: " ") }

  /// In a sentence, after "waits for": `a message at inbox`.
  package var inWords: String {
    switch self {
    case .receive(let handle): "a message at \(handle)"
    case .send(let handle), .reply(let handle):
      "room or a receiver at the other end of \(handle)"
    case .select(let handles): "a message at one of \(handles.joined(separator: " "))"
    case .connect(let endpoint): "\(endpoint) to be bound"
    case .join(let threads):
      threads.isEmpty ? "all threads to end" : "the end of \(threads.joined(separator: " "))"
    case .sleep(let time): "\(time) to pass"
    case .lock(let mutex): "the mutex \(mutex)"
    case .notification(let mutex): "a notification at \(mutex)"
    case .condition(let text): "the condition \(text)"
    case .command(let text): "'\(text)'"
    }
  }
}

extension Statement {
  /// What a thread waits for that waits in this statement; names as typed.
  var waitReason: WaitReason { waitReason { $0.text } }

  /// The same with what the variables in names hold.
  func waitReason(naming variables: some VariableLookup) -> WaitReason {
    waitReason { $0.shown(variables) }
  }

  private func waitReason(_ name: (Template) -> String) -> WaitReason {
    switch command.role {
    case .receives(let handle): .receive(name(handle))
    case .sends(let handle): .send(name(handle))
    case .replies(let handle): .reply(name(handle))
    case .selects(let handles): .select(handles.map(name))
    case .connects(let endpoint): .connect(name(endpoint))
    case .joins(let threads): .join(threads.map(name))
    case .sleeps(let time): .sleep(time.template.text)
    case .locks(let mutex): .lock(name(mutex))
    case .waits(let mutex): .notification(name(mutex))
    case .awaits(let condition): .condition(condition.text)
    case .none, .binds, .drains, .notifies: .command(text)
    }
  }
}
