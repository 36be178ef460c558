/// Takes bytes apart into characters, controls and escape sequences.
package struct TerminalParser {
  package struct Sequence: Equatable {
    package var parameters: [Int] = []
    package var isPrivate = false
    package var final: Character = " "
  }

  package enum Event: Equatable {
    case print(Unicode.Scalar)
    case control(UInt8)
    case escape(Character)
    case sequence(Sequence)
  }

  private enum State {
    case ground
    case escape
    case charset
    case sequence
    case string
  }

  private var state = State.ground
  private var collected: [UInt8] = []
  private var pending: [UInt8] = []

  package mutating func take(_ byte: UInt8) -> Event? {
    switch state {
    case .ground: return takeGround(byte)
    case .escape:
      switch byte {
      case UInt8(ascii: "["):
        state = .sequence
        collected = []
      case UInt8(ascii: "]"): state = .string
      case UInt8(ascii: "("), UInt8(ascii: ")"): state = .charset
      default:
        state = .ground
        return .escape(Character(Unicode.Scalar(byte)))
      }
      return nil
    case .charset:
      state = .ground
      return nil
    case .sequence:
      if byte < 32 { return .control(byte) }
      guard (0x40...0x7E).contains(byte) else {
        collected.append(byte)
        return nil
      }
      state = .ground
      return .sequence(finish(byte))
    case .string:
      if byte == 7 || byte == 0x5C { state = .ground }
      return nil
    }
  }

  private func finish(_ byte: UInt8) -> Sequence {
    var sequence = Sequence(final: Character(Unicode.Scalar(byte)))
    var text = String(decoding: collected, as: UTF8.self)
    if text.hasPrefix("?") {
      sequence.isPrivate = true
      text.removeFirst()
    }
    if !text.isEmpty {
      sequence.parameters = text.split(separator: ";", omittingEmptySubsequences: false)
        .map { Int($0) ?? 0 }
    }
    return sequence
  }

  private mutating func takeGround(_ byte: UInt8) -> Event? {
    if byte == 0x1B {
      state = .escape
      return nil
    }
    if byte < 32 || byte == 127 { return .control(byte) }
    if byte < 0x80 { return .print(Unicode.Scalar(byte)) }
    pending.append(byte)
    let first = pending[0]
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard pending.count == length else { return nil }
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self).unicodeScalars.first.map { .print($0) }
  }
}
