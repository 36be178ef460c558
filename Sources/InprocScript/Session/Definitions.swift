internal import Inproc

/// A block under a name, which `call` runs.
struct Definition: Sendable {
  let parameters: [String]
  let block: Block
  /// All that was typed of it: the same text again changes nothing.
  let text: String
}

extension Session {
  /// Makes the definitions of a text known, nested ones too, before it runs. Of two under one name the
  /// first counts; the other gives an error where it runs.
  func define(in statements: [Statement]) {
    for statement in statements {
      if let define = statement.command as? DefineCommand, let name = define.constantName {
        definitions.withLock { known in
          if known[name] == nil { known[name] = define.definition(as: statement) }
        }
      }
      for block in statement.blocks { define(in: block.statements) }
    }
  }

  /// Adds a definition where it runs.
  ///
  /// - Throws: `name-in-use` if another one has that name.
  func define(_ name: String, _ definition: Definition) throws(CommandError) {
    let isTaken = definitions.withLock { known in
      guard let other = known[name] else {
        known[name] = definition
        return false
      }
      return other.text != definition.text
    }
    if isTaken {
      throw CommandError(
        .nameInUse, "'\(name)' is defined already, as another block; choose another name")
    }
  }

  func definition(_ name: String) throws(CommandError) -> Definition {
    let known = definitions.withLock { $0 }
    if let definition = known[name] { return definition }
    let near = nearest(name, among: known.keys.sorted())
    throw CommandError(
      .unknownName,
      "nothing is defined as \(Excerpt(name)); "
        + (near.map { "did you mean '\($0)'?" } ?? "write 'define \(name) { … }'"))
  }
}

extension Statement {
  /// All that was typed of it, its block and what is expected of it included, with one blank between.
  var wholeText: String {
    ([text]
      + blocks.map { block in
        "{ " + block.statements.map(\.wholeText).joined(separator: "; ") + " }"
      } + expectations.map(\.text)).joined(separator: " ")
  }
}
