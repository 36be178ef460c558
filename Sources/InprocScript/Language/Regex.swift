/// Why a text is no regular expression of this language.
package struct RegexError: Error, Hashable, Sendable {
  package var message: String
  /// Where in the pattern, counted in Unicode scalars from 0.
  package var offset: Int

  package init(_ message: String, offset: Int) {
    self.message = message
    self.offset = offset
  }
}

/// A regular expression whose matching takes time linear in the text.
///
/// ```swift
/// let regex = try Regex(#"job-\d+"#)
/// regex.matchesWhole("job-12")          // true
/// regex.matchesSomewhere("at job-12.")  // true
/// ```
///
/// It knows literals, `. [] [^] () | * + ? {m} {m,} {m,n}`, `\d \w \s` (ASCII), `^`, `$`, escaped
/// punctuation. The pattern becomes a small program (Thompson's construction); matching walks the
/// text once with the set of all places the program can be in (Pike's machine), so no pattern can
/// make it slow: the time is at most the text's length times ``maximumSize``.
package struct Regex: Hashable, Sendable {
  /// The most instructions a pattern may become; counted repetitions are written out.
  package static let maximumSize = 5_000
  /// The largest count in `{m,n}`.
  package static let maximumCount = 1_000
  /// The deepest nesting of groups.
  package static let maximumNesting = 50

  /// As written, without the slashes around it.
  package let pattern: String
  private let program: [RegexInstruction]

  /// Reads a pattern.
  package init(_ pattern: String) throws(RegexError) {
    self.pattern = pattern
    var parser = RegexParser(pattern)
    var compiler = RegexCompiler()
    program = try compiler.compile(try parser.parse())
  }

  /// Whether the whole text matches.
  package func matchesWhole(_ text: String) -> Bool {
    matchesWhole(text.unicodeScalars)
  }

  /// Whether some part of the text matches.
  package func matchesSomewhere(_ text: String) -> Bool {
    matchesSomewhere(text.unicodeScalars)
  }

  /// Whether the whole text, or some part of it, matches. A long match asks now and then whether it
  /// may go on.
  func matches<Failure: Error>(
    _ text: String, wholly: Bool, goesOn: () throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    try run(
      text.unicodeScalars, startsAnywhere: !wholly, endsAnywhere: !wholly, goesOn: goesOn)
  }

  /// Whether the whole text matches.
  package func matchesWhole(_ text: some Sequence<Unicode.Scalar>) -> Bool {
    run(text, startsAnywhere: false, endsAnywhere: false) {}
  }

  /// Whether some part of the text matches.
  package func matchesSomewhere(_ text: some Sequence<Unicode.Scalar>) -> Bool {
    run(text, startsAnywhere: true, endsAnywhere: true) {}
  }

  // This many places between two checks take some milliseconds.
  private static let workBetweenQuestions = 1 << 16

  private func run<Failure: Error>(
    _ text: some Sequence<Unicode.Scalar>, startsAnywhere: Bool, endsAnywhere: Bool,
    goesOn: () throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    var work = 0
    var scalars = text.makeIterator()
    var current = RegexStates(capacity: program.count)
    var next = RegexStates(capacity: program.count)
    var pending: [Int] = []
    var scalar = scalars.next()
    current.add(0, of: program, atStart: true, atEnd: scalar == nil, pending: &pending)
    while let seen = scalar {
      if endsAnywhere && current.accepts { return true }
      scalar = scalars.next()
      work += 1 + current.indices.count
      if work >= Self.workBetweenQuestions {
        work = 0
        try goesOn()
      }
      for index in current.indices {
        guard case .scalars(let set) = program[index], set.contains(seen) else { continue }
        next.add(index + 1, of: program, atStart: false, atEnd: scalar == nil, pending: &pending)
      }
      if startsAnywhere {
        next.add(0, of: program, atStart: false, atEnd: scalar == nil, pending: &pending)
      } else if next.indices.isEmpty && !next.accepts {
        return false
      }
      swap(&current, &next)
      next.removeAll()
    }
    return current.accepts
  }
}

/// One step of a compiled pattern.
enum RegexInstruction: Hashable, Sendable {
  /// Consumes one scalar of this set.
  case scalars(RegexSet)
  /// Continues at both places.
  case split(Int, Int)
  case jump(Int)
  case start
  case end
  case accept
}

/// A set of scalars: some ranges, or all but those.
struct RegexSet: Hashable, Sendable {
  var ranges: [ClosedRange<UInt32>]
  var isNegated = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    for range in ranges where range.contains(value) { return !isNegated }
    return isNegated
  }

  static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  static let wordCharacters: [ClosedRange<UInt32>] = [
    0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A,
  ]
  static let blanks: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20]
  static let all = RegexSet(ranges: [], isNegated: true)
}

/// The places a program can be in before the next scalar.
struct RegexStates {
  /// Those that wait for a scalar.
  private(set) var indices: [Int] = []
  private(set) var accepts = false
  private var generation = 1
  private var seen: [Int]

  init(capacity: Int) {
    seen = Array(repeating: 0, count: capacity)
  }

  mutating func removeAll() {
    indices.removeAll(keepingCapacity: true)
    accepts = false
    generation += 1
  }

  /// Adds a place and all that can be reached from it without taking a scalar.
  ///
  /// `pending` is the caller's scratch space; a list in place of recursion.
  mutating func add(
    _ index: Int, of program: [RegexInstruction], atStart: Bool, atEnd: Bool, pending: inout [Int]
  ) {
    pending.append(index)
    while let index = pending.popLast() {
      guard seen[index] != generation else { continue }
      seen[index] = generation
      switch program[index] {
      case .scalars: indices.append(index)
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .jump(let target): pending.append(target)
      case .start: if atStart { pending.append(index + 1) }
      case .end: if atEnd { pending.append(index + 1) }
      case .accept: accepts = true
      }
    }
  }
}
