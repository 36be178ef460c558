// Selecting from a list that is made while the program runs.

/// Suspends until one of any number of receiving ends has a message or is closed; takes nothing.
///
/// - Parameters:
///   - ends: receivers, servers and clients of one registry.
///   - timeout: the longest wait; nil waits without limit.
/// - Returns: the position of one that can be received from, ties to the first; nil if there are
///   no ends.
/// - Throws: `.timedOut`, `.cancelled`.
/// - Complexity: O(ends) a call; a ``Poller`` that is kept has no such cost.
public func select(
  among ends: [any ReceivingEnd], timeout: Duration? = nil
) async throws(InprocError) -> Int? {
  guard let first = ends.first else { return nil }
  return try await Selection.waitForAny(first, Array(ends.dropFirst()), Deadline(timeout))
}

/// Does the first of a list of things that can be done. Blocks while none can. As
/// ``select(_:order:timeout:)``, for a number of cases that only the running program knows.
///
/// ```swift
/// let cases = inboxes.map { inbox in SelectCase.receive(from: inbox) { (inbox.endpoint, $0) } }
/// let (endpoint, message) = try select(cases, timeout: .seconds(1))
/// ```
///
/// - Parameters:
///   - cases: what can be done.
///   - order: which comes first where several can.
///   - timeout: the longest wait; nil waits without limit.
/// - Returns: what the chosen case's body returns.
/// - Throws: `.closed` once the ends of all cases are closed, or where there are no cases;
///   `.timedOut`, `.interrupted`.
/// - Complexity: O(cases) a call and for each time it is woken.
@available(
  *, noasync,
  message:
    "use 'try await select(_:order:timeout:)'; at the top level of main.swift, within a function"
)
@inlinable
public func select<Result>(
  _ cases: [SelectCase<Result>], order: SelectOrder = .firstNamed, timeout: Duration? = nil
) throws(InprocError) -> Result {
  if let result = selectAtOnce(cases, order) { return result }
  return try select(cases, CaseSelection(cases.map { $0.target }, order, timeout))
}

/// The same at the latest until an instant.
///
/// - Parameters:
///   - cases: what can be done.
///   - order: which comes first where several can.
///   - deadline: when to give up.
/// - Returns: what the chosen case's body returns.
/// - Throws: `.closed` once the ends of all cases are closed, or where there are no cases;
///   `.timedOut`, `.interrupted`.
@available(
  *, noasync,
  message:
    "use 'try await select(_:order:until:)'; at the top level of main.swift, within a function"
)
@inlinable
public func select<Result>(
  _ cases: [SelectCase<Result>], order: SelectOrder = .firstNamed,
  until deadline: ContinuousClock.Instant
) throws(InprocError) -> Result {
  if let result = selectAtOnce(cases, order) { return result }
  return try select(cases, CaseSelection(cases.map { $0.target }, order, until: deadline))
}

/// Does the first of a list of things that can be done. Suspends while none can; the cases' bodies run
/// where the caller does. As ``select(_:order:timeout:)``, for a number of cases that only the running
/// program knows.
///
/// - Parameters:
///   - cases: what can be done.
///   - order: which comes first where several can.
///   - timeout: the longest wait; nil waits without limit.
/// - Returns: what the chosen case's body returns.
/// - Throws: `.closed` once the ends of all cases are closed, or where there are no cases;
///   `.timedOut`, `.cancelled`.
/// - Complexity: O(cases) a call and for each time it is woken.
@inlinable
nonisolated(nonsending) public func select<Result>(
  _ cases: [SelectCase<Result>], order: SelectOrder = .firstNamed, timeout: Duration? = nil
) async throws(InprocError) -> Result {
  if !CaseSelection.isCancelled, let result = selectAtOnce(cases, order) { return result }
  return try await select(cases, CaseSelection(cases.map { $0.target }, order, timeout))
}

/// The same at the latest until an instant.
///
/// - Parameters:
///   - cases: what can be done.
///   - order: which comes first where several can.
///   - deadline: when to give up.
/// - Returns: what the chosen case's body returns.
/// - Throws: `.closed` once the ends of all cases are closed, or where there are no cases;
///   `.timedOut`, `.cancelled`.
@inlinable
nonisolated(nonsending) public func select<Result>(
  _ cases: [SelectCase<Result>], order: SelectOrder = .firstNamed,
  until deadline: ContinuousClock.Instant
) async throws(InprocError) -> Result {
  if !CaseSelection.isCancelled, let result = selectAtOnce(cases, order) { return result }
  return try await select(cases, CaseSelection(cases.map { $0.target }, order, until: deadline))
}

@inlinable
func select<Result>(
  _ cases: [SelectCase<Result>], _ selection: CaseSelection
) throws(InprocError) -> Result {
  var selection = selection
  while true {
    let (index, delivery) = try selection.next()
    if let result = cases[index].complete(delivery) { return result }
  }
}
