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

  /// Whether it may give results, be it from its blocks.
  package var givesLines: Bool {
    switch command {
    case .send, .reply, .close, .unbind, .join, .stop, .let, .incr, .observe, .fail, .sleep, .break,
      .quit:
      false
    default: true
    }
  }

  /// What it gives is part of a run's outcome where nothing is observed.
  var isReceive: Bool {
    switch command {
    case .recv, .select, .drain: true
    default: false
    }
  }

  /// Whether it, or a statement in one of its blocks, waits for the clock.
  var usesTimers: Bool {
    let waits = options.contains { option in
      switch option {
      case .timeout(.after), .wait(.after): true
      default: false
      }
    }
    if waits { return true }
    switch command {
    case .sleep: return true
    case .for(_, _, let block), .spawn(_, let block), .repeat(_, let block):
      return block.usesTimers
    case .if(_, _, _, let then, let otherwise):
      return then.usesTimers || otherwise?.usesTimers == true
    case .try(let block, _, let handler):
      return block.usesTimers || handler?.usesTimers == true
    default: return false
    }
  }

  /// Whether it, or a statement in one of its blocks, runs another file.
  var sources: Bool {
    switch command {
    case .source: true
    case .for(_, _, let block), .spawn(_, let block), .repeat(_, let block): block.sources
    case .if(_, _, _, let then, let otherwise): then.sources || otherwise?.sources == true
    case .try(let block, _, let handler): block.sources || handler?.sources == true
    default: false
    }
  }

  var nameOption: Template? {
    for case .name(let template) in options { return template }
    return nil
  }
}

extension Block {
  fileprivate var usesTimers: Bool { statements.contains(where: \.usesTimers) }
  fileprivate var sources: Bool { statements.contains(where: \.sources) }
}
