public import Inproc
public import ServiceLifecycle

/// Handles the messages of an endpoint as a service of a `ServiceGroup`.
///
/// A graceful shutdown closes the endpoint: nothing more can be sent, what is queued is still handled,
/// and answered where it was sent to a server; then the service ends. Cancellation ends it at once; what
/// is queued stays.
///
/// ```swift
/// let service = MessageService(try registry.bind("inproc://jobs"), maxConcurrent: 4) { job in
///   try await work(on: job)
/// }
/// try await ServiceGroup(
///   services: [service], gracefulShutdownSignals: [.sigterm], logger: logger
/// ).run()
/// ```
///
/// The same for questions: each is answered by the request it came with, however many are handled at
/// once. A request that the handler leaves unanswered fails its asker with `.noPeer`.
///
/// ```swift
/// let prices = MessageService(
///   try registry.bindBidirectional("inproc://prices"), maxConcurrent: 16
/// ) { request in
///   try request.reply(try await price(of: request.message))
/// }
/// ```
public struct MessageService<End: ReceivingEnd>: Service {
  private let end: End
  private let maxConcurrent: Int
  /// Refuses further messages.
  private let stopAccepting: @Sendable () -> Void
  private let close: @Sendable () -> Void
  private let handle: @Sendable (End.Received) async throws -> Void

  /// Handles messages in the order they come, one after the other or several at once.
  ///
  /// - Parameters:
  ///   - receiver: where they come from.
  ///   - maxConcurrent: how many are handled at once; below 1 counts as 1. Each is taken only when
  ///     its turn has come: the others wait in the queue, and senders with them where it is bounded.
  ///   - handle: is called with each; what it throws ends the service.
  public init(
    _ receiver: Receiver, maxConcurrent: Int = 1,
    handle: @escaping @Sendable (Message) async throws -> Void
  ) where End == Receiver {
    end = receiver
    self.maxConcurrent = max(1, maxConcurrent)
    stopAccepting = { receiver.close() }
    close = {}
    self.handle = handle
  }

  /// Handles requests in the order they come, one after the other or several at once.
  ///
  /// - Parameters:
  ///   - server: where they come from.
  ///   - maxConcurrent: how many are handled at once; below 1 counts as 1. Each is taken only when
  ///     its turn has come: the others wait in the queue, and clients with them where it is bounded.
  ///   - handle: is called with each, and replies; what it throws ends the service.
  public init(
    _ server: Server, maxConcurrent: Int = 1,
    handle: @escaping @Sendable (Request) async throws -> Void
  ) where End == Server {
    end = server
    self.maxConcurrent = max(1, maxConcurrent)
    stopAccepting = { server.stopAccepting() }
    close = { server.close() }
    self.handle = handle
  }

  /// Handles messages until the endpoint is closed, by a graceful shutdown or otherwise.
  ///
  /// - Throws: `CancellationError`, or what the handler throws: then the other handlers are cancelled
  ///   and awaited.
  public func run() async throws {
    try await withGracefulShutdownHandler {
      try await handleAll()
      close()
    } onGracefulShutdown: {
      stopAccepting()
    }
  }

  /// Handles messages until the endpoint is closed and all of them are handled.
  private func handleAll() async throws {
    if maxConcurrent == 1 { return try await handleInTurn() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<maxConcurrent { group.addTask { try await handleInTurn() } }
      for try await _ in group {}
    }
  }

  /// Handles one message after the other, until the endpoint is closed.
  private func handleInTurn() async throws {
    while true {
      let received: End.Received
      do throws(InprocError) {
        received = try await end.receive()
      } catch {
        if error.code == .closed { return }
        throw CancellationError()
      }
      try await handle(received)
    }
  }
}
