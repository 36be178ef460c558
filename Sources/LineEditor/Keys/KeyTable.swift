internal import CEditLine

/// The keys of the editor, one entry each. libedit's bindings, the escape sequences that the decoder
/// knows and the keys of full-screen views are made from these entries. A test compares the table of
/// keys in the documents with them. A new key is an entry here and a row there.
///
/// libedit knows one line where a block has several, and code points where users see characters.
/// So the editor's functions take over the keys of libedit's, whichever those are: `~/.editrc` may
/// have moved them.
enum KeyTable {
  static let keys: [Key] = [
    Key(
      "Enter", controls: "MJ", function: "line-enter",
      does: "enters the text; in a block that is open it begins another line"
    ) { $0.enter() },
    Key(
      "Tab", controls: "I", function: "line-complete",
      does: "completes; shows what fits in columns; where nothing completes, the command's syntax. "
        + "What is shown takes the place of what Tab showed before"
    ) { $0.complete() },
    Key(
      "↑, Ctrl-P", sequences: ["[A", "OA"], onScreen: .up, replaces: ["ed-prev-history"],
      replacesInViCommands: ["ed-prev-history"], function: "line-up",
      does: "goes to the line above in a block, from its first line to older entries"
    ) { $0.moveUp() },
    Key(
      "↓, Ctrl-N", sequences: ["[B", "OB"], onScreen: .down, replaces: ["ed-next-history"],
      replacesInViCommands: ["ed-next-history"], function: "line-down",
      does: "goes to the line below in a block, from its last line to newer entries"
    ) { $0.moveDown() },
    Key(
      "←, Ctrl-B", sequences: ["[D", "OD"], onScreen: .left, replaces: ["ed-prev-char"],
      function: "line-left",
      does: "goes to the character before"
    ) { $0.moveLeft() },
    Key(
      "→, Ctrl-F", sequences: ["[C", "OC"], onScreen: .right, replaces: ["ed-next-char"],
      function: "line-right",
      does: "goes to the character after"
    ) { $0.moveRight() },
    Key(
      "Ctrl-←, Alt-←", sequences: ["[1;5D", "[1;3D", "Od"], libedit: "ed-prev-word",
      does: "goes to the beginning of the word before"),
    Key(
      "Ctrl-→, Alt-→", sequences: ["[1;5C", "[1;3C", "Oc"], libedit: "em-next-word",
      does: "goes to the end of the word"),
    Key(
      "Home, Ctrl-A", sequences: ["[H", "OH", "[1~", "[7~"], replaces: ["ed-move-to-beg"],
      function: "line-home", does: "goes to the beginning of the line with the cursor"
    ) { $0.moveToLineStart() },
    Key(
      "End, Ctrl-E", sequences: ["[F", "OF", "[4~", "[8~"], replaces: ["ed-move-to-end"],
      function: "line-end", does: "goes to the end of the line with the cursor"
    ) { $0.moveToLineEnd() },
    Key(
      "Backspace, Ctrl-H",
      replaces: ["ed-delete-prev-char", "vi-delete-prev-char", "em-delete-prev-char"],
      function: "line-rubout", does: "deletes the character before"
    ) { $0.deletePrevious() },
    Key(
      "Delete", sequences: ["[3~"], replaces: ["ed-delete-next-char"], function: "line-delete",
      does: "deletes the character at the cursor"
    ) { $0.deleteNext() },
    Key(
      "Ctrl-D", replaces: ["em-delete-or-list", "vi-list-or-eof"], function: "line-delete-or-end",
      does: "on an empty line: leaves; else deletes the character at the cursor"
    ) { $0.deleteNextOrEnd() },
    Key(
      "Ctrl-K", replaces: ["ed-kill-line"], function: "line-kill-to-end",
      does: "cuts up to the end of the line with the cursor"
    ) { $0.cutToLineEnd() },
    Key(
      "Ctrl-U", replaces: ["em-kill-line"], function: "line-kill",
      does: "cuts the line with the cursor"
    ) { $0.cutLine() },
    Key("Ctrl-W", libedit: "ed-delete-prev-word", does: "cuts the word before"),
    Key("Ctrl-Y", libedit: "em-yank", does: "brings back what was cut"),
    Key(
      "Ctrl-R", controls: "R", function: "line-search",
      does: "searches the history as you type; Ctrl-R again for an older entry, Ctrl-S for a newer "
        + "one, Enter enters it, an arrow key edits it, Ctrl-G gives back what was there"
    ) { $0.search() },
    Key("Ctrl-L", controls: "L", function: "line-clear", does: "clears the screen") { $0.clear() },
    Key(signal: "Ctrl-C", does: "gives up the line; interrupts a command that runs"),
    Key(signal: "Ctrl-Z", does: "stops the program, `fg` brings the line back"),
  ]

  /// The functions that libedit is given.
  static let functions: [EditorFunction] =
    (keys + viCommands).compactMap { key in
      if case .editor(let function) = key.action { function } else { nil }
    } + InternalKey.allCases.compactMap(\.function)

  /// The keys for which terminals send sequences, with the character that libedit gets instead.
  static let sequenceKeys: [(key: Key, scalar: Unicode.Scalar)] =
    keys.filter { !$0.sequences.isEmpty }.enumerated().map { index, key in
      (key, Unicode.Scalar(InternalKey.first + UInt8(InternalKey.allCases.count + index)))
    }

  /// The characters that libedit gets for escape sequences, which are written without their Escape.
  static let scalars: [String: Unicode.Scalar] =
    Dictionary(
      uniqueKeysWithValues: sequenceKeys.flatMap { key, scalar in
        key.sequences.map { ($0, scalar) }
      })

  /// The keys as a full-screen view receives them.
  static let screenKeys: [Unicode.Scalar: LineEditor.ScreenKey] =
    Dictionary(
      uniqueKeysWithValues: sequenceKeys.compactMap { key, scalar in
        key.onScreen.map { (scalar, $0) }
      })
}
