internal import Inproc
internal import InprocText

extension Comparison {
  /// Compares bytes for equality, integers for order.
  ///
  /// - Throws: `invalid-value` if an order is asked of a frame that is not an integer.
  func holds(_ left: Frame, _ right: Frame) throws(CommandError) -> Bool {
    switch self {
    case .equal: return left == right
    case .unequal: return left != right
    case .less: return try integer(left) < integer(right)
    case .lessOrEqual: return try integer(left) <= integer(right)
    case .greater: return try integer(left) > integer(right)
    case .greaterOrEqual: return try integer(left) >= integer(right)
    }
  }

  private func integer(_ frame: Frame) throws(CommandError) -> Int {
    guard let text = String(frame), let value = Int(strictly: text) else {
      throw CommandError(
        .invalidValue, "\(frame.printed) is not a 64-bit integer; '\(rawValue)' compares integers")
    }
    return value
  }
}

extension Int {
  /// An integer of 64 bits, as the language writes it.
  init?(strictly text: String) {
    guard let value = try? QuantityText.integer(Array(text.utf8)) else { return nil }
    self = value
  }
}

/// A duration as the language writes it, or nil.
package func parseDuration(_ text: String) -> Duration? {
  try? QuantityText.duration(Array(text.utf8))
}

/// A size as the language writes it, or nil.
package func parseSize(_ text: String) -> Int? {
  try? QuantityText.size(Array(text.utf8))
}
