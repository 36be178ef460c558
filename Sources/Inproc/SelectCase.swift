internal import Synchronization

/// One of the things that ``select(_:order:timeout:)`` can do, and what comes of it.
///
/// A case that takes or sends is passed over once its end is closed. One that only waits counts the
/// end as what it waits for, because then a call there returns at once.
public struct SelectCase<Result> {
  fileprivate let target: Selection.Target
  /// Nil where that would have to wait. Throws where it can never be done any more.
  fileprivate let attempt: () throws(InprocError) -> Result?
  /// What comes of it where another call did it: met it at a rendezvous, and handed that over.
  fileprivate let complete: (Envelope?) -> Result?

  /// Takes a message, if this is the case that is chosen.
  ///
  /// - Parameters:
  ///   - end: a receiver, server or client.
  ///   - body: is given the message, outside of all locks. It can't throw: the message is taken.
  /// - Returns: a case.
  public static func receive<End: ReceivingEnd>(
    from end: End, _ body: @escaping (End.Received) -> Result
  ) -> SelectCase {
    var target = Selection.Target(end)
    target.offer = .receive
    return SelectCase(
      target: target,
      attempt: { () throws(InprocError) in
        guard let received = try end.tryReceive() else { return nil }
        return body(received)
      }, complete: { $0.map { body(end.unwrap($0)) } })
  }

  /// Sends a message, if this is the case that is chosen; else it stays the caller's.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - end: a sender or client.
  ///   - body: is called after it was sent.
  /// - Returns: a case.
  public static func send(
    _ message: Message, over end: some SendingEnd, _ body: @escaping () -> Result
  ) -> SelectCase {
    var target = Selection.Target(roomAt: end)
    let connection = end.outbound.connection
    target.offer = .send(Envelope(message: message, origin: connection.origin), connection)
    return SelectCase(
      target: target,
      attempt: { () throws(InprocError) in try end.trySend(message) ? body() : nil },
      complete: { _ in body() })
  }

  /// Waits for a message, or the end, and takes nothing.
  ///
  /// - Parameters:
  ///   - end: a receiver, server or client.
  ///   - body: is called when this is the case that is chosen.
  /// - Returns: a case.
  public static func message(
    at end: some ReceivingEnd, _ body: @escaping () -> Result
  ) -> SelectCase { watching(Selection.Target(end), body) }

  /// Waits for room, or the end, and sends nothing.
  ///
  /// - Parameters:
  ///   - end: a sender or client.
  ///   - body: is called when this is the case that is chosen.
  /// - Returns: a case.
  public static func room(
    at end: some SendingEnd, _ body: @escaping () -> Result
  ) -> SelectCase { watching(Selection.Target(roomAt: end), body) }

  private static func watching(
    _ target: Selection.Target, _ body: @escaping () -> Result
  ) -> SelectCase {
    SelectCase(
      target: target, attempt: { () throws(InprocError) in target.isReady ? body() : nil },
      complete: { _ in body() })
  }
}

/// Which case ``select(_:order:timeout:)`` chooses where several could be done.
public enum SelectOrder: Sendable {
  /// The first named: a case can starve those after it.
  case firstNamed
  /// In turns: the one after that which was chosen last comes first.
  case fair(Turns)

  /// What a fair selection remembers between two calls: which case was chosen last. Safe to share.
  public final class Turns: Sendable {
    private let next = Atomic(0)

    /// Begins with the first case.
    public init() {}

    var first: Int { next.load(ordering: .relaxed) }
    func chose(_ index: Int) { next.store(index + 1, ordering: .relaxed) }
  }
}

/// Does the first of several things that can be done: takes a message, sends one, or finds that it
/// could. Blocks while none can.
///
/// ```swift
/// let turns = SelectOrder.Turns()
/// let text = try select(
///   .receive(from: jobs) { "job \($0[0])" },
///   .send(["beat"], over: out) { "sent" },
///   order: .fair(turns), timeout: .seconds(1))
/// ```
///
/// Exactly one case is carried out where it returns, and none where it throws: no message is taken
/// or sent by the others. The cases' ends must be of one registry. Two selections meet at a
/// rendezvous, one to send and one to receive, as two calls would.
///
/// - Parameters:
///   - cases: what can be done.
///   - order: which comes first where several can.
///   - timeout: the longest wait; nil waits without limit.
/// - Returns: what the chosen case's body returns.
/// - Throws: `.closed` once the ends of all cases are closed, `.timedOut`, `.interrupted`.
/// - Complexity: O(cases) a call and for each time it is woken.
@available(*, noasync, message: "use 'try await select(_:order:timeout:)'")
public func select<Result>(
  _ cases: SelectCase<Result>..., order: SelectOrder = .firstNamed, timeout: Duration? = nil
) throws(InprocError) -> Result {
  var choice = Choice(cases, order)
  var deadline = Deadline(timeout)
  while true {
    if let result = try choice.attempt() { return result }
    deadline = deadline.fixed(choice.scheduler)
    if case .done(let position, let envelope)? = try Selection.wait(on: choice.targets, deadline),
      let result = choice.complete(position, envelope)
    {
      return result
    }
  }
}

/// Does the first of several things that can be done: takes a message, sends one, or finds that it
/// could. Suspends while none can. The cases' bodies run where the caller does.
///
/// Exactly one case is carried out where it returns, and none where it throws: no message is taken
/// or sent by the others. The cases' ends must be of one registry. Two selections meet at a
/// rendezvous, one to send and one to receive, as two calls would.
///
/// - Parameters:
///   - cases: what can be done.
///   - order: which comes first where several can.
///   - timeout: the longest wait; nil waits without limit.
/// - Returns: what the chosen case's body returns.
/// - Throws: `.closed` once the ends of all cases are closed, `.timedOut`, `.cancelled`.
/// - Complexity: O(cases) a call and for each time it is woken.
nonisolated(nonsending) public func select<Result>(
  _ cases: SelectCase<Result>..., order: SelectOrder = .firstNamed, timeout: Duration? = nil
) async throws(InprocError) -> Result {
  try await select(cases, order, Deadline(timeout))
}

nonisolated(nonsending) func select<Result>(
  _ cases: [SelectCase<Result>], _ order: SelectOrder, _ deadline: Deadline
) async throws(InprocError) -> Result {
  if Task.isCancelled { throw Selection.error(.cancelled) }
  var choice = Choice(cases, order)
  var deadline = deadline
  while true {
    if let result = try choice.attempt() { return result }
    deadline = deadline.fixed(choice.scheduler)
    if case .done(let position, let envelope) = try await Selection.wait(
      on: choice.targets, deadline), let result = choice.complete(position, envelope)
    {
      return result
    }
  }
}

/// The cases of one selection that can still be done.
private struct Choice<Result> {
  private var cases: [(index: Int, value: SelectCase<Result>)]
  private let order: SelectOrder

  init(_ cases: [SelectCase<Result>], _ order: SelectOrder) {
    self.cases = cases.enumerated().map { ($0, $1) }
    self.order = order
    if case .fair(let turns) = order, !cases.isEmpty {
      let first = turns.first % cases.count
      self.cases = Array(self.cases[first...] + self.cases[..<first])
    }
  }

  var targets: [Selection.Target] { cases.map(\.value.target) }
  var scheduler: any Scheduler {
    cases.first?.value.target.channel.scheduler ?? SystemScheduler.shared
  }

  /// The result of a case that another call has carried out.
  func complete(_ position: Int, _ envelope: Envelope?) -> Result? {
    if case .fair(let turns) = order { turns.chose(cases[position].index) }
    return cases[position].value.complete(envelope)
  }

  /// Carries out one case, if one can be. Leaves out those whose end is closed.
  mutating func attempt() throws(InprocError) -> Result? {
    var position = 0
    while position < cases.count {
      do throws(InprocError) {
        if let result = try cases[position].value.attempt() {
          if case .fair(let turns) = order { turns.chose(cases[position].index) }
          return result
        }
        position += 1
      } catch {
        guard error.code == .closed else { throw error }
        cases.remove(at: position)
      }
    }
    if cases.isEmpty {
      throw InprocError(
        .closed,
        "none of the cases can be done any more: all their ends are closed, or none was named")
    }
    return nil
  }
}
