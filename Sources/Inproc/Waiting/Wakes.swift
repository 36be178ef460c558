/// What has to be done once no lock is held: threads and tasks to wake, and objects to release. One
/// wake-up allocates nothing.
struct Wakes {
  private var first: (any Parker)?
  private var others: [any Parker]?
  /// Whether the queue has ended: then the reference that its links owned is released.
  var hasEnded = false
  /// A message that was dropped for a newer one, and its origin, to be released.
  var dropped: (message: Message, origin: (any AnyObject & Sendable)?)?
  /// Messages of events that an observer has lost, to be released.
  private var outdated: Message?
  private var furtherOutdated: [Message] = []

  var isEmpty: Bool { first == nil }
  mutating func append(_ parker: any Parker) {
    if first == nil {
      first = parker
    } else if others == nil {
      others = [parker]
    } else {
      others?.append(parker)
    }
  }
  mutating func append(_ parkers: [any Parker]) {
    for parker in parkers { append(parker) }
  }
  mutating func release(_ message: consuming Message) {
    if outdated == nil { outdated = message } else { furtherOutdated.append(message) }
  }
  @inline(__always)
  func wake() {
    if !isEmpty { wakeAll() }
  }
  private func wakeAll() {
    first?.wake()
    for parker in others ?? [] { parker.wake() }
  }
}
