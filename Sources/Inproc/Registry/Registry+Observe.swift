extension Registry {
  /// Something that happened at the endpoints of a registry.
  public typealias Event = RegistryEvent
  /// What of a message an observer keeps.
  public typealias ObservedMessages = Inproc.ObservedMessages
  /// What becomes of events that an observer has no time for.
  public typealias EventBuffering = Inproc.EventBuffering
}

extension Registry {
  /// Calls a closure with everything that happens at this registry's endpoints from now on.
  ///
  /// ```swift
  /// let observation = try registry.observe { event in
  ///   print(event.thread.name, event.kind, event.endpoint?.name ?? "")
  /// }
  /// defer { observation.cancel() }
  /// ```
  ///
  /// The closure runs on a thread of its own, one event after the other, with no lock held; it may
  /// use the registry. Those who send and receive never wait for it: what it has no time for is kept
  /// as `buffering` says, and what is lost is told by the kind `lost` of event. Its thread takes events
  /// in batches: after a quiet time the first is told at once, those that follow up to 0.1 ms later.
  ///
  /// - Parameters:
  ///   - messages: whether events keep messages alive, or only their sizes.
  ///   - buffering: what becomes of events while the closure is busy.
  ///   - handler: is called with each event.
  /// - Returns: what ends the observation, when it is cancelled or released.
  /// - Throws: `.invalidValue` if the system has no thread left.
  /// - Complexity: each operation at this registry costs a lock and a clock reading more while
  ///   anyone observes, and one relaxed load while no one does.
  public func observe(
    messages: ObservedMessages = .whole, buffering: EventBuffering = .newest(4096),
    _ handler: @escaping @Sendable (Event) -> Void
  ) throws(InprocError) -> Observation {
    let buffer = EventBuffer(messages, buffering, of: observers)
    let reader = EventReader()
    try startThread(name: "inproc-observer") {
      guard var block = buffer.makeBlock() else { return }
      defer { EventBlock.destroy(block) }
      while let batch = buffer.take(&block, for: reader) {
        if batch.isEmpty {
          reader.wait()
          continue
        }
        if let gap = batch.gapBefore, !buffer.hasEnded { handler(gap) }
        while !buffer.hasEnded, let event = block.pointee.popFirst() { handler(event) }
        if let gap = batch.gapAfter, !buffer.hasEnded { handler(gap) }
        block.pointee.clear()
        if batch.isLast { reader.pause() }
      }
    }
    return Observation(buffer)
  }

  /// Everything that happens at this registry's endpoints from now on, as a sequence.
  ///
  /// ```swift
  /// for await event in registry.events() {
  ///   if case .blocked(let operation) = event.kind { print(event.thread.name, operation) }
  /// }
  /// ```
  ///
  /// It begins at once, not with the iteration, and ends when the task that iterates is cancelled or
  /// the sequence is released. Iterators of one sequence share its events. Those who send and
  /// receive never wait for it, as with ``observe(messages:buffering:_:)``.
  ///
  /// - Parameters:
  ///   - messages: whether events keep messages alive, or only their sizes.
  ///   - buffering: what becomes of events that are not asked for in time.
  /// - Returns: the events.
  public func events(
    messages: ObservedMessages = .whole, buffering: EventBuffering = .newest(4096)
  ) -> Events {
    Events(Observation(EventBuffer(messages, buffering, of: observers)))
  }

  /// Keeps an observation going; cancelling or releasing it ends it.
  public final class Observation: Sendable {
    fileprivate let buffer: EventBuffer

    fileprivate init(_ buffer: EventBuffer) {
      self.buffer = buffer
      buffer.begin()
    }

    deinit { cancel() }

    fileprivate func next() async -> Event? {
      if Task.isCancelled { return nil }
      let task = TaskParker()
      let wait = EventWait()
      let step = await task.run(wait, until: .never, on: SystemScheduler.shared) {
        _ -> EventBuffer.Next? in
        if wait.canGoOn { return .ended }
        let next = self.buffer.next(for: task)
        if case .nothing = next { return nil }
        return next
      }
      if case .event(let event) = step { return event }
      buffer.forget(task)
      return nil
    }

    /// Ends the observation. No call of the closure begins afterwards; one that runs now may still be
    /// running. Does nothing the second time.
    public func cancel() { buffer.end() }
  }

  /// What ``Registry/events(messages:buffering:)`` gives.
  public struct Events: AsyncSequence, Sendable {
    /// What an iteration gives.
    public typealias Element = Event
    /// An iteration does not fail: it ends.
    public typealias Failure = Never

    private let observation: Observation

    fileprivate init(_ observation: Observation) { self.observation = observation }

    /// Suspends for each event.
    public func makeAsyncIterator() -> Iterator { Iterator(observation: observation) }

    /// Suspends for each event, until the task is cancelled.
    public struct Iterator: AsyncIteratorProtocol {
      fileprivate let observation: Observation

      /// The next event; nil once the task is cancelled.
      public func next() async -> Event? { await observation.next() }

      /// The next event; nil once the task is cancelled.
      public func next(isolation actor: isolated (any Actor)?) async -> Event? {
        await observation.next()
      }
    }
  }
}

/// The thread that a closure is called on.
private final class EventReader: Parker {
  private let signal = Signal()
  func wake() { signal.signal() }
  func wait() { _ = signal.wait() }

  /// Lets some events come together. To be woken for each would cost its sender ten times as much as
  /// the event.
  func pause() { _ = signal.wait(until: .now + .microseconds(100)) }
}

/// A task that waits for an event; only its cancellation ends that early.
private final class EventWait: Wait {
  private let isOver = Guarded(false)
  var canGoOn: Bool { isOver.withLock { $0 } }
  func end(_ reason: WaitEnd) -> Bool {
    isOver.withLock { isOver in
      defer { isOver = true }
      return !isOver
    }
  }
}
