import Inproc

// Which variables a statement reads.

extension Statement {
  /// The variables that it reads, from left to right, as often as it reads them.
  var variables: [String] {
    options.isEmpty ? held.variables : held.variables + options.flatMap(\.variables)
  }
}

extension CommandOperand {
  /// The variables that stand in it.
  var variables: [String] {
    switch self {
    case .name(let template), .word(let template): template.variables
    case .frame(let frame): frame.variables
    }
  }
}

extension Option {
  fileprivate var variables: [String] {
    switch value {
    case .flag, .word: []
    case .name(let template): template.variables
    case .integer(let count): count.template.variables
    case .frame(let frame): frame.variables
    case .duration(let time): time.template.variables
    }
  }
}
