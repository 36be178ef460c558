internal import CEditLine

/// The texts that were entered before, oldest first, in memory and in a file.
struct History {
  private(set) var entries: [String] = []
  private var unsaved: [String] = []
  /// Nil where nothing is written: there is no file, or it could not be read.
  private var file: HistoryFile?
  /// Something was added since saving was last tried.
  private var isDue = false
  private var notices = Notices()

  /// The messages for the user that wait to be shown, and which kinds were shown already.
  private struct Notices {
    var waiting: [String] = []
    var hasFailed = false
    var wasUnlocked = false
  }

  /// A history in a file; without a path, or with an empty one, it is kept in memory only.
  init(path: HistoryPath?) {
    guard let path, !path.bytes.isEmpty else { return }
    let file = HistoryFile(path: path)
    do throws(HistoryFile.Problem) {
      entries = try file.read()
      self.file = file
    } catch {
      notices.waiting.append(
        "the history '\(path.shown)' can't be used (\(error)): nothing is written to it, and what is typed "
          + "is kept in memory only")
    }
  }

  /// Adds an entry, to be saved. Returns whether it was added.
  ///
  /// Blank text, a repetition of the last entry, a single line that begins with a blank, and a text
  /// that is longer than an entry may be are left out. A block may begin with a blank, as it may have
  /// been pasted with its indentation.
  mutating func add(_ entry: String) -> Bool {
    let isHidden = (entry.first == " " || entry.first == "\t") && !entry.utf8.contains(10)
    guard !isHidden, entry != entries.last, entry.contains(where: { !$0.isWhitespace }),
      entry.utf8.count <= HistoryFile.longestEntry
    else { return false }
    entries.append(entry)
    if file != nil {
      unsaved.append(entry)
      isDue = true
    }
    return true
  }

  /// Writes the entries that were added. Where that fails, the next entry tries it again.
  mutating func save() {
    guard isDue, var file else { return }
    isDue = false
    let result = file.append(unsaved)
    unsaved.removeFirst(result.count)
    if let problem = result.problem, !notices.hasFailed {
      notices.hasFailed = true
      notices.waiting.append(
        "what is typed could not be added to the history '\(file.path.shown)' (\(problem)); that is tried "
          + "again with each entry")
    }
    if result.problem == nil { notices.hasFailed = false }
    if result.isUnlocked, !notices.wasUnlocked {
      notices.wasUnlocked = true
      notices.waiting.append(
        "another process holds '\(file.path.lock.shown)': what is typed is added to the history without "
          + "waiting for it")
    }
    self.file = file
  }

  /// Takes the next message for the user, if there is one.
  mutating func takeNotice() -> String? {
    notices.waiting.isEmpty ? nil : notices.waiting.removeFirst()
  }
}

extension LineEditor {
  /// The history of this and of former sessions, oldest first.
  public var historyEntries: [String] { history.entries }

  /// Adds a line or a whole block to the history as one entry, and saves it.
  ///
  /// Blank text, a repetition of the last entry, a single line that begins with a blank, and entries
  /// of more than 256 KiB are left out. While more lines wait to be read, as in a paste, saving waits
  /// until they are.
  ///
  /// - Parameter text: the text that was entered.
  public func addToHistory(_ text: String) {
    guard history.add(text) else { return }
    rememberInLibedit(text)
    if input.isEmpty { history.save() }
  }

  /// The next message for the user about the history file, such as why nothing is saved. Each comes
  /// once; ask before each ``readLine()``.
  public func takeHistoryNotice() -> String? { history.takeNotice() }

  // libedit forgets the text that was typed when it steps back behind the newest entry, so the editor
  // steps through the history itself.

  /// Shows the entry before the present one. The text that was typed comes back behind the last entry.
  func showOlder() -> cel_answer {
    let index = recalled?.index ?? history.entries.count
    guard index > 0 else { return CEL_BEEP }
    recalled = (index - 1, recalled?.typed ?? edited().0)
    return show(history.entries[index - 1])
  }

  /// Shows the entry after the present one, or the text that was typed.
  func showNewer() -> cel_answer {
    guard let (index, typed) = recalled else { return CEL_BEEP }
    let isLast = index + 1 >= history.entries.count
    recalled = isLast ? nil : (index + 1, typed)
    return show(isLast ? typed : history.entries[index + 1])
  }

  private func show(_ text: String) -> cel_answer {
    replaceAll(text)
    if let key = lastKey, "kj-+".unicodeScalars.contains(key) { vi.place = .at(buffer.count) }
    return CEL_NORMAL
  }
}
