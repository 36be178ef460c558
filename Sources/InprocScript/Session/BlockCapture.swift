internal import Inproc
internal import InprocExploration

/// What a block remembers while it runs, besides the thread's position in it. The thread's next
/// steps depend on it, so it belongs to the thread's state.
struct BlockCapture {
  /// The line of the statement that the block belongs to.
  let line: Int
  let isLoop: Bool
  /// How many rounds a `repeat N` makes.
  private let limit: Int?
  /// The number of the handle that a `for` receives at.
  private let handle: Int?
  /// The variable of the block, and the value outside of the block that it hides.
  fileprivate var variable: String?
  fileprivate var hidden: Message?

  /// - Parameters:
  ///   - loop: the loop that the block belongs to.
  ///   - limit: how many rounds it makes, if that is fixed.
  ///   - handle: the number of the handle that it receives at.
  init(loop: Statement, limit: Int? = nil, receivesAt handle: Int? = nil) {
    line = loop.range.line
    isLoop = true
    self.limit = limit
    self.handle = handle
  }

  private init() { (line, isLoop, limit, handle) = (0, false, nil, nil) }

  /// The capture of a `catch` block.
  static var handler: BlockCapture { BlockCapture() }

  func add(to hash: inout StableHash) {
    for number in [line, limit ?? -1, handle ?? -1] { hash.add(number) }
    hash.add(hidden)
  }
}

extension SessionThread {
  /// Enters a block. Its variable, if it has one, hides the variable of that name outside of the
  /// block.
  func enterBlock(_ capture: BlockCapture, hiding variable: String?) {
    var capture = capture
    capture.variable = variable
    capture.hidden = variable.flatMap { variables[$0] }
    captures.append(capture)
  }

  /// Leaves the block that was entered last. Its variable has the value again that it had outside.
  func leaveBlock() {
    guard let capture = captures.popLast(), let variable = capture.variable else { return }
    variables[variable] = capture.hidden
  }
}
