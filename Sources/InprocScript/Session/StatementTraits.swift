// What the executor asks of a statement and of its results.

extension ResultLine {
  var isError: Bool { if case .error = self { true } else { false } }
}

extension Statement {
  /// A place where a schedule chooses: the command touches an endpoint, a handle or a thread.
  var isChoice: Bool {
    switch command {
    case .bind, .connect, .send, .recv, .reply, .select, .drain, .for, .close, .unbind, .list,
      .spawn, .join, .stop:
      true
    default: false
    }
  }

  /// Where it succeeds, others can see that something has changed.
  var isChange: Bool {
    switch command {
    case .bind, .connect, .reply, .drain, .close, .unbind, .spawn, .join, .stop: true
    default: false
    }
  }

  /// What it gives is part of a run's outcome where nothing is observed.
  var isReceive: Bool {
    switch command {
    case .recv, .select, .drain: true
    default: false
    }
  }

  var nameOption: Template? {
    for case .name(let template) in options { return template }
    return nil
  }
}
