internal import CEditLine

extension LineEditor {
  /// Ctrl-R: searches the history while letters are typed. Enter takes what was found and
  /// enters it, Ctrl-G gives back what was there, any other key takes it to be edited.
  func search() -> cel_answer {
    let (original, _) = edited()
    let before = recalled
    var pattern = ""
    var found: Int?
    var failed = false
    isSearching = true
    // Escape ends the search.
    let escapeIsPrefix = input.escapeIsPrefix
    input.escapeIsPrefix = false
    defer {
      input.escapeIsPrefix = escapeIsPrefix
      isSearching = false
      showPrompt()
    }
    while true {
      display.prompt = "(\(failed ? "no " : "")search '\(pattern)') "
      var key: wchar_t = 0
      guard cel_next(handle, &key) == 1 else { return CEL_NORMAL }
      guard let typed = Unicode.Scalar(UInt32(bitPattern: key)) else { continue }
      switch typed {
      // An older one.
      case .control("R"):
        if let older = find(pattern, before: found ?? history.entries.count) {
          found = older
        } else {
          failed = true
          continue
        }
      // A newer one.
      case .control("S"):
        if let newer = find(pattern, after: found ?? history.entries.count) { found = newer }
      case .control("H"), "\u{7F}":
        pattern = String(pattern.dropLast())
        found = find(pattern, before: history.entries.count)
      case .control("G"):
        replaceAll(original)
        recalled = before
        return CEL_NORMAL
      case " "..<"\u{80}", "\u{A0}"...:
        pattern.unicodeScalars.append(typed)
        found = find(pattern, before: (found ?? history.entries.count - 1) + 1)
      default:
        // The key is for the line that was found.
        cel_push(handle, [key, 0])
        return CEL_NORMAL
      }
      failed = found == nil && !pattern.isEmpty
      if let found, !pattern.isEmpty {
        recalled = (found, recalled?.typed ?? original)
        replaceAll(history.entries[found])
      }
    }
  }

  private func find(_ pattern: String, before end: Int) -> Int? {
    guard !pattern.isEmpty else { return nil }
    return history.entries[..<min(end, history.entries.count)].lastIndex { $0.contains(pattern) }
  }

  private func find(_ pattern: String, after start: Int) -> Int? {
    guard !pattern.isEmpty, start + 1 < history.entries.count else { return nil }
    return history.entries[(start + 1)...].firstIndex { $0.contains(pattern) }
  }
}
