/// Distributes the width of a table: each column has an equal share, and one that wants less leaves
/// the rest of its share to the others.
///
/// - Parameters:
///   - wanted: for each column the width of its widest cell.
///   - room: the width of all columns together.
///   - narrowest: a column gets at least this much, or its share where that is less.
/// - Returns: the width of each column, and how much of the room no column wants.
package func columnWidths(
  wanted: [Int], within room: Int, atLeast narrowest: Int = 0
) -> (widths: [Int], left: Int) {
  var widths = wanted
  var open = Set(wanted.indices)
  var left = room
  while !open.isEmpty {
    let share = left / open.count
    let narrow = open.filter { wanted[$0] <= share }
    for index in narrow.isEmpty ? open : narrow {
      widths[index] = narrow.isEmpty ? share : max(wanted[index], min(narrowest, share))
      left -= widths[index]
    }
    open = narrow.isEmpty ? [] : open.subtracting(narrow)
  }
  return (widths, left)
}
