import Inproc

/// What is measured, and how much of it: one run of one workload.
struct BenchRun: Sendable {
  /// What the threads do.
  enum Shape: String, Sendable {
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
    /// As `flow` and `pingPong`, from task to task.
    case asyncFlow = "async-flow"
    case asyncPingPong = "async-ping-pong"
  }

  /// What the frames hold.
  enum Payload: String, Sendable {
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
  enum Side: Sendable {
    case sender, receiver
  }

  var shape: Shape
  var payload = Payload.shared
  var frames = 1
  var senders = 1
  var receivers = 1
  var capacity = Capacity.unbounded
  var endpoints = 10
  /// How the receiver of a select waits.
  var waiting = BenchWaiting.poller
  /// Whether someone observes the registry of a flow, to no end.
  var isObserved = false
  var count: Int
  /// Each thread calls it first.
  var place: @Sendable (Side) -> Void = { _ in }

  /// What one run gave.
  struct Figures: Sendable {
    /// From the first thread's start to the last one's end.
    var seconds: Double
    /// Messages, round trips, connects, or pairs of bind and unbind.
    var operations: Int
  }

  /// Runs it once.
  ///
  /// - Throws: what the library throws.
  func callAsFunction() throws -> Figures {
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
    }
  }
}
