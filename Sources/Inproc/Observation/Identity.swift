internal import CInprocPlatform

// Who does what, as events name them.

extension Registry.Event.Thread {
  /// The task that runs on this thread, or else the thread.
  static var current: Registry.Event.Thread {
    withUnsafeCurrentTask { task in
      if let task {
        return .init(name: "task", id: UInt64(UInt(bitPattern: task.hashValue)), isTask: true)
      }
      return SystemThread.current.identity
    }
  }

  /// The thread, under the name that debuggers show.
  static var currentThread: Registry.Event.Thread {
    var name = [CChar](repeating: 0, count: 65)
    inproc_thread_name(&name, name.count)
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return .init(name: String(decoding: bytes, as: UTF8.self), id: UInt64(threadIdentity()))
  }
}

extension Scheduler {
  /// The calling thread or task.
  package var currentIdentity: Registry.Event.Thread {
    let isTask = withUnsafeCurrentTask { $0 != nil }
    return isTask ? .current : (try? currentThread())?.identity ?? .current
  }
}
