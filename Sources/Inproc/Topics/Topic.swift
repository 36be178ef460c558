/// The one who bound a topic. What is sent to it goes to everyone who has subscribed.
///
/// ```swift
/// let news = try registry.bindTopic("inproc://news", retaining: 1)
/// let mine = try registry.subscribe(to: "inproc://news", capacity: .latest(16), prefix: "sport.")
/// try news.send(["sport.chess", "draw"])
/// try mine.receive()  // ["sport.chess", "draw"]
/// ```
///
/// It has the verbs of a ``Sender``, and so has everyone who connects to the topic. A message goes to
/// those who are subscribed when it is sent: to all of them that it concerns, or, where a call throws
/// or gives up, to none. Each gets the messages of one sender in their order. A subscriber whose queue
/// is bounded and full makes senders wait; one with a queue of ``Capacity/latest(_:)`` never does.
/// Without subscribers a send succeeds at once.
///
/// Releasing a topic closes it. Its subscriptions end once what they have queued is used up.
public final class Topic: SendingEnd {
  let channel: Channel
  private let connection = Connection(isCounted: false, origin: nil)

  init(channel: Channel) { self.channel = channel }

  deinit { end() }

  /// Where messages go; opaque.
  public var outbound: Outbound { Outbound(channel: channel, connection: connection) }

  /// How many subscriptions there are that are not closed.
  public var subscriberCount: Int {
    channel.query(.subscriberCount) { channel.topic?.subscriberCount ?? 0 }
  }

  /// How many connections are open. The binder's own half does not count, nor do subscriptions.
  public var connectionCount: Int {
    channel.query(.connectionCount) { channel.connectionCount }
  }

  /// Takes the topic off the registry: nobody can connect or subscribe to it any more, and its name can
  /// be bound anew. Those who are connected go on; once the last of them has ended, subscriptions end
  /// with what they have queued. Never blocks, and does nothing the second time.
  public func unbind() { channel.act(.unbind) { channel.unbind() } }

  /// Unbinds the topic and refuses further messages. Senders that wait throw `.closed`; what is queued
  /// at subscriptions can still be received. Does nothing the second time.
  public func close() { end() }

  private func end() {
    channel.act(.close) {
      channel.unbindAndClose(dropping: false)
      channel.topic?.end()
    }
  }
}

extension Sender {
  /// Whether what it sends goes to the subscribers of a topic.
  package var sendsToTopic: Bool { channel.topic != nil }
}
