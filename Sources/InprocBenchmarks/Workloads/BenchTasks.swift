import Dispatch
import Inproc
import Synchronization

extension BenchRun {
  /// From one task to another.
  func asyncFlow(_ maker: some BenchMaker) async throws -> Figures {
    let registry = Registry()
    let inbox = try registry.bind("inproc://tasks", capacity: capacity)
    let out = try registry.connect(to: "inproc://tasks")
    let seconds = try await BenchTasks.seconds { [count] in
      for number in 0..<count { try await out.send(maker.message(number)) }
      inbox.close()  // what is queued is still received
    } and: {
      var sum = 0
      for await message in inbox { sum &+= message.count }
      benchKeep(sum)
    }
    return Figures(seconds: seconds, operations: count)
  }

  /// From one task to another and back.
  func asyncPingPong(_ maker: some BenchMaker) async throws -> Figures {
    let registry = Registry()
    let there = try registry.bind("inproc://there", capacity: capacity)
    let back = try registry.bind("inproc://back", capacity: capacity)
    let (toThere, toBack) = (
      try registry.connect(to: "inproc://there"), try registry.connect(to: "inproc://back")
    )
    let seconds = try await BenchTasks.seconds { [count] in
      var sum = 0
      for number in 0..<count {
        try await toThere.send(maker.message(number))
        sum &+= try await back.receive().count
      }
      benchKeep(sum)
    } and: { [count] in
      for _ in 0..<count { try await toBack.send(try await there.receive()) }
    }
    return Figures(seconds: seconds, operations: count)
  }
}

/// Tasks, timed.
enum BenchTasks {
  /// The seconds that two tasks take side by side.
  static func seconds(
    _ first: @escaping @Sendable () async throws -> Void,
    and second: @escaping @Sendable () async throws -> Void
  ) async throws -> Double {
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(operation: second)
      group.addTask(operation: first)
      try await group.waitForAll()
    }
    return (ContinuousClock.now - start) / .seconds(1)
  }

  /// Blocks the calling thread, which must be none of the tasks' pool, until a task has ended.
  static func wait<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) throws -> Value {
    let outcome = Outcome<Value>()
    let done = DispatchSemaphore(value: 0)
    Task {
      do { outcome.set(.success(try await body())) } catch { outcome.set(.failure(error)) }
      done.signal()
    }
    done.wait()
    return try outcome.value()
  }

  private final class Outcome<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>>(.failure(CancellationError()))

    func set(_ value: Result<Value, any Error>) { result.withLock { $0 = value } }

    func value() throws -> Value { try result.withLock { $0 }.get() }
  }
}
