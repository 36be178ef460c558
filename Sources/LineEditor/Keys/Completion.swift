/// One way to complete what is being typed.
public struct Completion: Sendable, Hashable {
  /// Where the text that is replaced begins, in Unicode scalars; it ends at the cursor.
  public var start: Int
  /// The text that takes the place of the typed one.
  public var replacement: String
  /// The text that a list of several completions shows.
  public var label: String
  /// The text that is added if this is the only completion, such as a space.
  public var suffix: String

  /// A completion of the text from `start` to the cursor.
  ///
  /// - Parameters:
  ///   - start: where the replaced text begins, in Unicode scalars.
  ///   - replacement: the text that takes its place.
  ///   - label: the text that a list shows; nil for the replacement.
  ///   - suffix: the text that is added if it is the only completion.
  public init(
    replacingFrom start: Int, with replacement: String, label: String? = nil, suffix: String = " "
  ) {
    self.start = start
    self.replacement = replacement
    self.label = label ?? replacement
    self.suffix = suffix
  }
}

/// The beginning that all of these share, in whole characters.
func commonPrefix(_ words: [String]) -> String {
  guard var prefix = words.first?[...] else { return "" }
  for word in words.dropFirst() {
    while !word.hasPrefix(prefix) { prefix = prefix.dropLast() }
  }
  return String(prefix)
}

/// Labels in columns, filled downwards, as `ls` lists files.
func columns(_ labels: [String], width: Int, measure: (String) -> Int) -> [String] {
  let cell = (labels.map(measure).max() ?? 0) + 2
  let across = max(1, (width - 1) / cell)
  let down = (labels.count + across - 1) / across
  return (0..<down).map { row in
    var line = ""
    for index in stride(from: row, to: labels.count, by: down) {
      line += labels[index]
      if index + down < labels.count {
        line += String(repeating: " ", count: max(1, cell - measure(labels[index])))
      }
    }
    return line
  }
}
