extension CommandTable {
  static let threads: [CommandDescription] = [
    CommandDescription(
      "spawn", group: .threads, operands: [OperandDescription(.thread, "NAME", .optional)],
      blocks: "{ … }",
      summary: "run a block on a new thread",
      details: "The thread's name is NAME (default t1, t2, …). It starts with a copy of the "
        + "variables; handles belong to all threads.",
      results: "the thread's name",
      errors: [
        ErrorDescription(.nameInUse, "a handle or thread has this name"),
        ErrorDescription(.limit, "over 1,000 live threads"),
      ],
      example:
        "bind inproc://jobs as inbox\nspawn worker { send inbox done }\nrecv inbox\njoin worker"),
    CommandDescription(
      "join", group: .threads, operands: [OperandDescription(.thread, "NAME", .any)],
      summary: "wait for threads to end",
      details: "Without names: for every thread not yet joined, but the caller and those it "
        + "descends from.",
      errors: [
        ErrorDescription(.unknownName, "no such thread"),
        ErrorDescription(.threadFailed, "a thread ended with an unexpected error"),
        ErrorDescription(.invalidValue, "a thread can't join itself or an ancestor"),
        ErrorDescription(.interrupted, "Ctrl-C or 'stop'"),
      ],
      example: "spawn worker { sleep 10ms }\njoin worker"),
    CommandDescription(
      "stop", group: .threads, operands: [OperandDescription(.thread, "NAME", .several)],
      summary: "interrupt threads",
      details: "What the thread waits in, or its next command, ends with 'interrupted'.",
      errors: [ErrorDescription(.unknownName, "no such thread")],
      example: """
        bind inproc://jobs as inbox
        spawn worker { try { recv inbox } }
        sleep 100ms
        stop worker
        join worker
        """),
    CommandDescription(
      "sleep", group: .threads, operands: [OperandDescription(.duration, "DURATION")],
      summary: "let time pass",
      details: "A duration is 500us, 250ms, 2s or 1m; 'sleep 0s' only lets other threads go first.",
      errors: [ErrorDescription(.interrupted, "Ctrl-C or 'stop'")],
      example: "sleep 10ms"),
  ]

  static let control: [CommandDescription] = [
    CommandDescription(
      "for", group: .control, operands: [.variable, .word("in"), .handle], blocks: "{ … }",
      summary: "run a block for each message",
      details: "VAR holds the message. It ends when the handle is closed and all is received.",
      errors: [
        ErrorDescription(.unknownName, "no such handle"),
        ErrorDescription(.notBidirectional, "a plain connection receives nothing"),
        ErrorDescription(.interrupted, "Ctrl-C or 'stop'"),
      ],
      example: """
        bind inproc://jobs as inbox
        send inbox one
        unbind inproc://jobs
        for job in inbox { echo $job }
        """),
    CommandDescription(
      "repeat", group: .control, operands: [OperandDescription(.integer, "N", .optional)],
      options: [.asVariable], blocks: "{ … }",
      summary: "run a block several times",
      details: "Without N for ever, until 'break'. VAR is 1, 2, … in turn.",
      errors: [ErrorDescription(.invalidValue, "the count is negative or no number")],
      example: "repeat 3 as i { echo \"round $i\" }"),
    CommandDescription(
      "break", group: .control,
      summary: "leave the innermost loop",
      details: "It stands in the block of a 'repeat' or 'for' of the same thread.",
      example: "repeat { break }"),
    CommandDescription(
      "if", group: .control,
      operands: [
        OperandDescription(.frame, "FRAME"), OperandDescription(.comparison, "OP"),
        OperandDescription(.frame, "FRAME"),
      ],
      blocks: "{ … } [else { … }]",
      summary: "run a block on a condition",
      details: "OP is == or != for bytes, < <= > >= for integers. 'else if' works; 'else' stands "
        + "on the line of the '}' before it.",
      errors: [
        ErrorDescription(.unknownName, "no such variable"),
        ErrorDescription(.invalidValue, "a side is not one frame, or no integer"),
      ],
      example: "let n = 3\nif $n > 2 { echo many } else { echo few }"),
    CommandDescription(
      "try", group: .control, blocks: "{ … } [catch [VAR] { … }]",
      summary: "go on after an error",
      details: "An unexpected error in the block leaves it; the second block runs, and VAR holds "
        + "the error's code.",
      example: "try { connect inproc://nowhere } catch code { echo $code }"),
    CommandDescription(
      "let", group: .control, operands: [.variable, .word("="), .frames],
      summary: "set a variable",
      details: "It holds one message. $VAR alone stands for all its frames, $VAR[0] for the first.",
      errors: [
        ErrorDescription(.unknownName, "no such variable"),
        ErrorDescription(.invalidValue, "an index past the end"),
      ],
      example: "let pair = key \"a value\"\necho $pair[1]"),
    CommandDescription(
      "incr", group: .control,
      operands: [.variable, OperandDescription(.integer, "N", .optional)],
      summary: "add to a variable",
      details: "Adds N (default 1, may be negative) to a variable that holds one 64-bit integer.",
      errors: [
        ErrorDescription(.unknownName, "no such variable"),
        ErrorDescription(.invalidValue, "no integer, or past 64 bits"),
      ],
      example: "let n = 1\nincr n 2\necho $n"),
    CommandDescription(
      "echo", group: .control, operands: [.frames],
      summary: "print frames",
      details: "Prints them as a received message is printed.",
      results: "one line, the frames",
      errors: [ErrorDescription(.unknownName, "no such variable")],
      example: "echo hello \"wide world\""),
    CommandDescription(
      "observe", group: .control, operands: [.frames],
      summary: "add to the run's outcome",
      details: "The outcome is graded by @acceptable, @interesting and @forbidden.",
      errors: [ErrorDescription(.unknownName, "no such variable")],
      example: "observe first"),
    CommandDescription(
      "fail", group: .control, operands: [.frames],
      summary: "end with the error 'failed'",
      details: "For a scenario that knows better: the frames are the error's text.",
      errors: [ErrorDescription(.failed, "always")],
      example: "try { fail \"not today\" } catch code { echo $code }"),
  ]

  static let session: [CommandDescription] = [
    CommandDescription(
      "source", group: .session, operands: [OperandDescription(.path, "PATH")],
      summary: "run a file here",
      details: "PATH is relative to the file that names it. Directives in it are ignored. In a "
        + "replay the file must lie below the folder that --root names.",
      results: "those of its commands",
      errors: [
        ErrorDescription(.io, "it can't be read, is no regular file, or lies outside of --root"),
        ErrorDescription(.syntax, "the file does not parse"),
        ErrorDescription(.limit, "over 32 deep"),
      ],
      example: "source common.scn"),
    CommandDescription(
      "help", group: .session, operands: [OperandDescription(.topic, "COMMAND", .optional)],
      summary: "show commands, or one of them",
      details: "The same table that the manual prints.",
      example: "help send"),
    CommandDescription(
      "quit", group: .session,
      summary: "end the session at once",
      details: "Threads are not joined. In a file it ends the run.",
      example: "quit"),
  ]
}
