// Selecting until an instant of any clock, for tasks.

/// Suspends until one of several receiving ends has a message or is closed, at the latest until an
/// instant of a clock; takes nothing. As `select(_:_:timeout:)`.
///
/// - Parameters:
///   - first: a receiver, server or client. All must be of one registry.
///   - rest: further ones.
///   - deadline: when to give up.
///   - clock: whose instant that is, such as `SuspendingClock()` or a test's own.
/// - Returns: the position of one that can be received from; ties go to the first named.
/// - Throws: `.timedOut`, `.cancelled`.
public func select<C: Clock>(
  _ first: any ReceivingEnd, _ rest: any ReceivingEnd..., until deadline: C.Instant, clock: C
) async throws(InprocError) -> Int {
  try await Selection.waitForAny(first, rest, Deadline(deadline, clock))
}

/// Suspends until one of several receiving ends has a message or is closed, but not longer than a
/// clock says; takes nothing. As `select(_:_:timeout:)`.
///
/// - Parameters:
///   - first: a receiver, server or client. All must be of one registry.
///   - rest: further ones.
///   - timeout: the longest wait.
///   - clock: what measures it.
/// - Returns: the position of one that can be received from; ties go to the first named.
/// - Throws: `.timedOut`, `.cancelled`.
public func select<C: Clock>(
  _ first: any ReceivingEnd, _ rest: any ReceivingEnd..., timeout: C.Duration, clock: C
) async throws(InprocError) -> Int {
  let deadline = Deadline(after: timeout, of: clock)
  return try await Selection.waitForAny(first, rest, deadline)
}

/// Does the first of several things that can be done. Suspends while none can, at the latest until an
/// instant of a clock. As `select(_:order:timeout:)`.
///
/// - Parameters:
///   - cases: what can be done.
///   - order: which comes first where several can.
///   - deadline: when to give up.
///   - clock: whose instant that is, such as `SuspendingClock()` or a test's own.
/// - Returns: what the chosen case's body returns.
/// - Throws: `.closed` once the ends of all cases are closed, `.timedOut`, `.cancelled`.
nonisolated(nonsending) public func select<Result, C: Clock>(
  _ cases: SelectCase<Result>..., order: SelectOrder = .firstNamed, until deadline: C.Instant,
  clock: C
) async throws(InprocError) -> Result {
  try await select(
    cases, CaseSelection(cases.map { $0.target }, order, Deadline(deadline, clock)))
}

/// Does the first of several things that can be done. Suspends while none can, but not longer than a
/// clock says. As `select(_:order:timeout:)`.
///
/// - Parameters:
///   - cases: what can be done.
///   - order: which comes first where several can.
///   - timeout: the longest wait.
///   - clock: what measures it.
/// - Returns: what the chosen case's body returns.
/// - Throws: `.closed` once the ends of all cases are closed, `.timedOut`, `.cancelled`.
nonisolated(nonsending) public func select<Result, C: Clock>(
  _ cases: SelectCase<Result>..., order: SelectOrder = .firstNamed, timeout: C.Duration, clock: C
) async throws(InprocError) -> Result {
  let deadline = Deadline(after: timeout, of: clock)
  return try await select(cases, CaseSelection(cases.map { $0.target }, order, deadline))
}

extension Poller {
  /// Suspends until one can be received from, at the latest until an instant of a clock.
  ///
  /// - Parameters:
  ///   - deadline: when to give up.
  ///   - clock: whose instant that is, such as `SuspendingClock()` or a test's own.
  /// - Returns: its position among the ends.
  /// - Throws: `.closed` if no end is left, `.timedOut`, `.cancelled`.
  public func wait<C: Clock>(
    until deadline: C.Instant, clock: C
  ) async throws(InprocError) -> Int {
    try await wait(until: Deadline(deadline, clock))
  }

  /// Suspends until one can be received from, but not longer than a clock says.
  ///
  /// - Parameters:
  ///   - timeout: the longest wait.
  ///   - clock: what measures it.
  /// - Returns: its position among the ends.
  /// - Throws: `.closed` if no end is left, `.timedOut`, `.cancelled`.
  public func wait<C: Clock>(timeout: C.Duration, clock: C) async throws(InprocError) -> Int {
    try await wait(until: Deadline(after: timeout, of: clock))
  }
}
