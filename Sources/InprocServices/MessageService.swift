public import Inproc
public import ServiceLifecycle

/// Handles the messages of an endpoint as a service of a `ServiceGroup`.
///
/// A graceful shutdown closes the endpoint: nothing more can be sent, what is queued is still
/// handled, then the service ends. Cancellation ends it at once; what is queued stays.
///
/// ```swift
/// let service = MessageService(try registry.bind("inproc://jobs")) { job in try await work(on: job) }
/// try await ServiceGroup(
///   services: [service], gracefulShutdownSignals: [.sigterm], logger: logger
/// ).run()
/// ```
public struct MessageService<End: ReceivingEnd>: Service {
  private let end: End
  private let close: @Sendable () -> Void
  private let handle: @Sendable (End.Received) async throws -> Void

  /// Handles messages one after the other.
  ///
  /// - Parameters:
  ///   - receiver: where they come from.
  ///   - handle: is called with each; what it throws ends the service.
  public init(
    _ receiver: Receiver, handle: @escaping @Sendable (Message) async throws -> Void
  ) where End == Receiver {
    end = receiver
    close = { receiver.close() }
    self.handle = handle
  }

  /// Handles requests one after the other.
  ///
  /// - Parameters:
  ///   - server: where they come from.
  ///   - handle: is called with each, and replies; what it throws ends the service.
  public init(
    _ server: Server, handle: @escaping @Sendable (Request) async throws -> Void
  ) where End == Server {
    end = server
    close = { server.close() }
    self.handle = handle
  }

  /// Handles messages until the endpoint is closed, by a graceful shutdown or otherwise.
  ///
  /// - Throws: `CancellationError`, or what the handler throws.
  public func run() async throws {
    try await withGracefulShutdownHandler {
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
    } onGracefulShutdown: {
      close()
    }
  }
}
