/// Keeps the beginning and the latest of what is appended, and counts what it leaves out between.
package struct BoundedLog<Element> {
  /// The first elements, up to half of the maximum.
  package private(set) var first: [Element] = []
  /// The latest ones that came after ``first``.
  package private(set) var latest: [Element] = []
  /// How many elements between the two are not kept.
  package private(set) var leftOut = 0
  private let half: Int

  /// - Parameter maximum: the first half of that many elements is kept, and as many of the latest as
  ///   that or more, at most twice as many.
  package init(maximum: Int) { half = max(1, maximum / 2) }

  /// Amortized O(1).
  package mutating func append(_ element: Element) {
    if first.count < half {
      first.append(element)
      return
    }
    if latest.count >= 2 * half {
      leftOut += half
      latest.removeFirst(half)
    }
    latest.append(element)
  }

  /// The same log with something else in place of each element. O(*n*).
  package func map(_ transform: (Element) -> Element) -> BoundedLog {
    var log = self
    log.first = first.map(transform)
    log.latest = latest.map(transform)
    return log
  }
}

extension BoundedLog: Sendable where Element: Sendable {}
