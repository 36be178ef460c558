/// What one place of a run went on with.
package struct Choice: Hashable {
  /// A thread's number, or ``ChoicePoint/timer``.
  package var taken: Int
  /// There was something else to take.
  package var isBranch: Bool

  init(_ taken: Int, isBranch: Bool) {
    self.taken = taken
    self.isBranch = isBranch
  }

  init(code: UInt32) { self.init(Int(code >> 1) - 1, isBranch: code & 1 == 1) }

  var code: UInt32 { UInt32(taken + 1) << 1 | (isBranch ? 1 : 0) }
}
