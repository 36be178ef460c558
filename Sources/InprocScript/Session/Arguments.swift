internal import Inproc

/// The options of a command, evaluated from left to right.
struct Arguments {
  var name: String?
  var isBidirectional = false
  var capacity: Int?
  /// How long to wait for a bind; nil not at all.
  var wait: ResolvedWait?
  var patience = ResolvedWait.forever
  var to: String?

  init(_ options: [Option], _ values: ThreadVariables) throws(CommandError) {
    for option in options {
      switch option {
      case .name(let template): name = try template.name(values)
      case .bidirectional: isBidirectional = true
      case .capacity(let count):
        let value = try count.integer(values)
        if value < 0 {
          throw CommandError(
            .invalidValue, "the capacity \(value) is negative; use 0 (a rendezvous) or more")
        }
        capacity = value
      case .wait(let limit): wait = try limit.resolved(values)
      case .timeout(let timeout): patience = try timeout.resolved(values)
      case .to(let template): to = try template.name(values)
      }
    }
  }
}
