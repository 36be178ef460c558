// A verb that is named and not called: `Task.detached(operation: jobs.receive)`. Of two methods of one
// name the compiler would take the blocking one there, without a word, and it would hold a thread of
// Swift's pool. These properties come before it where an async function is asked for, and after it
// where not. They do so only as members of another protocol than the methods.

/// What is behind every ``ReceivingEnd``. It says what `end.receive` is where that is not called.
public protocol ReceivingReference: AnyObject, Sendable {
  /// What a receive gives.
  associatedtype Received: Sendable
  /// Where messages come from; opaque.
  var inbound: Inbound { get }
  /// Makes what a receive gives of what came.
  func unwrap(_ delivery: Delivery) -> Received
}

extension ReceivingReference {
  /// `receive()` as a value, such as the operation of a task: it suspends.
  ///
  /// ```swift
  /// let first = Task.detached(operation: jobs.receive)
  /// ```
  @_disfavoredOverload
  public var receive: @concurrent @Sendable () async throws(InprocError) -> Received {
    { @concurrent () async throws(InprocError) in
      let envelope = try await self.inbound.receive(until: .never)
      return self.unwrap(Delivery(envelope: envelope, server: (self as? Server)?.state))
    }
  }
}

/// What is behind every ``SendingEnd``. It says what `end.send` is where that is not called.
public protocol SendingReference: ConnectedEnd {}

extension SendingReference {
  /// `send(_:)` as a value, such as an argument of an async function: it suspends.
  @_disfavoredOverload
  public var send: @concurrent @Sendable (Message) async throws(InprocError) -> Void {
    { @concurrent (message) async throws(InprocError) in
      try await self.outbound.send(message, until: .never)
    }
  }
}
