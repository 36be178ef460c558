internal import Inproc

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The file of a recording while the session goes on.
///
/// Each entry is written as a comment when it begins, and as commands when it has ended. The file is a
/// scenario that parses at any moment.
final class RecordingFile: Sendable {
  private struct State {
    /// The text in the file.
    var text: [UInt8]
    /// The offset in the text of each entry.
    var starts: [Int] = []
    /// Why the last write failed, and whether the failure was reported; nil if it succeeded.
    var problem: (error: CommandError, isTold: Bool)?
  }
  private let path: String
  private let first: Int
  private let descriptor: Int32
  private let state: Guarded<State>

  /// Creates the file.
  ///
  /// - Parameters:
  ///   - path: the name of the file, which must not exist.
  ///   - heading: the beginning of its text.
  ///   - first: the number of its first entry.
  /// - Throws: `io` if it exists already or can't be written there.
  init(_ path: String, heading: String, first: Int) throws(CommandError) {
    try FileName.check(path)
    self.path = path
    self.first = first
    // A name that ends in a slash is that of a folder.
    let isName = !path.isEmpty && !FileName.hasSuffix(path, "/")
    descriptor =
      isName ? open(FileName.system(path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) : -1
    state = Guarded(State(text: []))
    guard descriptor >= 0 else {
      if isName, errno == EEXIST {
        throw CommandError(
          .io, "\(FileName.quoted(path)) exists already; remove it or choose another name")
      }
      throw AtomicFile.problem(path, isName ? SystemReason() : SystemReason(ENOENT))
    }
    let text = Array(heading.utf8)
    do throws(SystemReason) {
      try state.withLock { state throws(SystemReason) in
        try replace(from: 0, with: text, &state)
      }
    } catch {
      remove()
      throw AtomicFile.problem(path, error)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes the entries that have changed in the journal.
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
        let reason = AtomicFile.problem(path, error).text
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

  /// Why the last write failed. A failure is returned only once.
  func takeProblem() -> CommandError? {
    state.withLock { state in
      guard let problem = state.problem, !problem.isTold else { return nil }
      state.problem?.isTold = true
      return problem.error
    }
  }

  /// Replaces the text by the final scenario, unless somebody else has changed the file meanwhile.
  ///
  /// - Throws: `io` if the file can't be written; its text is then unchanged.
  func finish(with bytes: [UInt8]) throws(CommandError) {
    let text = state.withLock { $0.text }
    if text == bytes, holds(text) { return }
    if (try? FileStatus(path)) == nil { return try AtomicFile.write(bytes, toNew: path) }
    try AtomicFile.write(bytes, to: path, over: text)
  }

  /// Whether the file under that name is still this one, with the text that was written.
  private func holds(_ text: [UInt8]) -> Bool {
    guard let own = try? FileStatus(descriptor: descriptor), let named = try? FileStatus(path)
    else {
      return false
    }
    return own.identity == named.identity && own.size == text.count
  }

  /// Removes the file where nothing could be recorded.
  func remove() { unlink(FileName.system(path)) }

  /// Overwrites the text from an offset on. Line ends fill the rest of a longer text until the size is
  /// set, so that the file parses at any moment.
  ///
  /// - Throws: the reason of the system; the file is then unchanged, as far as the system allows.
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
