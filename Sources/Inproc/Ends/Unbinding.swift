// Ending what is bound without cutting anyone off: those who are connected end it.

extension Receiver {
  /// Takes the endpoint off the registry: nobody can connect to it any more, and its name can be bound
  /// anew. Those who are connected go on; a receive throws `.closed` once the last of them has ended
  /// and nothing is queued. Never blocks, and does nothing the second time.
  public func unbind() { channel.act(.unbind) { channel.unbind() } }
}

extension Server {
  /// Takes the endpoint off the registry: nobody can connect to it any more, and its name can be bound
  /// anew. Clients that are connected go on, and are answered; a receive throws `.closed` once the
  /// last of them has ended and nothing is queued. Never blocks, and does nothing the second time.
  public func unbind() { state.channel.act(.unbind) { state.channel.unbind() } }
}
