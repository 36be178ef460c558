internal import CInprocCore

extension Selection {
  /// One of the things that a selection waits for, and the channel.
  @usableFromInline struct Target: Sendable {
    let channel: Channel
    let kind: WaitNode.Kind
    /// What it does, if anything; it offers that at a rendezvous, so that another selection can meet
    /// it there.
    let offer: WaitNode.Kind?

    /// A message there, or its end.
    @usableFromInline init(_ end: any ReceivingEnd) {
      channel = end.inbound.channel
      kind = .watch
      offer = nil
    }

    /// The same, to receive it.
    @usableFromInline init(receivingFrom end: any ReceivingEnd) {
      channel = end.inbound.channel
      kind = .watch
      offer = .receive
    }

    /// Room there, or its end.
    @usableFromInline init(roomAt end: any ConnectedEnd) {
      let outbound = end.outbound
      channel = outbound.channel
      kind = .watchRoom(outbound.connection)
      offer = nil
    }

    init(roomAt channel: Channel, over connection: Connection) {
      self.channel = channel
      kind = .watchRoom(connection)
      offer = nil
    }

    /// The same, to send something.
    @usableFromInline init(sending message: Message, over end: any ConnectedEnd) {
      let outbound = end.outbound
      channel = outbound.channel
      kind = .watchRoom(outbound.connection)
      let envelope = Envelope(message: message, origin: outbound.connection.origin)
      offer = .send(envelope, outbound.connection)
    }

    /// How many messages are there to be received.
    var count: Int {
      if case .watch = kind { channel.queue.count } else { 0 }
    }

    /// Whether it may be ready. Looks without a lock, and changes nothing.
    var seemsReady: Bool {
      if case .watch = kind { return inproc_is_readable(channel.cQueue) }
      return channel.queue.count < channel.queue.limit
    }

    var isReady: Bool { channel.isReady(kind) }

    /// Whether it offers something, and the kind of place that does so.
    private var waiting: (isOffer: Bool, kind: WaitNode.Kind) {
      if let offer, channel.capacity == .rendezvous { return (true, offer) }
      return (false, kind)
    }

    var node: WaitNode {
      let (isOffer, kind) = waiting
      return WaitNode(channel, kind, isOffer: isOffer)
    }

    /// Its place and that of the others, of a thread that waits.
    func waiter(
      _ parker: any Parker, others: some Sequence<Target>, hasSpun: Bool
    ) -> Waiter {
      let (isOffer, kind) = waiting
      return Waiter(
        parker: parker, channel, kind, isOffer: isOffer, others: others.map(\.node),
        hasSpun: hasSpun)
    }

    /// The same of a task.
    func waiter(_ task: CallingTask, others: some Sequence<Target>) -> Waiter {
      let (isOffer, kind) = waiting
      return Waiter(task, channel, kind, isOffer: isOffer, others: others.map(\.node))
    }
  }
}
