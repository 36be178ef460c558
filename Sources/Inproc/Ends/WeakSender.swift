internal import CInprocCore

/// A way to a queue that keeps nothing open: neither the connection it was made from, nor the
/// endpoint. To send, it is upgraded to a ``Sender``, as long as there is somebody else who could.
///
/// ```swift
/// let retry = out.weak
/// // later, perhaps after `out` is gone:
/// try retry.upgrade().send(["again"])
/// ```
///
/// Of use where a worker may send to its own queue, and yet is to end once nobody else does.
public struct WeakSender: Sendable {
  private let channel: Channel
  private let isBidirectional: Bool

  fileprivate init(_ sender: Sender) {
    channel = sender.channel
    isBidirectional = sender.connection.origin != nil
  }

  /// A new connection to the queue. Never blocks.
  ///
  /// That the queue is still open and that it is connected to is one step: who receives sees either
  /// the end, or this connection.
  ///
  /// - Returns: a sender of its own lifetime.
  /// - Throws: `.closed` if the receiving end is closed, or the endpoint is not bound and no
  ///   connection is left.
  public func upgrade() throws(InprocError) -> Sender {
    try channel.instrumented(.connect) { () throws(InprocError) in
      guard channel.connectIfOpen() else {
        throw InprocError(
          .closed,
          "\(Excerpt(channel.endpoint.description)) has ended, and a weak sender keeps nothing open; "
            + "hold a sender for as long as you send")
      }
      let origin =
        isBidirectional ? Origin(id: channel.context.table.nextClient(), replies: nil) : nil
      let sender = Sender(channel: channel, origin: origin)
      channel.noteConnected(sender)
      return sender
    }
  }

  /// Where its senders send to.
  public var endpoint: Endpoint { channel.endpoint }
}

extension Sender {
  /// A way to the same queue that keeps nothing open.
  public var weak: WeakSender { WeakSender(self) }
}

extension Channel {
  /// Counts a further connection, unless nothing can come any more. Returns whether it did.
  fileprivate func connectIfOpen() -> Bool {
    !isSubscription && withState { !$0.isFinished && inproc_connect_if_open(storage.links) }
  }
}
