/// One call of the library's interface, as a scheduler is told that watches them.
package struct Operation: Sendable {
  /// What is called; the raw value is how it is written in code.
  package enum Verb: String, Sendable {
    case bind, bindBidirectional, bindTopic, unbind, connect, connectBidirectional, subscribe, close
    case send, trySend, receive, tryReceive, drain, select, reply, ask, drop, waitUntilReceived
    case count, isEmpty, isFull, isClosed, isDisconnected, connectionCount, subscriberCount
    case clients, endpoints
  }
  package let verb: Verb
  /// Where; several for a selection, none for what concerns a whole registry.
  package let endpoints: [Endpoint]
  /// What is sent.
  package let message: Message?
  /// Whether it only looks.
  package let isQuery: Bool

  init(
    _ verb: Verb, _ endpoints: [Endpoint], sending message: Message? = nil,
    isQuery: Bool = false
  ) {
    self.verb = verb
    self.endpoints = endpoints
    self.message = message
    self.isQuery = isQuery
  }
}

// Never inlined: they stand beside the fast path, and no program but a test takes them.
extension Scheduler {
  @inline(never)
  func perform<Value: Sendable>(
    _ operation: Operation, _ body: () throws(InprocError) -> Value
  ) throws(InprocError) -> Value {
    try begin(operation)
    do throws(InprocError) {
      let value = try body()
      end(operation, .success(value))
      return value
    } catch {
      end(operation, .failure(error))
      throw error
    }
  }

  @inline(never)
  func perform<Value: Sendable>(
    _ operation: Operation, _ body: () async throws(InprocError) -> Value
  ) async throws(InprocError) -> Value {
    try begin(operation)
    do throws(InprocError) {
      let value = try await body()
      end(operation, .success(value))
      return value
    } catch {
      end(operation, .failure(error))
      throw error
    }
  }

  /// As `perform`, of what can't fail: it runs whatever the scheduler says.
  @inline(never)
  func performAnyway<Value: Sendable>(_ operation: Operation, _ body: () -> Value) -> Value {
    try? begin(operation)
    let value = body()
    end(operation, .success(value))
    return value
  }
}
