public import Inproc

/// Runs the threads and tasks of one schedule; the body of `explore(_:checkpoints:timers:sharing:limits:body:)`
/// gets one for each run.
///
/// Its calls are for the threads and tasks of the schedule, `main` among them. From any other they
/// throw `.foreignThread`.
public final class TestScheduler: Sendable {
  /// A registry of this run, whose every call is a choice of the schedule.
  public let registry: Registry
  let core: ScheduleCore

  init(core: ScheduleCore) {
    self.core = core
    registry = Registry(scheduler: core)
  }

  /// A further registry of this run.
  ///
  /// - Returns: one without endpoints.
  public func makeRegistry() -> Registry { Registry(scheduler: core) }

  // MARK: Threads and tasks

  /// Starts an OS thread of the schedule. The schedule chooses before, and then when it first runs.
  ///
  /// - Parameters:
  ///   - name: for reports; a number is added to one that is taken.
  ///   - background: whether it need not end by itself: it is interrupted once the rest has ended.
  ///   - body: what it does. An error that it throws fails the run, unless a join throws it first.
  /// - Returns: the thread.
  @discardableResult
  public func spawn<Value: Sendable>(
    _ name: String, background: Bool = false, _ body: @escaping @Sendable () throws -> Value
  ) -> TestThread<Value> {
    let slot = Slot<Value>()
    let once = Once(body)
    let record = start(name, background, slot) { record in
      do {
        if let body = once.take() { slot.value = try body() }
      } catch {
        record.error = error
      }
    }
    return TestThread(core: core, record: record, slot: slot)
  }

  /// Starts a task of the schedule: all of its jobs run on one thread of the schedule, and so do
  /// those of the child tasks and actors it calls. So a suspension is a wait like any other, and
  /// what resumes it a choice. `Task.sleep`, and whatever else of the process resumes a task, is not
  /// part of the schedule; ``sleep(for:)`` is.
  ///
  /// - Parameters:
  ///   - name: for reports; a number is added to one that is taken.
  ///   - background: whether it need not end by itself: it is cancelled once the rest has ended.
  ///   - body: what it does. An error that it throws fails the run, unless a join throws it first.
  /// - Returns: the task.
  @discardableResult
  public func task<Value: Sendable>(
    _ name: String, background: Bool = false,
    _ body: @escaping @Sendable () async throws -> Value
  ) -> TestTask<Value> {
    let slot = Slot<Value>()
    let host = TaskHost(core: core)
    let once = Once(body)
    let record = start(name, background, slot) { record in
      record.host = host
      // Where a task suspends and is resumed, is no call of its own.
      self.core.disableReduction()
      host.run(record) {
        do {
          if let body = once.take() { slot.value = try await body() }
        } catch {
          record.error = error
        }
      }
    }
    return TestTask(core: core, record: record, slot: slot, host: host)
  }

  private func start<Value>(
    _ name: String, _ background: Bool, _ slot: Slot<Value>,
    _ body: @escaping @Sendable (ThreadRecord) -> Void
  ) -> ThreadRecord? {
    do throws(InprocError) {
      return try core.start(name: name, isBackground: background, body)
    } catch {
      slot.failure = error
      return nil
    }
  }

  /// Waits until all threads and tasks have ended that are not in the background, also those that
  /// are started meanwhile.
  ///
  /// - Throws: what the first of them has thrown, in the order they were started, if no join has
  ///   thrown that before; `.interrupted`.
  public func join() throws {
    try core.joinAll()
  }

  // MARK: Time and choices

  /// What time it is in this run. It moves only where the schedule says so.
  public var now: ContinuousClock.Instant { core.now }

  /// Lets virtual time pass.
  ///
  /// - Parameter duration: how much; others go first even where it is zero.
  /// - Throws: `.interrupted`, `.foreignThread`.
  public func sleep(for duration: Duration) throws(InprocError) { try core.sleep(for: duration) }

  /// Lets the schedule choose here, where the body touches what other threads see and calls nothing.
  ///
  /// - Parameter name: for reports: what comes next.
  /// - Throws: `.interrupted` where the run has been ended, `.foreignThread`.
  public func checkpoint(_ name: String = "checkpoint") throws(InprocError) {
    try core.choose(name)
  }

  /// Goes behind every other thread that can go on, once: for loops that wait for something to
  /// change. Other than a checkpoint it does not multiply the schedules without end.
  ///
  /// - Throws: `.interrupted` where the run has been ended, `.foreignThread`.
  public func yield() throws(InprocError) { try core.yield() }

  // MARK: What is expected

  /// Adds something to this run's outcome; an exploration counts them.
  ///
  /// - Parameter value: its description is what counts.
  public func observe(_ value: some CustomStringConvertible) {
    guard let me = core.current, !core.isAborting else { return }
    me.observed.append(value.description)
    core.log?.noted(me.number, "observe \(value)")
  }

  /// Demands that something is so.
  ///
  /// - Parameters:
  ///   - condition: what must be so.
  ///   - message: the error where it is not.
  ///   - file: for the message.
  ///   - line: for the message.
  /// - Throws: ``RequirementFailure``.
  public func require(
    _ condition: @autoclosure () throws -> Bool, _ message: @autoclosure () -> String = "",
    file: StaticString = #fileID, line: UInt = #line
  ) throws {
    if try condition() { return }
    let text = message()
    throw RequirementFailure(
      description: "\(file):\(line): " + (text.isEmpty ? "a requirement does not hold" : text))
  }
}

/// A ``TestScheduler/require(_:_:file:line:)`` that did not hold.
public struct RequirementFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where it stands, and what it said.
  public let description: String
}

/// What a thread or task has returned. Belongs to whoever has the turn.
final class Slot<Value: Sendable>: @unchecked Sendable {
  var value: Value?
  /// Why it could not be started.
  var failure: InprocError?
}
