internal import Inproc
internal import InprocExploration

extension Executor {
  /// What a command accesses, as far as its words say before it runs.
  func accesses(of statement: Statement) -> [Resource] {
    let values = thread.lookup
    func endpoints(_ handles: [Template]) -> [Resource] {
      let entries = session.table.withLock { $0.entries }
      return handles.map { template in
        guard let name = try? template.name(values), case .handle(let handle) = entries[name]
        else { return .everything }
        return .endpoint(handle.endpoint.name)
      }
    }
    switch statement.command.access {
    case .nothing: return []
    case .endpoint(let endpoint):
      guard let text = try? endpoint.text(values), let endpoint = try? Endpoint(text) else {
        return [.everything]
      }
      return [.endpoint(endpoint.name)]
    case .handles(let handles): return endpoints(handles)
    case .threads(let names):
      return names.map { name in
        guard let name = try? name.name(values) else { return .everything }
        return .thread(name)
      }
    case .threadSet: return [.threads]
    case .mutex(let name):
      guard let name = try? name.name(values) else { return [.everything] }
      return [.mutex(name)]
    case .variables:
      let names = Set(statement.variables).sorted().filter { thread.isShared($0) }
      return names.isEmpty ? [.everything] : names.map { .variable($0) }
    case .everything: return [.everything]
    }
  }
}
