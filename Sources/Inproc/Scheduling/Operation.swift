/// One call of the library's interface, as a scheduler sees it.
package struct Operation: Sendable {
  /// The call; the raw value is its name in code.
  package enum Verb: String, Sendable {
    case bind, bindBidirectional, bindTopic, unbind, connect, connectBidirectional, subscribe, close
    case send, trySend, receive, tryReceive, drain, select, reply, ask, drop, waitUntilReceived
    case count, isEmpty, isFull, isClosed, isDisconnected, connectionCount, subscriberCount
    case clients, endpoints
  }
  package let verb: Verb
  /// The endpoints: several for a selection, none for a call that concerns a whole registry.
  package let endpoints: [Endpoint]
  /// The message that is sent.
  package let message: Message?
  /// Whether the call only reads state.
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

// Never inlined: they are off the fast path, and only tests and replays use them.
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

  /// As `perform`, for a call that can't fail: it runs even if the scheduler refuses it.
  @inline(never)
  func performAnyway<Value: Sendable>(_ operation: Operation, _ body: () -> Value) -> Value {
    try? begin(operation)
    let value = body()
    end(operation, .success(value))
    return value
  }
}
