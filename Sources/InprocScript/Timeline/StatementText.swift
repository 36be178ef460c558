internal import Inproc
internal import InprocText

extension Statement {
  /// The command as typed, but with the values of variables that stand in names: `send fork1 $x` for
  /// `send fork$i $x`.
  func text(naming variables: some VariableLookup) -> String {
    var scalars = Array(text.unicodeScalars)
    let templates = (operandNames + optionNames).filter { $0.literal == nil }
    for template in templates.sorted(by: { $0.range.column > $1.range.column }) {
      let start = template.range.column - range.column
      let end = start + template.range.length
      guard template.range.line == range.line, start >= 0, end <= scalars.count,
        String(String.UnicodeScalarView(scalars[start..<end])) == template.text,
        let value = template.value(variables)
      else { continue }
      scalars.replaceSubrange(start..<end, with: value.unicodeScalars)
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// The operands that name an endpoint, a handle or a thread.
  var operandNames: [Template] {
    operands.compactMap { if case .name(let template) = $0 { template } else { nil } }
  }

  private var optionNames: [Template] {
    options.compactMap { if case .name(let name) = $0.value { name } else { nil } }
  }
}

extension Template {
  /// The template with the values of its variables; as typed where it has none, or where their values
  /// can't stand there.
  func shown(_ variables: some VariableLookup) -> String {
    literal == nil ? value(variables) ?? text : text
  }

  /// The value as it would be typed; nil while the variables give nothing that can stand there.
  fileprivate func value(_ variables: some VariableLookup) -> String? {
    (try? text(variables)).map { Frame($0).printed }
  }
}
