internal import Inproc

/// What a block keeps while it runs, besides where its thread stands: the thread goes on by it, so it
/// belongs to the thread's state.
struct BlockCapture {
  /// The line of the statement that the block belongs to.
  let line: Int
  let isLoop: Bool
  /// How many rounds a `repeat N` makes.
  private let limit: Int?
  /// The number of the handle that a `for` receives at.
  private let handle: Int?
  /// The value that the variable of the block hides; nil where it hides none.
  private let hidden: Message?

  /// - Parameters:
  ///   - loop: the loop that the block belongs to.
  ///   - limit: how many rounds it makes, if that is fixed.
  ///   - handle: the number of the handle that it receives at.
  ///   - hidden: the value that its variable hides.
  init(
    loop: Statement, limit: Int? = nil, receivesAt handle: Int? = nil, hides hidden: Message?
  ) {
    line = loop.range.line
    isLoop = true
    self.limit = limit
    self.handle = handle
    self.hidden = hidden
  }

  /// That of a `catch`.
  init(hides hidden: Message?) {
    (line, isLoop, limit, handle, self.hidden) = (0, false, nil, nil, hidden)
  }

  func add(to hash: inout StableHash) {
    for number in [line, limit ?? -1, handle ?? -1] { hash.add(number) }
    hash.add(hidden)
  }
}
