// Selecting until an instant.

/// Waits until one of several receiving ends has a message or is closed, at the latest until an
/// instant; takes nothing. As `select(_:_:timeout:)`.
///
/// - Parameters:
///   - first: a receiver, server or client. All must be of one registry.
///   - rest: further ones.
///   - deadline: when to give up.
/// - Returns: the position of one that can be received from; ties go to the first named.
/// - Throws: `.timedOut`, `.interrupted`.
@available(
  *, noasync,
  message: "use 'try await select(_:until:)'; at the top level of main.swift, within a function"
)
public func select(
  _ first: any ReceivingEnd, _ rest: any ReceivingEnd..., until deadline: ContinuousClock.Instant
) throws(InprocError) -> Int {
  if let index = Selection.readyAtOnce(first, rest) { return index }
  let targets = ([first] + rest).map { Selection.Target($0) }
  return try Selection.wait(on: targets, .at(deadline))?.index ?? 0
}

/// Suspends until one of several receiving ends has a message or is closed, at the latest until an
/// instant; takes nothing. As `select(_:_:timeout:)`.
///
/// - Parameters:
///   - first: a receiver, server or client. All must be of one registry.
///   - rest: further ones.
///   - deadline: when to give up.
/// - Returns: the position of one that can be received from; ties go to the first named.
/// - Throws: `.timedOut`, `.cancelled`.
public func select(
  _ first: any ReceivingEnd, _ rest: any ReceivingEnd..., until deadline: ContinuousClock.Instant
) async throws(InprocError) -> Int {
  try await Selection.waitForAny(first, rest, .at(deadline))
}

/// Does the first of several things that can be done. Blocks while none can, at the latest until an
/// instant. As `select(_:order:timeout:)`.
///
/// - Parameters:
///   - cases: what can be done.
///   - order: which comes first where several can.
///   - deadline: when to give up.
/// - Returns: what the chosen case's body returns.
/// - Throws: `.closed` once the ends of all cases are closed, `.timedOut`, `.interrupted`.
@available(
  *, noasync,
  message:
    "use 'try await select(_:order:until:)'; at the top level of main.swift, within a function"
)
@inlinable
public func select<Result>(
  _ cases: SelectCase<Result>..., order: SelectOrder = .firstNamed,
  until deadline: ContinuousClock.Instant
) throws(InprocError) -> Result {
  try select(cases, order: order, until: deadline)
}

/// Does the first of several things that can be done. Suspends while none can, at the latest until an
/// instant. As `select(_:order:timeout:)`.
///
/// - Parameters:
///   - cases: what can be done.
///   - order: which comes first where several can.
///   - deadline: when to give up.
/// - Returns: what the chosen case's body returns.
/// - Throws: `.closed` once the ends of all cases are closed, `.timedOut`, `.cancelled`.
@inlinable
nonisolated(nonsending) public func select<Result>(
  _ cases: SelectCase<Result>..., order: SelectOrder = .firstNamed,
  until deadline: ContinuousClock.Instant
) async throws(InprocError) -> Result {
  try await select(cases, order: order, until: deadline)
}
