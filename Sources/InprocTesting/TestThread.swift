internal import Inproc

/// A thread that ``TestScheduler/spawn(_:background:_:)`` has started.
public struct TestThread<Value: Sendable>: Sendable {
  let core: ScheduleCore
  let record: ThreadRecord?
  let slot: Slot<Value>

  /// Its name in reports.
  public var name: String { record?.name ?? "" }

  /// Waits until it has ended.
  ///
  /// - Returns: what it has returned.
  /// - Throws: what it has thrown, or why it could not be started; `.interrupted`, `.foreignThread`.
  @discardableResult
  public func join() throws -> Value { try core.join(record, slot) }

  /// Ends the wait it is in, or else the next one it begins, with `.interrupted`.
  ///
  /// - Throws: `.foreignThread`; `.interrupted` where the run has been ended.
  public func interrupt() throws {
    guard let record else { return }
    try core.choose("interrupt \(record.name)")
    if !record.isFinished { record.parker?.interrupt() }
  }
}

/// A task that ``TestScheduler/task(_:background:_:)`` has started.
public struct TestTask<Value: Sendable>: Sendable {
  let core: ScheduleCore
  let record: ThreadRecord?
  let slot: Slot<Value>
  let host: TaskHost

  /// Its name in reports.
  public var name: String { record?.name ?? "" }

  /// Waits until it has ended. Another task of the schedule may call it too.
  ///
  /// - Returns: what it has returned.
  /// - Throws: what it has thrown, or why it could not be started; `.interrupted`, `.foreignThread`.
  @discardableResult
  public func join() throws -> Value { try core.join(record, slot) }

  /// Cancels it.
  ///
  /// - Throws: `.foreignThread`; `.interrupted` where the run has been ended.
  public func cancel() throws {
    guard let record else { return }
    try core.choose("cancel \(record.name)")
    host.cancel()
  }
}

extension ScheduleCore {
  func join<Value>(_ record: ThreadRecord?, _ slot: Slot<Value>) throws -> Value {
    if let failure = slot.failure { throw failure }
    if let record {
      try join(record.number...record.number) { _ in true }
      if let error = record.error {
        record.isErrorKnown = true
        throw error
      }
    }
    guard let value = slot.value else {
      throw InprocError(.interrupted, "the schedule has ended this run before that thread ran")
    }
    return value
  }

  func joinAll() throws {
    guard let me = current else { return _ = try choosing() }
    try join(1...) { $0 !== me && !$0.isBackground }
    for record in threads where record !== me {
      if let error = record.error, !record.isErrorKnown {
        record.isErrorKnown = true
        throw error
      }
    }
  }
}
