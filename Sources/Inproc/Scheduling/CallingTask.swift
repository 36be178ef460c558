internal import CInprocPlatform

// Who does what, as events name them.

extension Registry.Event.Thread {
  /// The task that runs on this thread, or else the thread.
  static var current: Registry.Event.Thread {
    currentTask ?? SystemThread.currentIdentity
  }

  /// The task that runs on this thread.
  fileprivate static var currentTask: Registry.Event.Thread? {
    let number = CallingTask().number
    return number == 0 ? nil : .init(name: "task", id: number, isTask: true)
  }

  /// The thread, under the name that debuggers show.
  static var currentThread: Registry.Event.Thread {
    var name = [CChar](repeating: 0, count: 65)
    inproc_thread_name(&name, name.count)
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return .init(name: String(decoding: bytes, as: UTF8.self), id: UInt64(threadIdentity()))
  }
}

/// The task that runs on this thread, asked for once.
struct CallingTask {
  private let task: UnsafeMutableRawPointer?

  @inline(__always) init() { task = inproc_current_task() }

  /// Tells the tasks of one moment apart; 0 where none runs.
  var number: UInt64 { UInt64(UInt(bitPattern: task)) }

  @inline(__always) var isCancelled: Bool { task.map { inproc_is_cancelled($0) } ?? false }
}

extension SystemScheduler {
  package var currentIdentity: Registry.Event.Thread { .current }
}

extension Scheduler {
  package var currentIdentity: Registry.Event.Thread {
    .currentTask ?? (try? currentThread())?.identity ?? .current
  }
}
