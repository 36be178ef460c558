import Inproc
import InprocScript
import InprocText
import LineEditor

/// What Tab offers, by the command table and the names that exist now.
struct Completer {
  let names: SessionNames

  /// All that fits what is typed; empty where nothing does.
  func completions(of typed: TypedStatement) -> [Completion] {
    if typed.isText { return [] }
    if let variables = variables(in: typed) { return variables }
    if let option = optionValue(of: typed) { return option }
    if typed.partial.hasPrefix("\"") || typed.partial.hasPrefix("'") {
      return isPath(typed) ? PathCompletion.completions(of: typed.partial, at: typed.start) : []
    }
    let words = candidates(for: typed)
    let files =
      isPath(typed) ? PathCompletion.completions(of: typed.partial, at: typed.start) : []
    return
      words
      .filter { $0.text.unicodeScalars.starts(with: typed.partial.unicodeScalars) }
      .map { candidate in
        Completion(
          replacingFrom: typed.start, with: candidate.text, label: candidate.label,
          suffix: candidate.suffix)
      } + files
  }

  private struct Candidate {
    var text: String
    var label: String?
    var suffix = " "
  }

  private func plain(_ words: [String]) -> [Candidate] { words.map { Candidate(text: $0) } }

  // MARK: Words of their own

  private func candidates(for typed: TypedStatement) -> [Candidate] {
    guard let first = typed.words.first else { return keywords(for: typed) }
    let begun = CommandTable.all.first { $0.continuation?.word == first }
    if let begun {
      let repeatsItself = begun.continuation?.repeatsItself == true && typed.words.count == 1
      return plain(repeatsItself ? ["{", begun.keyword] : ["{"])
    }
    if typed.isFirst, typed.words.count == 1, let own = CommandTable.promptCommand(first) {
      return plain(own.operands)
    }
    guard let description = typed.description else { return [] }
    let expected = Expected(description, after: typed.words.dropFirst())
    if let option = expected.value {
      return plain(option.placeholder == "VAR" ? merged(\.variables, typed) : [])
    }
    var found = expected.operands.flatMap { values(of: $0, expected.given, typed) }
    found += expected.options.map { option in
      switch option.kind {
      case .name, .flag: Candidate(text: option.name)
      default: Candidate(text: option.name + "=", label: option.syntax, suffix: "")
      }
    }
    if expected.block { found.append(Candidate(text: "{")) }
    return found
  }

  private func keywords(for typed: TypedStatement) -> [Candidate] {
    let closed = typed.closedBlock.flatMap(CommandTable.description(of:))
    if let continuation = closed?.continuation { return plain([continuation.word]) }
    return plain((CommandTable.keywords + (typed.isFirst ? PromptCommand.words : [])).sorted())
  }

  private func values(
    of operand: OperandDescription, _ given: [String], _ typed: TypedStatement
  ) -> [Candidate] {
    switch operand.kind {
    case .endpoint:
      let scheme = [Candidate(text: "inproc://", suffix: "")]
      if operand.role == .new { return scheme }
      let bound = merged(\.endpoints, typed)
      return bound.isEmpty ? scheme : plain(bound.map { Frame($0).printed })
    case .handle: return plain(handles(for: operand.role, typed).filter { !given.contains($0) })
    case .thread:
      if operand.role == .new { return [] }
      return plain(merged(\.threads, typed).filter { !given.contains($0) })
    case .variable: return plain(operand.role == .new ? [] : merged(\.variables, typed))
    case .frame: return plain(merged(\.variables, typed).map(Self.reference))
    case .comparison: return plain(Comparison.allCases.map(\.rawValue))
    case .duration: return plain(Self.durations)
    case .scope: return plain(ListScope.allCases.map(\.rawValue))
    case .topic: return plain((CommandTable.keywords + PromptCommand.words).sorted())
    case .literal(let word): return plain([word])
    case .integer, .path: return []
    }
  }

  private func handles(
    for role: OperandDescription.Role, _ typed: TypedStatement
  ) -> [String] {
    switch role {
    case .receiver: merged(\.receivers, typed)
    case .server: merged(\.servers, typed)
    case .any, .new: merged(\.handles, typed)
    }
  }

  /// What exists and what the text before the cursor will have made.
  private func merged(_ kind: KeyPath<SessionNames, [String]>, _ typed: TypedStatement) -> [String]
  {
    Set(names[keyPath: kind] + typed.declared[keyPath: kind]).sorted()
  }

  private func isPath(_ typed: TypedStatement) -> Bool {
    guard typed.words.count == 1, let first = typed.words.first else { return false }
    return typed.description?.operands.first?.kind == .path
      || (typed.isFirst && CommandTable.promptCommand(first)?.takesPath == true)
  }

  // MARK: Parts of words

  private static let durations = ["100ms", "1s", "10s", "1m"]

  /// What follows `timeout=`.
  private func optionValue(of typed: TypedStatement) -> [Completion]? {
    guard let description = typed.description,
      let equals = typed.partial.unicodeScalars.firstIndex(of: "="),
      let option = description.option(named: String(typed.partial[..<equals]))
    else { return nil }
    let values: [String]
    switch option.kind {
    case .duration(let word): values = [word] + Self.durations
    case .handle: values = merged(\.clients, typed)
    case .integer: values = ["0", "1", "16", "1024"]
    case .name, .flag: return nil
    }
    let start = typed.partial.unicodeScalars.index(after: equals)
    let value = typed.partial.unicodeScalars[start...]
    return values.filter { $0.unicodeScalars.starts(with: value) }
      .map {
        Completion(replacingFrom: typed.start + option.name.unicodeScalars.count + 1, with: $0)
      }
  }

  /// `$name`, in words and in strings.
  private func variables(in typed: TypedStatement) -> [Completion]? {
    let scalars = Array(typed.partial.unicodeScalars)
    guard scalars.first != "'", let dollar = scalars.lastIndex(of: "$") else { return nil }
    let isBraced = scalars.dropFirst(dollar + 1).first == "{"
    let name = scalars[(dollar + (isBraced ? 2 : 1))...]
    guard name.allSatisfy({ Name.problem(with: Array("a\($0)".utf8)) == nil }) else { return nil }
    let isQuoted = scalars.first == "\""
    return merged(\.variables, typed)
      .filter { $0.unicodeScalars.starts(with: name) }
      .map { variable in
        Completion(
          replacingFrom: typed.start + dollar,
          with: isBraced ? "${\(variable)}" : Self.reference(variable), label: "$" + variable,
          suffix: isQuoted ? "" : " ")
      }
  }

  private static func reference(_ variable: String) -> String {
    variable.contains("-") ? "${\(variable)}" : "$\(variable)"
  }
}
