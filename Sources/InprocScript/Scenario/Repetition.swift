package import InprocExploration

/// The command line that repeats a run, as it can be pasted into a shell.
package struct Repetition: Sendable {
  /// Longer schedules are given through standard input: a system takes only so much in one argument,
  /// 128 KiB on Linux, and an editor of lines less.
  static let longestArgument = 4_000

  let command: String
  let schedule: Schedule
  let file: String
  /// What the run depends on besides: options as they are typed, `--timers racing`.
  let options: [String]

  /// - Parameters:
  ///   - command: the subcommand, `replay` or `step`. A schedule that is too long for an argument is
  ///     given to `replay` in any case, since `step` needs standard input for its keys.
  ///   - schedule: what the run chose.
  ///   - file: the scenario.
  ///   - options: what the run depends on besides, as it is typed.
  package init(
    command: String = "replay", _ schedule: Schedule, file: String, options: [String] = []
  ) {
    self.command = command
    self.schedule = schedule
    self.file = file
    self.options = options
  }

  /// Whether the schedule stands in the line in full and need not be shown beside it.
  package var isLong: Bool { "\(schedule)".utf8.count > Repetition.longestArgument }

  package var line: String {
    let rest = options.map { " " + $0 }.joined() + " " + FileName.shellWord(file)
    guard isLong else { return "inproc \(command) --schedule \(schedule)\(rest)" }
    // 'printf' is the shell's own, so nothing limits what it is given.
    return "printf %s \(schedule) | inproc replay --schedule @-\(rest)"
  }
}

extension ScenarioRunner.Options {
  /// What a run of a scenario depends on besides the text and its schedule, as options are typed.
  ///
  /// - Parameters:
  ///   - script: the scenario.
  ///   - file: its name.
  /// - Returns: the words, as a shell takes them.
  package func repeated(for script: Script, _ file: String) -> [String] {
    var words: [String] = []
    if let timers { words += ["--timers", timers.rawValue] }
    if checksDeterminism { words.append("--check-determinism") }
    if let memory, Optional(memory) != MemoryLimit.usual { words += ["--memory", memory.text] }
    // The folder that the file alone would be given.
    if let folder = sourceScope.root(of: file)?.folder, folder != SourceRoot.folder(of: file),
      script.statements.contains(where: \.sources)
    {
      words += ["--root", FileName.shellWord(folder)]
    }
    return words
  }
}
