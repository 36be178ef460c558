/// Numbers, sizes and durations as text.
enum QuantityText {
  enum Problem: Error {
    case malformed
    case tooLarge
  }

  /// `12`, `-3`.
  static func integer(_ bytes: [UInt8]) throws(Problem) -> Int {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = isNegative ? bytes.dropFirst() : bytes[...]
    guard !digits.isEmpty else { throw .malformed }
    var value = 0
    for byte in digits {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { throw .malformed }
    }
    for byte in digits {
      let digit = Int(byte - UInt8(ascii: "0"))
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowsToo) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      if overflows || overflowsToo { throw .tooLarge }
      value = sum
    }
    return value
  }

  /// `64`, `4KiB`, `1MiB`, `1GiB`.
  static func size(_ bytes: [UInt8]) throws(Problem) -> Int {
    try scaled(bytes, units: [("", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)])
  }

  /// `500us`, `250ms`, `2s`, `1m`.
  static func duration(_ bytes: [UInt8]) throws(Problem) -> Duration {
    let nanoseconds = try scaled(
      bytes, units: [("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000)])
    return .nanoseconds(nanoseconds)
  }

  private static func scaled(
    _ bytes: [UInt8], units: [(name: String, factor: Int)]
  ) throws(Problem) -> Int {
    let digits = bytes.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    let rest = bytes[digits.endIndex...]
    guard !digits.isEmpty, rest.count <= 3,
      let unit = units.first(where: { $0.name.utf8.elementsEqual(rest) })
    else { throw .malformed }
    let (value, overflows) = try integer(Array(digits))
      .multipliedReportingOverflow(by: unit.factor)
    if overflows { throw .tooLarge }
    return value
  }
}
