internal import CInprocCore

/// Releases messages without recursion. A message can keep another channel alive, whose messages keep
/// further ones alive: a chain of them would take a stack frame or more for each. So the outermost release
/// of a thread goes through all of them in a loop.
final class DeferredReleases {
  private var pending: [[Envelope]] = []

  /// Releases messages, or leaves them to the release that the calling thread is in the middle of.
  ///
  /// - Parameter messages: the caller keeps no other reference to them.
  static func release(_ messages: consuming [Envelope]) {
    if let outer = inproc_deferred_releases() {
      let releases = Unmanaged<DeferredReleases>.fromOpaque(outer).takeUnretainedValue()
      releases.pending.append(consume messages)
      return
    }
    let releases = DeferredReleases()
    inproc_set_deferred_releases(Unmanaged.passUnretained(releases).toOpaque())
    defer { inproc_set_deferred_releases(nil) }
    releases.pending.append(consume messages)
    releases.run()
  }

  private func run() {
    while let next = pending.popLast() {
      // Not while `pending` is accessed: releasing them can append.
      Self.drop(next)
    }
  }

  /// The last reference to the messages ends with the call.
  @inline(never) private static func drop(_ messages: consuming [Envelope]) {}
}
