internal import Inproc

/// The names that exist in a session now, each list sorted, for completion.
package struct SessionNames: Sendable {
  /// All handles.
  package var handles: [String] = []
  /// Handles that can be received from.
  package var receivers: [String] = []
  /// Handles of bidirectional binds.
  package var servers: [String] = []
  /// Handles of bidirectional connections.
  package var clients: [String] = []
  /// Spawned threads.
  package var threads: [String] = []
  package var mutexes: [String] = []
  /// Names of definitions.
  package var definitions: [String] = []
  /// Variables of `main`, the shared ones included.
  package var variables: [String] = []
  /// Endpoints, as `inproc://NAME`.
  package var endpoints: [String] = []

  package init() {}
}

extension Session {
  /// The names that exist now. Call it while `main` runs nothing.
  package var names: SessionNames {
    var names = SessionNames()
    for (name, entry) in table.withLock({ $0.entries }).sorted(by: { $0.key < $1.key }) {
      switch entry {
      case .mutex: names.mutexes.append(name)
      case .thread(let thread): if !thread.isMain { names.threads.append(name) }
      case .handle(let handle):
        names.handles.append(name)
        if handle.receivingEnd != nil { names.receivers.append(name) }
        if case .server = handle.end { names.servers.append(name) }
        if case .client = handle.end { names.clients.append(name) }
      }
    }
    names.variables = Set(main.variables.keys).union(shared.values.keys).sorted()
    names.definitions = definitions.withLock { $0.keys.sorted() }
    names.endpoints = registry.endpoints.map(\.endpoint.description)
    return names
  }

  /// The variables of `main`, for operands. Read it while `main` runs nothing.
  package var variables: any VariableLookup { ThreadVariables(variables: main.variables) }

  /// Whether a line is what was expected, with the variables of `main`. Call it while `main` runs
  /// nothing.
  ///
  /// - Throws: what the variables in the expectation may give.
  package func isMet(
    _ expectation: Expectation, by line: ResultLine
  ) throws(CommandError) -> Bool {
    try expectation.matches(line, variables: main.lookup)
  }
}
