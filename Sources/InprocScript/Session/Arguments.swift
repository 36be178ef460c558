internal import Inproc

/// The options of a command, evaluated from left to right.
struct Arguments {
  var name: String?
  var isBidirectional = false
  var capacity: Capacity?
  var isForAll = false
  var isTopic = false
  /// How many messages a topic keeps for those who come.
  var retain = 0
  /// The first bytes of the messages that are wanted.
  var prefix = Frame()
  /// How long a `connect` waits for the bind; nil if it does not wait.
  var wait: ResolvedWait?
  var patience = ResolvedWait.forever
  var to: String?

  init(_ options: [Option], _ values: ThreadVariables) throws(CommandError) {
    for option in options {
      switch (option.name, option.value) {
      case ("as", .name(let template)): name = try template.name(values)
      case ("bidi", _): isBidirectional = true
      case ("capacity", .integer(let count)):
        let value = try count.integer(values)
        if value < 0 {
          throw CommandError(
            .invalidValue, "the capacity \(value) is negative; use 0 (a rendezvous) or more")
        }
        capacity = .bounded(value)
      case ("latest", .integer(let count)):
        let value = try count.integer(values)
        if value < 1 {
          throw CommandError(.invalidValue, "'latest=\(value)' keeps nothing; use 1 or more")
        }
        capacity = .latest(value)
      case ("all", .flag): isForAll = true
      case ("topic", .flag): isTopic = true
      case ("retain", .integer(let count)):
        retain = try count.integer(values)
        if retain < 0 {
          throw CommandError(.invalidValue, "'retain=\(retain)' is negative; use 0 or more")
        }
      case ("prefix", .frame(let frame)): prefix = try frame.frame(values)
      case ("wait", let limit): wait = try limit.wait(or: "forever", .forever, values)
      case ("timeout", let limit): patience = try limit.wait(or: "now", .now, values) ?? .forever
      case ("to", .name(let template)): to = try template.name(values)
      // A command that has an option of its own reads it itself.
      default: break
      }
    }
  }
}
