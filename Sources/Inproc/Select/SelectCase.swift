internal import Synchronization

/// One of the things that `select(_:order:timeout:)` can do, and what comes of it.
///
/// A case that takes or sends is passed over once its end is closed. One that only waits counts the
/// end as what it waits for, because then a call there returns at once.
public struct SelectCase<Result> {
  // Generic code is inlined into the caller, where the types are known: looking them up at run time took
  // ten times as long as the rest of a selection.
  @usableFromInline let target: Selection.Target
  /// The result of the case, given the received message.
  @usableFromInline let complete: (Delivery?) -> Result?

  @inlinable
  init(_ target: Selection.Target, _ complete: @escaping (Delivery?) -> Result?) {
    self.target = target
    self.complete = complete
  }

  /// Takes a message, if this is the case that is chosen.
  ///
  /// - Parameters:
  ///   - end: a receiver, server or client.
  ///   - body: is given the message, outside of all locks. It can't throw: the message is taken.
  /// - Returns: a case.
  @inlinable
  public static func receive<End: ReceivingEnd>(
    from end: End, _ body: @escaping (End.Received) -> Result
  ) -> SelectCase {
    SelectCase(Selection.Target(receivingFrom: end)) { $0.map { body(end.unwrap($0)) } }
  }

  /// Sends a message, if this is the case that is chosen; else it stays the caller's.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - end: a sender or client.
  ///   - body: is called after it was sent.
  /// - Returns: a case.
  @inlinable
  public static func send(
    _ message: Message, over end: some SendingEnd, _ body: @escaping () -> Result
  ) -> SelectCase {
    SelectCase(Selection.Target(sending: message, over: end)) { _ in body() }
  }

  /// Waits for a message, or the end, and takes nothing.
  ///
  /// - Parameters:
  ///   - end: a receiver, server or client.
  ///   - body: is called when this is the case that is chosen.
  /// - Returns: a case.
  @inlinable
  public static func message(
    at end: some ReceivingEnd, _ body: @escaping () -> Result
  ) -> SelectCase { SelectCase(Selection.Target(end)) { _ in body() } }

  /// Waits for room, or the end, and sends nothing.
  ///
  /// - Parameters:
  ///   - end: a sender or client.
  ///   - body: is called when this is the case that is chosen.
  /// - Returns: a case.
  @inlinable
  public static func room(
    at end: some ConnectedEnd, _ body: @escaping () -> Result
  ) -> SelectCase { SelectCase(Selection.Target(roomAt: end)) { _ in body() } }
}

/// Which case `select(_:order:timeout:)` chooses where several could be done.
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

  /// Which of `count` cases is tried first.
  @usableFromInline func first(of count: Int) -> Int {
    if case .fair(let turns) = self, count > 0 { turns.first % count } else { 0 }
  }

  @usableFromInline func chose(_ index: Int) {
    if case .fair(let turns) = self { turns.chose(index) }
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
@available(
  *, noasync,
  message:
    "use 'try await select(_:order:timeout:)'; at the top level of main.swift, within a function"
)
@inlinable
public func select<Result>(
  _ cases: SelectCase<Result>..., order: SelectOrder = .firstNamed, timeout: Duration? = nil
) throws(InprocError) -> Result {
  try select(cases, order: order, timeout: timeout)
}

/// Carries out one case, if one can be without waiting.
@inlinable
func selectAtOnce<Result>(_ cases: [SelectCase<Result>], _ order: SelectOrder) -> Result? {
  var index = order.first(of: cases.count)
  for _ in cases.indices {
    var delivery: Delivery?
    if cases[index].target.isDoneAtOnce(&delivery), let result = cases[index].complete(delivery) {
      order.chose(index)
      return result
    }
    index = index + 1 < cases.count ? index + 1 : 0
  }
  return nil
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
@inlinable
nonisolated(nonsending) public func select<Result>(
  _ cases: SelectCase<Result>..., order: SelectOrder = .firstNamed, timeout: Duration? = nil
) async throws(InprocError) -> Result {
  try await select(cases, order: order, timeout: timeout)
}

@inlinable
nonisolated(nonsending) func select<Result>(
  _ cases: [SelectCase<Result>], _ selection: CaseSelection
) async throws(InprocError) -> Result {
  var selection = selection
  while true {
    let (index, delivery) = try await selection.nextOfTask()
    if let result = cases[index].complete(delivery) { return result }
  }
}
