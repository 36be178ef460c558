import Inproc
internal import InprocText

/// The syntax tree of a pattern.
indirect enum RegexNode {
  case scalars(RegexSet)
  case start
  case end
  case sequence([RegexNode])
  case alternatives([RegexNode])
  /// Without a `maximum` the count is not limited.
  case repeated(RegexNode, minimum: Int, maximum: Int?)
}

/// Reads the text of a pattern. Groups nest at most ``Regex/maximumNesting`` deep, which bounds its
/// recursion and the compiler's.
struct RegexParser {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  init(_ pattern: String) {
    scalars = Array(pattern.unicodeScalars)
  }

  mutating func parse() throws(RegexError) -> RegexNode {
    let node = try alternatives()
    if position < scalars.count {
      throw RegexError("')' closes no group; write '\\)' for the character", offset: position)
    }
    return node
  }

  private var next: Unicode.Scalar? {
    position < scalars.count ? scalars[position] : nil
  }

  private mutating func alternatives() throws(RegexError) -> RegexNode {
    var found = [try sequence()]
    while next == "|" {
      position += 1
      found.append(try sequence())
    }
    return found.count == 1 ? found[0] : .alternatives(found)
  }

  private mutating func sequence() throws(RegexError) -> RegexNode {
    var parts: [RegexNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let part = try atom(scalar)
      parts.append(try repetition(of: part))
    }
    return .sequence(parts)
  }

  private mutating func atom(_ scalar: Unicode.Scalar) throws(RegexError) -> RegexNode {
    let start = position
    position += 1
    switch scalar {
    case "(":
      depth += 1
      if depth > Regex.maximumNesting {
        throw RegexError(
          "groups are nested over \(Regex.maximumNesting) deep", offset: start)
      }
      let inner = try alternatives()
      guard next == ")" else { throw RegexError("'(' is not closed", offset: start) }
      position += 1
      depth -= 1
      return inner
    case "[": return .scalars(try set(from: start))
    case ".": return .scalars(.all)
    case "^": return .start
    case "$": return .end
    case "\\": return .scalars(RegexSet(ranges: try escape(from: start)))
    case "*", "+", "?", "{":
      throw RegexError("'\(scalar)' has nothing before it to repeat", offset: start)
    default: return .scalars(RegexSet(ranges: [scalar.value...scalar.value]))
    }
  }

  /// Parses what follows a backslash.
  private mutating func escape(from start: Int) throws(RegexError) -> [ClosedRange<UInt32>] {
    guard let scalar = next else {
      throw RegexError("a '\\' at the end escapes nothing", offset: start)
    }
    position += 1
    switch scalar {
    case "d": return RegexSet.digits
    case "w": return RegexSet.wordCharacters
    case "s": return RegexSet.blanks
    default:
      guard scalar.isASCIIPunctuation else {
        let quoted = Excerpt("\\" + String(scalar))
        throw RegexError(
          "\(quoted) is not an escape; there are \\d, \\w, \\s and escaped punctuation",
          offset: start)
      }
      return [scalar.value...scalar.value]
    }
  }

  /// Parses what follows `[`.
  private mutating func set(from start: Int) throws(RegexError) -> RegexSet {
    var set = RegexSet(ranges: [])
    if next == "^" {
      set.isNegated = true
      position += 1
    }
    while let scalar = next {
      let first = position
      if scalar == "]" {
        if set.ranges.isEmpty {
          throw RegexError("'[]' is empty; write '\\]' for the character", offset: start)
        }
        position += 1
        return set
      }
      let lower = try member(of: scalar)
      guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
        set.ranges += lower
        continue
      }
      position += 1
      let upper = try member(of: scalars[position])
      guard lower.count == 1, upper.count == 1, lower[0].count == 1, upper[0].count == 1,
        lower[0].lowerBound <= upper[0].lowerBound
      else {
        throw RegexError("a range in '[]' goes from a character to a later one", offset: first)
      }
      set.ranges.append(lower[0].lowerBound...upper[0].lowerBound)
    }
    throw RegexError("'[' is not closed", offset: start)
  }

  private mutating func member(
    of scalar: Unicode.Scalar
  ) throws(RegexError) -> [ClosedRange<UInt32>] {
    position += 1
    if scalar == "\\" { return try escape(from: position - 1) }
    return [scalar.value...scalar.value]
  }

  private mutating func repetition(of part: RegexNode) throws(RegexError) -> RegexNode {
    let start = position
    let node: RegexNode
    switch next {
    case "*": node = .repeated(part, minimum: 0, maximum: nil)
    case "+": node = .repeated(part, minimum: 1, maximum: nil)
    case "?": node = .repeated(part, minimum: 0, maximum: 1)
    case "{":
      position += 1
      let minimum = try count(from: start)
      var maximum: Int? = minimum
      if next == "," {
        position += 1
        maximum = next == "}" ? nil : try count(from: start)
      }
      guard next == "}" else { throw malformedCount(at: start) }
      if let maximum, maximum < minimum {
        throw RegexError("'{\(minimum),\(maximum)}' ends before it starts", offset: start)
      }
      node = .repeated(part, minimum: minimum, maximum: maximum)
    default: return part
    }
    position += 1
    switch part {
    case .start, .end: throw RegexError("an anchor can't be repeated", offset: start)
    default: break
    }
    if let scalar = next, ["*", "+", "?", "{"].contains(scalar) {
      throw RegexError("'\(scalar)' has nothing before it to repeat", offset: position)
    }
    return node
  }

  private mutating func count(from start: Int) throws(RegexError) -> Int {
    var value = 0
    let first = position
    while let scalar = next, let digit = scalar.hexDigitValue, digit < 10 {
      value = value * 10 + digit
      if value > Regex.maximumCount {
        throw RegexError("a repetition counts at most to \(Regex.maximumCount)", offset: start)
      }
      position += 1
    }
    if position == first { throw malformedCount(at: start) }
    return value
  }

  private func malformedCount(at offset: Int) -> RegexError {
    RegexError("write a repetition as '{2}', '{2,}' or '{2,5}', or '\\{'", offset: offset)
  }
}

/// Turns a pattern's tree into a program.
struct RegexCompiler {
  private var program: [RegexInstruction] = []

  mutating func compile(_ node: RegexNode) throws(RegexError) -> [RegexInstruction] {
    try append(node)
    try emit(.accept)
    return program
  }

  private mutating func emit(_ instruction: RegexInstruction) throws(RegexError) {
    if program.count >= Regex.maximumSize {
      throw RegexError(
        "the expression is too large once its repetitions are written out", offset: 0)
    }
    program.append(instruction)
  }

  private mutating func append(_ node: RegexNode) throws(RegexError) {
    switch node {
    case .scalars(let set): try emit(.scalars(set))
    case .start: try emit(.start)
    case .end: try emit(.end)
    case .sequence(let parts):
      for part in parts { try append(part) }
    case .alternatives(let parts): try appendAlternatives(parts)
    case .repeated(let part, let minimum, let maximum):
      // A part that takes no instruction matches the empty text however often it is repeated.
      let before = program.count
      if minimum > 0 {
        try append(part)
        if program.count == before { return }
        for _ in 1..<minimum { try append(part) }
      }
      if let maximum {
        try appendOptional(part, times: maximum - minimum)
      } else {
        let split = program.count
        try emit(.split(0, 0))
        try append(part)
        try emit(.jump(split))
        program[split] = .split(split + 1, program.count)
      }
    }
  }

  private mutating func appendAlternatives(_ parts: [RegexNode]) throws(RegexError) {
    var jumps: [Int] = []
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1 {
        try append(part)
        break
      }
      let split = program.count
      try emit(.split(0, 0))
      try append(part)
      jumps.append(program.count)
      try emit(.jump(0))
      program[split] = .split(split + 1, program.count)
    }
    for jump in jumps { program[jump] = .jump(program.count) }
  }

  private mutating func appendOptional(_ part: RegexNode, times: Int) throws(RegexError) {
    var splits: [Int] = []
    for _ in 0..<times {
      splits.append(program.count)
      try emit(.split(0, 0))
      try append(part)
    }
    for split in splits { program[split] = .split(split + 1, program.count) }
  }
}
