internal import Inproc

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The file of a recording while the session goes on.
///
/// Each entry is written when it begins, as a comment, and again when it has ended. At any moment the
/// file is a scenario that parses.
final class RecordingFile: Sendable {
  private struct State {
    /// What the file holds.
    var text: [UInt8]
    /// Where in it the entries begin.
    var starts: [Int] = []
    /// Why the last write failed, if it did, and whether that was told.
    var problem: (error: CommandError, isTold: Bool)?
  }
  private let path: String
  private let first: Int
  private let descriptor: Int32
  private let state: Guarded<State>

  /// Makes the file.
  ///
  /// - Parameters:
  ///   - path: its name, which must be free.
  ///   - heading: what it begins with.
  ///   - first: which entry is its first.
  /// - Throws: `io` if it exists already or can't be written there.
  init(_ path: String, heading: String, first: Int) throws(CommandError) {
    try WholeFile.refuseNUL(path)
    self.path = path
    self.first = first
    // Only a folder has a name that ends so.
    let isName = !path.isEmpty && !FileName.hasSuffix(path, "/")
    descriptor =
      isName ? open(FileName.system(path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) : -1
    state = Guarded(State(text: []))
    guard descriptor >= 0 else {
      if isName, errno == EEXIST {
        throw CommandError(
          .io, "\(FileName.quoted(path)) exists already; remove it or choose another name")
      }
      throw WholeFile.problem(path, isName ? SystemReason() : SystemReason(ENOENT))
    }
    let text = Array(heading.utf8)
    do throws(SystemReason) {
      try state.withLock { state throws(SystemReason) in
        try replace(from: 0, with: text, &state)
      }
    } catch {
      remove()
      throw WholeFile.problem(path, error)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes what has changed in the journal.
  func write(_ journal: SessionJournal) {
    let (known, from) = journal.state.withLock { known in
      defer { known.changed = nil }
      return (known, known.changed)
    }
    guard let from, max(from, first) < known.entries.count else { return }
    let entry = max(from, first)
    var scenario = RecordedScenario(
      entries: known.entries, results: known.results, skipped: known.skipped, first: first,
      failedThreads: [], endsWithQuit: false)
    let texts = scenario.texts(from: entry)
    let isWritten = state.withLock { state in
      let count = min(entry - first, state.starts.count)
      var starts = Array(state.starts.prefix(count))
      var place = count < state.starts.count ? state.starts[count] : state.text.count
      let start = place
      for text in texts {
        starts.append(place)
        place += text.utf8.count
      }
      do throws(SystemReason) {
        try replace(from: start, with: Array(texts.joined().utf8), &state)
        state.starts = starts
        state.problem = nil
        return true
      } catch {
        let isTold = state.problem?.isTold ?? false
        let reason = WholeFile.problem(path, error).text
        state.problem = (
          CommandError(
            .io, reason + "; the file lacks what was typed last, the next command tries it again"),
          isTold
        )
        return false
      }
    }
    if !isWritten { journal.state.withLock { $0.noteChange(of: from) } }
  }

  /// Why the last write failed; once.
  func takeProblem() -> CommandError? {
    state.withLock { state in
      guard let problem = state.problem, !problem.isTold else { return nil }
      state.problem?.isTold = true
      return problem.error
    }
  }

  /// Replaces all of it by the scenario as it is in the end. The file that somebody else has changed
  /// meanwhile is left alone.
  ///
  /// - Throws: `io` if it can't be written; then it is as it was.
  func finish(with bytes: [UInt8]) throws(CommandError) {
    let text = state.withLock { $0.text }
    if text == bytes, holds(text) { return }
    if (try? FileStatus(path)) == nil { return try WholeFile.write(bytes, toNew: path) }
    try WholeFile.write(bytes, to: path, over: text)
  }

  /// Whether the file of that name is this one, with this text.
  private func holds(_ text: [UInt8]) -> Bool {
    guard let own = try? FileStatus(descriptor: descriptor), let named = try? FileStatus(path)
    else {
      return false
    }
    return own.identity == named.identity && own.size == text.count
  }

  /// Takes it away, where nothing could be recorded.
  func remove() { unlink(FileName.system(path)) }

  /// Writes over what stands from a place on. Until the size is set, too, line ends fill what is too
  /// much: there is no moment in which the file does not parse.
  ///
  /// - Throws: the system's reason; the file is as it was, as far as the system lets it.
  private func replace(
    from start: Int, with bytes: [UInt8], _ state: inout State
  ) throws(SystemReason) {
    let old = Array(state.text[start...])
    let same = zip(old, bytes).prefix { $0 == $1 }.count
    let filling = [UInt8](repeating: 10, count: max(0, old.count - bytes.count))
    do throws(SystemReason) {
      try FileBytes.write(bytes[same...] + filling, to: descriptor, at: start + same)
      if !filling.isEmpty { try FileBytes.setSize(start + bytes.count, of: descriptor) }
    } catch {
      try? FileBytes.write(Array(old[same...]), to: descriptor, at: start + same)
      try? FileBytes.setSize(state.text.count, of: descriptor)
      throw error
    }
    state.text.replaceSubrange(start..., with: bytes)
  }
}
