internal import CInprocPlatform

/// The task that the calling thread runs, if any. Reading it once saves asking the runtime again.
struct CallingTask {
  private let task: UnsafeMutableRawPointer?

  @inline(__always) init() { task = inproc_current_task() }

  /// A number that no other living task has; 0 if no task runs.
  var number: UInt64 { UInt64(UInt(bitPattern: task)) }

  /// The name it was given by `Task(name:)`, if any.
  static var name: String? {
    #if compiler(>=6.2)
      if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) { return Task.name }
    #endif
    return nil
  }

  @inline(__always) var isCancelled: Bool { task.map { inproc_is_cancelled($0) } ?? false }
}

/// A number that no other living thread has.
package func threadIdentity() -> UInt { UInt(inproc_thread_identity()) }

extension ThreadIdentity {
  /// The task that the calling thread runs, or else the thread.
  static var current: ThreadIdentity { currentTask ?? SystemThread.currentIdentity }

  /// The task that the calling thread runs.
  fileprivate static var currentTask: ThreadIdentity? {
    let number = CallingTask().number
    return number == 0 ? nil : .task(number, named: CallingTask.name)
  }

  /// A task, by its number.
  static func task(_ number: UInt64, named name: String?) -> ThreadIdentity {
    .init(name: name ?? "task", id: number, isTask: true)
  }

  /// The calling thread, under the name that debuggers show.
  static var currentThread: ThreadIdentity {
    var name = [CChar](repeating: 0, count: 65)
    inproc_thread_name(&name, name.count)
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return .init(name: String(decoding: bytes, as: UTF8.self), id: UInt64(threadIdentity()))
  }
}

extension SystemScheduler {
  package var currentIdentity: ThreadIdentity { .current }
}

extension Scheduler {
  package var currentIdentity: ThreadIdentity {
    .currentTask ?? (try? currentThread())?.identity ?? .current
  }
}
