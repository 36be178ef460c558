// What a call on a channel throws.

extension Channel {
  private var name: Excerpt { Excerpt(endpoint.description) }

  func finish<Value>(_ step: Step<Value>, doing verb: String) throws(InprocError) -> Value {
    switch step {
    case .done(let value): return value
    case .ended(let outcome): throw ended(outcome, doing: verb)
    case .wait: throw ended(.interrupted, doing: verb)
    }
  }

  func ended(_ outcome: Waiter.Outcome, doing verb: String) -> InprocError {
    switch outcome {
    case .timedOut:
      return InprocError(.timedOut, "the time to \(verb) \(name) ran out; \(rest(verb))")
    case .cancelled:
      return InprocError(
        .cancelled, "the task was cancelled while waiting to \(verb) \(name); \(rest(verb))")
    case .closed:
      return verb == "send to" ? closedToSenders() : closedToReceivers()
    default:
      return InprocError(
        .interrupted, "the wait to \(verb) \(name) was interrupted; \(rest(verb))")
    }
  }

  private func rest(_ verb: String) -> String {
    verb == "send to" ? "the message was not sent" : "no message was taken"
  }

  func closedToSenders() -> InprocError {
    InprocError(
      .closed,
      isClosed
        ? "the receiving end of \(name) is gone; connect again once it is bound"
        : "this connection to \(name) is closed; connect again to send")
  }

  func closedToReceivers() -> InprocError {
    InprocError(
      .closed,
      "nothing is queued at \(name) and nothing can come: "
        + (isClosed ? "it is closed" : "no connection is left and the endpoint is not bound"))
  }

  func typeMismatch(_ type: Any.Type) -> InprocError {
    let bound = values?.type ?? Message.self
    return InprocError(
      .typeMismatch,
      "\(name) was bound for values of the type '\(bound)', and can't pass values of the type "
        + "'\(type)'; connect with the type that it was bound for")
  }

  func requireTasks() throws(InprocError) {
    // Without checkpoints no scheduler decides which thread runs.
    if hasCheckpoints, !scheduler.allowsTasks {
      throw InprocError(
        .foreignThread,
        "\(name) belongs to a schedule that runs threads, and a task can't wait in it; "
          + "use the blocking call on a thread of that schedule")
    }
  }
}
