internal import Inproc

extension Statement {
  /// The command as typed, but with values in place of the variables in its names: of
  /// `send fork$i $x` that is `send fork1 $x`.
  func text(naming variables: some VariableLookup) -> String {
    var scalars = Array(text.unicodeScalars)
    for template in names.sorted(by: { $0.range.column > $1.range.column }) {
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

  /// The same for the words that `list threads` has for its wait.
  func summary(naming variables: some VariableLookup) -> String {
    var words = summary.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    for template in names {
      guard let index = words.firstIndex(of: template.text),
        let value = template.value(variables)
      else { continue }
      words[index] = value
    }
    return words.joined(separator: " ")
  }

  /// The words in which a variable stands and that name an endpoint, a handle or a thread.
  private var names: [Template] {
    var names: [Template]
    switch command {
    case .bind(let name), .connect(let name), .unbind(let name), .recv(let name), .drain(let name),
      .close(let name), .send(let name, _), .reply(let name, _), .for(_, let name, _):
      names = [name]
    case .select(let all), .join(let all), .stop(let all): names = all
    case .spawn(let name, _): names = name.map { [$0] } ?? []
    default: names = []
    }
    for option in options {
      switch option {
      case .name(let name), .to(let name): names.append(name)
      default: break
      }
    }
    return names.filter { $0.literal == nil }
  }
}

extension Template {
  /// As it would be typed; nil while its variables give nothing that can stand there.
  fileprivate func value(_ variables: some VariableLookup) -> String? {
    (try? text(variables)).map { Frame($0).printed }
  }
}
