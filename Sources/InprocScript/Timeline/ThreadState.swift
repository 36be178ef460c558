/// What a thread of a session is doing.
package enum ThreadState: Hashable, Sendable {
  /// It runs, or would if it had the turn.
  case running
  case blocked(WaitReason)
  case finished
  /// An error has ended it.
  case failed

  /// The word for it in `list threads`.
  package var word: String {
    switch self {
    case .running: "running"
    case .blocked: "blocked"
    case .finished: "finished"
    case .failed: "failed"
    }
  }

  /// What the thread waits for; nil where it does not wait.
  package var waitReason: WaitReason? {
    if case .blocked(let reason) = self { reason } else { nil }
  }
  package var isBlocked: Bool { waitReason != nil }
}
