internal import CEditLine

/// What was entered before, oldest first, in memory and in a file.
struct History {
  private(set) var entries: [String] = []
  private var unsaved: [String] = []
  /// Nil where nothing is written: there is no file, or it could not be read.
  private var file: HistoryFile?
  /// Something was added since saving was last tried.
  private var isDue = false
  private var notices = Notices()

  /// What the user is to be told, and what was told already.
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

  /// Adds an entry, to be saved; says whether it did.
  ///
  /// Left out are blank text, what repeats the last entry, a single line that begins with a blank, and
  /// what is longer than an entry may be. A block may have been pasted with its indentation.
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

  /// Writes what was added; where that fails, it is tried again once more is added.
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

  /// What the user is to be told next, if anything is.
  mutating func takeNotice() -> String? {
    notices.waiting.isEmpty ? nil : notices.waiting.removeFirst()
  }
}

extension LineEditor {
  /// The history of this and of former sessions, oldest first.
  public var historyEntries: [String] { history.entries }

  /// Adds a line or a whole block to the history as one entry, and saves it.
  ///
  /// Left out are blank text, a repetition of the last entry, a single line that begins with a
  /// blank, and entries of more than 256 KiB. While more lines wait to be read, as in a paste,
  /// saving waits until they are.
  ///
  /// - Parameter text: what was entered.
  public func addToHistory(_ text: String) {
    guard history.add(text) else { return }
    rememberInLibedit(text)
    if input.isEmpty { history.save() }
  }

  /// What the user is to be told of the history file, such as why nothing is saved; each thing
  /// once. Ask before each ``readLine()``.
  public func takeHistoryNotice() -> String? { history.takeNotice() }

  // libedit forgets what is typed where there is nothing newer, and so entries are shown from here.

  /// Shows the entry before; what was typed comes back behind the last.
  func showOlder() -> cel_answer {
    let index = recalled?.index ?? history.entries.count
    guard index > 0 else { return CEL_BEEP }
    recalled = (index - 1, recalled?.typed ?? edited().0)
    return show(history.entries[index - 1])
  }

  /// Shows the entry behind, or what was typed.
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
