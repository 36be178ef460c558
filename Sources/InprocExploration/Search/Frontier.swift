/// Beginnings of schedules that are still to be run, packed into bytes up to a limit.
struct Frontier {
  private var bytes: [UInt8] = []
  private let limit: Int
  /// One did not fit: what is kept is not all.
  private(set) var hasOverflowed = false

  /// - Parameter limit: the most bytes it takes; O(1) each beginning and choice.
  init(limit: Int) { self.limit = limit }

  /// Adds a beginning: the choices of a run up to a place, and another one there.
  mutating func push(_ choices: ArraySlice<Choice>, _ last: Choice) {
    guard !hasOverflowed else { return }
    guard bytes.count + choices.count + 1 <= limit else {
      // It would be of no use without the rest.
      hasOverflowed = true
      bytes = []
      return
    }
    append(0)
    for choice in choices { append(choice.code + 1) }
    append(last.code + 1)
  }

  /// Takes the newest one out.
  mutating func pop() -> [Choice]? {
    guard !bytes.isEmpty else { return nil }
    var choices: [Choice] = []
    while let code = removeLast(), code > 0 { choices.append(Choice(code: code - 1)) }
    choices.reverse()
    return choices
  }

  // A number below 255 is a byte, any other four bytes and the byte 255.
  private mutating func append(_ number: UInt32) {
    if number < 255 {
      bytes.append(UInt8(number))
    } else {
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
      bytes.append(255)
    }
  }

  private mutating func removeLast() -> UInt32? {
    guard let last = bytes.popLast() else { return nil }
    guard last == 255 else { return UInt32(last) }
    var number: UInt32 = 0
    for _ in 0..<4 { number = number << 8 | UInt32(bytes.popLast() ?? 0) }
    return number
  }
}
