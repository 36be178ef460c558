internal import CEditLine

/// What was entered before, oldest first, in memory and in a file.
struct History {
  private(set) var entries: [String]
  private var unsaved: [String] = []
  private let file: HistoryFile?

  init(path: String) {
    file = path.isEmpty ? nil : HistoryFile(path: path)
    entries = file?.read() ?? []
  }

  /// Adds an entry, to be saved, unless it repeats the last; says whether it did.
  mutating func add(_ entry: String) -> Bool {
    guard entry != entries.last, entry.contains(where: { !$0.isWhitespace }),
      entry.utf8.count <= HistoryFile.longestEntry
    else { return false }
    entries.append(entry)
    unsaved.append(entry)
    return true
  }

  mutating func save() {
    guard let file, !unsaved.isEmpty, file.append(unsaved) else { return }
    unsaved = []
  }
}

extension LineEditor {
  /// The history of this and of former sessions, oldest first.
  public var historyEntries: [String] { history.entries }

  /// Adds a line or a whole block to the history as one entry, and saves it.
  ///
  /// Blank text and a repetition of the last entry are left out. While more lines wait to be read,
  /// as in a paste, saving waits until they are: each save writes the whole file.
  ///
  /// - Parameter text: what was entered.
  public func addToHistory(_ text: String) {
    guard history.add(text) else { return }
    rememberInLibedit(text)
    if input.isEmpty { history.save() }
  }

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

  /// `$XDG_STATE_HOME/NAME/history`, or `~/.local/state/NAME/history`.
  ///
  /// - Parameter programName: the name of the folder.
  /// - Returns: the path, or nil without a home.
  public static func standardHistoryFile(programName: String) -> String? {
    if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") {
      return "\(state)/\(programName)/history"
    }
    return environment("HOME").map { "\($0)/.local/state/\(programName)/history" }
  }
}
