public import Inproc

/// What is measured, and how much of it: one run of one workload.
public struct BenchRun: Sendable {
  /// What the threads do.
  public enum Shape: String, Sendable {
    /// Senders send as fast as they can; receivers take equal shares.
    case flow
    /// One thread sends 1,000 messages, then receives them.
    case burst
    /// A message goes there and back.
    case pingPong = "ping-pong"
    /// One receiver waits on many endpoints, one sender sends to each in turn.
    case select
    /// Connects, one after the other, to endpoints that are bound.
    case connect
    /// Binds and unbinds, beside endpoints that stay bound.
    case bind
    /// As `flow`, from task to task.
    case asyncFlow = "async-flow"
    /// As `pingPong`, from task to task.
    case asyncPingPong = "async-ping-pong"
    /// As `flow`, of values of 40 bytes.
    case valueFlow = "value-flow"
    /// As `asyncFlow`, of values of 40 bytes.
    case asyncValueFlow = "async-value-flow"
  }

  /// What the frames hold.
  public enum Payload: String, Sendable {
    /// 64 bytes that all messages of a sender share.
    case shared
    /// 1 MiB, shared.
    case large
    /// 64 bytes, built for each message.
    case fresh
    /// 8 bytes, made beforehand.
    case word
    /// 8 bytes, made from an integer for each message.
    case number
  }

  /// Which side of a workload a thread is on: where it is placed depends on that.
  public enum Side: Sendable {
    /// The side that sends.
    case sender
    /// The side that receives.
    case receiver
  }

  /// What the threads do.
  public var shape: Shape
  /// What the frames hold.
  public var payload: Payload
  /// How many frames a message has.
  public var frames: Int
  /// How many threads send, or connect, or bind.
  public var senders: Int
  /// How many threads receive, or how many endpoints a select waits on.
  public var receivers: Int
  /// Of each endpoint.
  public var capacity: Capacity
  /// How many endpoints are bound.
  public var endpoints: Int
  /// How the receiver of a select waits.
  public var waiting: BenchWaiting
  /// Whether someone observes the registry of a flow, to no end.
  public var isObserved: Bool
  /// How many operations.
  public var count: Int
  /// Each thread calls it first.
  public var place: @Sendable (Side) -> Void

  /// One run.
  ///
  /// - Parameters:
  ///   - shape: what the threads do.
  ///   - payload: what the frames hold.
  ///   - frames: how many frames a message has.
  ///   - senders: how many threads send, or connect, or bind.
  ///   - receivers: how many threads receive, or how many endpoints a select waits on.
  ///   - capacity: of each endpoint.
  ///   - endpoints: how many endpoints are bound.
  ///   - waiting: how the receiver of a select waits.
  ///   - isObserved: whether someone observes the registry.
  ///   - count: how many operations.
  ///   - place: each thread calls it first.
  public init(
    shape: Shape, payload: Payload = .shared, frames: Int = 1, senders: Int = 1,
    receivers: Int = 1, capacity: Capacity = .unbounded, endpoints: Int = 10,
    waiting: BenchWaiting = .poller, isObserved: Bool = false, count: Int,
    place: @escaping @Sendable (Side) -> Void = { _ in }
  ) {
    self.shape = shape
    self.payload = payload
    self.frames = frames
    self.senders = senders
    self.receivers = receivers
    self.capacity = capacity
    self.endpoints = endpoints
    self.waiting = waiting
    self.isObserved = isObserved
    self.count = count
    self.place = place
  }

  /// What one run gave.
  public struct Figures: Sendable {
    /// From the first thread's start to the last one's end.
    public var seconds: Double
    /// Messages, round trips, connects, or pairs of bind and unbind.
    public var operations: Int
  }

  /// Runs it once.
  ///
  /// - Throws: what the library throws.
  public func callAsFunction() throws -> Figures {
    switch payload {
    case .shared: try figures(sharing: 64)
    case .large: try figures(sharing: 1 << 20)
    case .fresh: try figures(BenchFresh(frames: frames))
    case .word: try figures(sharing: 8)
    case .number: try figures(BenchNumber(frames: frames))
    }
  }

  private func figures(sharing size: Int) throws -> Figures {
    frames == 1
      ? try figures(BenchOne(size: size)) : try figures(BenchShared(frames: frames, size: size))
  }

  private func figures(_ maker: some BenchMaker) throws -> Figures {
    switch shape {
    case .flow: try flow(maker)
    case .burst: try burst(maker)
    case .pingPong: try pingPong(maker)
    case .select: try selecting(maker)
    case .connect: try connect()
    case .bind: try bind()
    case .asyncFlow: try BenchTasks.wait { try await asyncFlow(maker) }
    case .asyncPingPong: try BenchTasks.wait { try await asyncPingPong(maker) }
    case .valueFlow: try valueFlow()
    case .asyncValueFlow: try BenchTasks.wait { try await asyncValueFlow() }
    }
  }
}
