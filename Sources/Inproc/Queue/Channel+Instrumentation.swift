// Every call of the interface goes through one of these, so that a scheduler can see it. That costs one
// read of a constant of the channel.
extension Channel {
  @inline(__always)
  func instrumented<Value: Sendable>(
    _ verb: Operation.Verb, sending message: @autoclosure () -> Message? = nil,
    _ body: () throws(InprocError) -> Value
  ) throws(InprocError) -> Value {
    if !hasCheckpoints { return try body() }
    return try scheduler.perform(Operation(verb, [endpoint], sending: message()), body)
  }

  @inline(__always)
  func instrumented<Value: Sendable>(
    _ verb: Operation.Verb, sending message: @autoclosure () -> Message? = nil,
    _ body: () async throws(InprocError) -> Value
  ) async throws(InprocError) -> Value {
    if !hasCheckpoints { return try await body() }
    return try await scheduler.perform(Operation(verb, [endpoint], sending: message()), body)
  }

  /// The same for a call that can't fail.
  @inline(__always)
  func act<Value: Sendable>(
    _ verb: Operation.Verb, isQuery: Bool = false, _ body: () -> Value
  ) -> Value {
    if !hasCheckpoints { return body() }
    return scheduler.performAnyway(Operation(verb, [endpoint], isQuery: isQuery), body)
  }

  /// The same for a call that only reads what other threads change.
  @inline(__always)
  func query<Value: Sendable>(_ verb: Operation.Verb, _ body: () -> Value) -> Value {
    act(verb, isQuery: true, body)
  }
}
