// What a scheduler asks of an end that compares states of a program, or the accesses of two steps.

extension Receiver {
  /// Nil where it can't be told. O(*n*).
  package var contents: ChannelContents? { channel.contents }
  /// Whether it is the end of the same queue. Senders and receivers of one queue have the same.
  package var queueIdentity: ObjectIdentifier { ObjectIdentifier(channel.storage) }
}

extension Sender {
  /// See ``Receiver/queueIdentity``.
  package var queueIdentity: ObjectIdentifier { ObjectIdentifier(channel.storage) }
  package var contents: ChannelContents? { channel.contents }
}
