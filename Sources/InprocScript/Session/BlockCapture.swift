internal import Inproc
internal import InprocExploration

/// What a block, or a file that was sourced, remembers while it runs, besides the thread's position in
/// it. The thread's next steps depend on it, so it belongs to the thread's state.
struct BlockCapture {
  /// The line and the column of the statement that the block belongs to.
  let line: Int
  private let column: Int
  let isLoop: Bool
  /// How many rounds a `repeat N` makes.
  private let limit: Int?
  /// The number of the handle that a `for` receives at.
  private let handle: Int?
  /// Which round of a `repeat N` it is; 0 for one without N, which comes back to where it was.
  var round = 0
  /// The variable of the block, and the value outside of the block that it hides.
  fileprivate var variable: String?
  fileprivate var hidden: Message?
  /// Of a call: its parameters, and the variables of its caller.
  private(set) var call: (parameters: Set<String>, variables: [String: Message])?

  /// - Parameters:
  ///   - loop: the loop that the block belongs to.
  ///   - limit: how many rounds it makes, if that is fixed.
  ///   - handle: the number of the handle that it receives at.
  init(loop: Statement, limit: Int? = nil, receivesAt handle: Int? = nil) {
    (line, column) = (loop.range.line, loop.range.column)
    isLoop = true
    self.limit = limit
    self.handle = handle
  }

  private init(line: Int, column: Int) {
    (self.line, self.column, isLoop, limit, handle) = (line, column, false, nil, nil)
  }

  /// The capture of a `catch` block.
  static var handler: BlockCapture { BlockCapture(line: 0, column: 0) }

  /// The capture of a call.
  static func call(
    _ statement: Statement, _ parameters: [String], of variables: [String: Message]
  ) -> BlockCapture {
    var capture = BlockCapture(line: statement.range.line, column: statement.range.column)
    capture.call = (Set(parameters), variables)
    return capture
  }

  /// Whether a variable of the block hides a shared one of that name.
  func hides(_ name: String) -> Bool {
    variable == name || call?.parameters.contains(name) == true
  }

  /// The variables of the block.
  var names: [String] { (variable.map { [$0] } ?? []) + (call?.parameters.sorted() ?? []) }

  /// The capture of a file: from where it was sourced is part of the thread's position.
  static func file(sourcedBy statement: Statement) -> BlockCapture {
    BlockCapture(line: statement.range.line, column: statement.range.column)
  }

  /// Adds the thread's position, without its variables.
  func addPlace(to hash: inout StableHash) {
    for number in [line, column, round] { hash.add(number) }
  }

  func add(to hash: inout StableHash) {
    for number in [line, limit ?? -1, handle ?? -1] { hash.add(number) }
    hash.add(hidden)
    if let call { hash.add(call.variables) }
  }
}

extension SessionThread {
  /// Enters a block. Its variable, if it has one, hides the variable of that name outside of the
  /// block.
  func enterBlock(_ capture: BlockCapture, hiding variable: String? = nil) {
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
