/// The word of a list that someone most likely meant, or nil where none is near.
package func nearest(_ word: String, among candidates: [String]) -> String? {
  let scalars = Array(word.unicodeScalars.prefix(40))
  guard !scalars.isEmpty else { return nil }
  var best: (word: String, distance: Int)?
  for candidate in candidates where candidate != word {
    let distance = editDistance(scalars, Array(candidate.unicodeScalars))
    let allowed = max(1, min(scalars.count, candidate.unicodeScalars.count) / 3)
    let isSwap = distance <= 1
    guard isSwap || distance <= allowed, distance < candidate.unicodeScalars.count else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
  }
  return best?.word
}

/// How many letters to add, drop, replace or swap with their neighbour to make one of the other.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for (row, a) in left.enumerated() {
    var current = [row + 1]
    for (column, b) in right.enumerated() {
      var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (a == b ? 0 : 1))
      if row > 0, column > 0, a == right[column - 1], left[row - 1] == b {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current.append(cost)
    }
    beforeLast = last
    last = current
  }
  return last[right.count]
}
