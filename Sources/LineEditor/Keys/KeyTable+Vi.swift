extension KeyTable {
  /// The keys of vi's command mode that know the lines of a block. Other keys there take counts and
  /// operators, and are libedit's.
  static let viCommands: [Key] = [
    Key(
      "dd", replacesInViCommands: ["vi-delete-meta"], function: "line-vi-delete",
      does: "cuts lines; `d` and a motion cuts up to there"
    ) { $0.viOperate(.delete) },
    Key(
      "cc", replacesInViCommands: ["vi-change-meta"], function: "line-vi-change",
      does: "replaces lines; `c` and a motion replaces up to there"
    ) { $0.viOperate(.change) },
    Key(
      "yy", replacesInViCommands: ["vi-yank"], function: "line-vi-yank",
      does: "copies lines; `y` and a motion copies up to there"
    ) { $0.viOperate(.yank) },
    Key(
      "D", replacesInViCommands: ["ed-kill-line"], function: "line-vi-delete-to-end",
      does: "cuts up to the line's end"
    ) { $0.viRun(.delete, .toEnd) },
    Key(
      "C", replacesInViCommands: ["vi-change-to-eol"], function: "line-vi-change-to-end",
      does: "replaces up to the line's end"
    ) { $0.viRun(.change, .toEnd) },
    Key(
      "S", replacesInViCommands: ["vi-substitute-line"], function: "line-vi-change-line",
      does: "replaces lines"
    ) { $0.viRun(.change, .insideOfLines, $0.vi.count) },
    Key(
      "Y", replacesInViCommands: ["vi-yank-end"], function: "line-vi-yank-line",
      does: "copies lines"
    ) { $0.viRun(.yank, .lines, $0.vi.count) },
    Key(
      "0", replacesInViCommands: ["vi-zero"], function: "line-vi-zero",
      does: "goes to the line's beginning; behind a digit it is one"
    ) { $0.viZero() },
    Key(
      "^", replacesInViCommands: ["ed-move-to-beg"], function: "line-vi-text",
      does: "goes to the line's first character that is no blank"
    ) { $0.viMoveToText() },
    Key(
      "$", replacesInViCommands: ["ed-move-to-end"], function: "line-vi-end",
      does: "goes to the line's last character"
    ) { $0.viMoveToEnd() },
    Key(
      "p", replacesInViCommands: ["vi-paste-next"], function: "line-vi-put-after",
      does: "puts what was cut behind the cursor, or below the line"
    ) { $0.viPut(after: true) },
    Key(
      "P", replacesInViCommands: ["vi-paste-prev"], function: "line-vi-put-before",
      does: "puts what was cut before the cursor, or above the line"
    ) { $0.viPut(after: false) },
  ]
}
