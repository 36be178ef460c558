import Inproc
import InprocScript
import InprocText
import LineEditor

/// Completes a statement from the command table and the names that exist now.
struct Completer {
  let names: SessionNames
  let commands: CommandTable

  /// All completions of a typed text; empty if there is none.
  func completions(of typed: TypedStatement) -> [Completion] {
    if typed.isText { return [] }
    if let variables = variables(in: typed) { return variables }
    if let option = optionValue(of: typed) { return option }
    let files =
      isPath(typed) ? PathCompletion.completions(of: typed.partial, at: typed.start) : []
    if typed.partial.hasPrefix("\"") || typed.partial.hasPrefix("'") { return files }
    let words = candidates(for: typed)
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
    let begun = commands.descriptions.first { $0.continuation?.word == first }
    if let begun {
      let repeatsItself = begun.continuation?.repeatsItself == true && typed.words.count == 1
      return plain(repeatsItself ? ["{", begun.keyword] : ["{"])
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
    let closed = typed.closedBlock.flatMap(commands.description(of:))
    if let continuation = closed?.continuation { return plain([continuation.word]) }
    return plain(typed.isFirst ? commands.allKeywords : commands.keywords.sorted())
  }

  private func values(
    of operand: OperandDescription, _ given: [String], _ typed: TypedStatement
  ) -> [Candidate] {
    plain(operand.words) + others(of: operand, given, typed)
  }

  /// The candidates for an operand besides its own words.
  private func others(
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
    case .condition:
      // After a frame comes a sign.
      guard given.count % 2 == 1 else {
        return plain(merged(\.variables, typed).map(Self.reference))
      }
      return plain(Comparison.allCases.map(\.rawValue))
    case .value: return plain(merged(\.variables, typed).map(Self.reference))
    case .mutex: return plain(operand.role == .new ? [] : merged(\.mutexes, typed))
    case .definition: return plain(operand.role == .new ? [] : merged(\.definitions, typed))
    case .parameter: return []
    case .duration: return plain(Self.durations)
    case .topic: return plain(commands.allKeywords)
    case .literal(let word): return plain([word])
    case .word, .integer, .path: return []
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

  /// The names that exist, and those that the text before the cursor will have made.
  private func merged(_ kind: KeyPath<SessionNames, [String]>, _ typed: TypedStatement) -> [String]
  {
    Set(names[keyPath: kind] + typed.declared[keyPath: kind]).sorted()
  }

  private func isPath(_ typed: TypedStatement) -> Bool {
    guard let description = typed.description else { return false }
    return Expected(description, after: typed.words.dropFirst())
      .operands.contains { $0.kind == .path }
  }

  // MARK: Parts of words

  private static let durations = ["100ms", "1s", "10s", "1m"]

  /// Completions of an option's value, such as that of `timeout=`.
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
    case .name, .flag, .frame: return nil
    }
    let start = typed.partial.unicodeScalars.index(after: equals)
    let value = typed.partial.unicodeScalars[start...]
    return values.filter { $0.unicodeScalars.starts(with: value) }
      .map {
        Completion(replacingFrom: typed.start + option.name.unicodeScalars.count + 1, with: $0)
      }
  }

  /// Completions of a variable, in words and in strings.
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
