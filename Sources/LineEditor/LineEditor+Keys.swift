internal import CEditLine

extension LineEditor {
  /// Runs the command that a key is bound to.
  func perform(_ command: cel_command) -> cel_answer {
    switch command {
    case CEL_ENTER: return enter()
    case CEL_COMPLETE: return complete()
    case CEL_SEARCH: return search()
    case CEL_PASTE: return paste()
    case CEL_UP: return move(by: -1)
    case CEL_DOWN: return move(by: 1)
    default: return CEL_BEEP
    }
  }

  private func enter() -> cel_answer {
    outdentClosingBrace()
    let (text, _) = edited()
    if usesSeparateLines || isComplete(text) {
      leaveLine("")
      return CEL_NEWLINE
    }
    let (all, cursor) = scalars()
    let before = shown(all[..<cursor])
    let indent = max(0, indentation(before))
    insert("\n" + String(repeating: " ", count: indent))
    return CEL_REFRESH
  }

  /// A line of nothing but a closing brace moves to the column of what it closes.
  private func outdentClosingBrace() {
    let (all, cursor) = scalars()
    guard let start = all[..<cursor].lastIndex(of: "\t"), cursor == all.count,
      all.last == "}", all[(start + 1)..<(cursor - 1)].allSatisfy({ $0 == " " })
    else { return }
    let wanted = max(0, indentation(shown(all[...])))
    let excess = cursor - 1 - (start + 1) - wanted
    guard excess > 0 else { return }
    cel_erase(handle)
    cel_move(handle, -1)
    cel_delete_back(handle, Int32(excess))
    cel_move(handle, 1)
    cel_redraw(handle)
  }

  private func paste() -> cel_answer {
    let end = Array("\u{1B}[201~".utf8)
    var searched = 0
    var bytes: [UInt8]?
    while bytes == nil {
      bytes = input.take(upTo: end, searchedFrom: &searched)
      if bytes == nil {
        if input.isAtEnd { break }
        let ready = cel_wait(0, wake, -1)
        if ready & 2 != 0 { cel_event_take(wake) }
        if ready & 1 != 0 { input.fill(descriptor: 0) }
        if cel_signals_pending() & UInt32(CEL_INTERRUPT.rawValue) != 0 { break }
      }
    }
    insert(pasted(bytes ?? input.takeAll()))
    return CEL_REFRESH
  }

  /// Pasted bytes as text: line breaks as `\n`, tabs as spaces, no control characters.
  private func pasted(_ bytes: [UInt8]) -> String {
    var result = ""
    var last: Unicode.Scalar = " "
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\r": result.unicodeScalars.append("\n")
      case "\n": if last != "\r" { result.unicodeScalars.append("\n") }
      case "\t": result += "  "
      case _ where scalar.value < 32 || (127..<160).contains(scalar.value): break
      default: result.unicodeScalars.append(scalar)
      }
      last = scalar
    }
    if usesSeparateLines { result.replace("\n", with: " ") }
    while result.last == "\n" { result.removeLast() }
    return result
  }

  /// Up and down: within a block first, then through the history.
  private func move(by direction: Int) -> cel_answer {
    let (all, cursor) = scalars()
    let start = all[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
    // The tab after a line break stands for eight columns, as does the first prompt.
    let column = cursor - start - (start > 0 ? 1 : 0)
    if direction < 0 {
      guard start > 0 else { return push(cel_older_keys) }
      let above = all[..<(start - 1)].lastIndex(of: "\n").map { $0 + 2 } ?? 0
      cel_move(handle, Int32(min(above + column, start - 1) - cursor))
    } else {
      guard let end = all[cursor...].firstIndex(of: "\n") else { return push(cel_newer_keys) }
      let next = all[(end + 1)...].firstIndex(of: "\n") ?? all.count
      cel_move(handle, Int32(min(end + 2 + column, next) - cursor))
    }
    return CEL_CURSOR
  }

  private func push(_ keys: UnsafePointer<wchar_t>?) -> cel_answer {
    cel_push(handle, keys)
    return CEL_NORMAL
  }

  private func complete() -> cel_answer {
    let (text, position) = edited()
    let offered = completions(text, position)
    guard let first = offered.first, (0...position).contains(first.start) else { return CEL_BEEP }
    let same = offered.filter { $0.start == first.start }
    let typed = Array(text.unicodeScalars)[first.start..<position]
    let prefix =
      same.count == 1
      ? first.replacement + first.suffix : commonPrefix(same.map(\.replacement))
    let grows =
      same.count == 1 || prefix.unicodeScalars.count > typed.count
    if grows {
      // The word is on the cursor's own line, so no continuation's tab is in between.
      cel_delete_back(handle, Int32(position - first.start))
      insert(prefix)
      return CEL_REFRESH
    }
    list(same.map(\.label))
    return CEL_NORMAL
  }

  private func list(_ labels: [String]) {
    var width: Int32 = 0
    var rows: Int32 = 0
    cel_size(handle, &width, &rows)
    var lines = columns(labels, width: Int(width)) { label in
      label.unicodeScalars.reduce(0) { $0 + max(0, Int(cel_width($1.value))) }
    }
    let most = max(4, Int(rows) - 4)
    if lines.count > most {
      let left = lines.count - most
      lines.removeLast(left)
      lines.append("(\(left) more lines; type another letter)")
    }
    printAbove(Array((lines.joined(separator: "\n") + "\n").utf8))
  }
}
