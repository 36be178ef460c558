/// How a command is written that only the prompt has, and what `help` tells about it.
///
/// Its word is no keyword of the language, so that files may use it as a name.
package struct PromptCommandDescription: Hashable, Sendable {
  package let word: String
  /// How it is written, on one line.
  package let syntax: String
  /// The words that may follow it, for completion.
  package var operands: [String] = []
  /// Whether a file may follow it.
  package var takesPath = false
  /// The answer to `help WORD`.
  package let help: String
}

extension PromptCommandDescription {
  static let diagram = PromptCommandDescription(
    word: "diagram", syntax: "diagram [FILE]", takesPath: true,
    help: """
      diagram
      diagram FILE

        Draws the session so far: a column for each thread, time downwards,
        messages as arrows from their send to their receive. Into a file as .svg,
        .mmd (Mermaid) or .txt.

      Example:
        diagram session.svg

      """)

  static let explore = PromptCommandDescription(
    word: "explore", syntax: "explore { … }, explore FILE, or explore open N",
    operands: ["open", "{"], takesPath: true,
    help: """
      explore { … }
      explore FILE
      explore open N

        Runs the block, or a scenario file, under every interleaving of its threads
        that can differ, in an empty session of its own: yours is not touched. Shows
        each outcome and in how many schedules it came: what 'observe' added, or else
        what was received. A failure is told with the run that leads to it. Ctrl-C
        ends the search.

        The outcomes are numbered. At the prompt that follows, the digit of one opens
        the run that led there, a column for each thread, to be stepped forward and
        back; 'explore open N' does so later. A block may begin with directives such
        as '@forbidden 1'.

      Example:
        explore {
          bind inproc://log as log
          spawn a { send log one }
          spawn b { send log two }
          recv log
        }

      """)

  static let history = PromptCommandDescription(
    word: "history", syntax: "history [N]",
    help: """
      history [N]

        Shows what was typed at this prompt, in this session and in former ones;
        with N only the last N entries. A block is one entry. The arrow keys and
        Ctrl-R bring entries back. A line that begins with a blank is not kept.
        INPROC_HISTORY names another file to keep them in; set and empty, none.

      Example:
        history 10

      """)

  static let record = PromptCommandDescription(
    word: "record", syntax: "record FILE|off", operands: ["off"], takesPath: true,
    help: """
      record FILE
      record off

        Writes what is typed from here on into a scenario, with its results as
        expectations, each command as it ends; 'record off', or leaving, replays
        it and writes the file anew. A file that exists is not overwritten. What
        can't be replayed is said in a comment there.

      Example:
        record greet.scn

      """)

  static let trace = PromptCommandDescription(
    word: "trace", syntax: "trace on|off", operands: ["off", "on"],
    help: """
      trace on
      trace off

        Shows each event of the session above the prompt: binds, connects, messages
        sent and received, threads that wait and go on, timers. Times count from
        'trace on'. The number after '#' joins a receive to its send.

      Example:
        trace on

      """)

  static let watch = PromptCommandDescription(
    word: "watch", syntax: "watch",
    help: """
      watch

        Shows the session live on the whole screen: queues against their
        capacities, threads and what they wait for, messages a second. 'q', Esc or
        Ctrl-C leaves.

      Example:
        watch

      """)
}
