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
