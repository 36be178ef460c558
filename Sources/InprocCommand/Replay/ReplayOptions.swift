import ArgumentParser
import Inproc
import InprocExploration
import InprocScript

// Parses the values of the options of `inproc replay`.

extension Replay {
  /// The regular expression that `--filter` gives.
  ///
  /// - Throws: a usage error for a text that is not one.
  static func pattern(_ filter: String?) throws -> InprocScript.Regex? {
    try filter.map { text in
      do throws(RegexError) { return try InprocScript.Regex(text) } catch {
        throw ValidationError("--filter \(text.quoted): \(error.message.escapingUnprintable)")
      }
    }
  }

  /// The options that were given.
  var given: Set<ReplayOption> {
    Set(ReplayOption.allCases.filter(isGiven))
  }

  private func isGiven(_ option: ReplayOption) -> Bool {
    switch option {
    case .filter: filter != nil
    case .failFast: failFast
    case .free: free
    case .timeout: timeout != nil
    case .memory: memory != nil
    case .root: root != nil
    case .explore: explore
    case .seed: seed != nil
    case .strategy: strategy != nil
    case .runs: runs != nil
    case .schedule: schedule != nil
    case .timers: timers != nil
    case .outcomes: outcomes
    case .maxSchedules: maxSchedules != nil
    case .preemptions: preemptions != nil
    case .complete: complete
    case .bless: bless
    case .checkDeterminism: checkDeterminism
    // The text report may be combined with options that lengthen or shorten it.
    case .report: report.map { $0 != .text || bless || interactive } ?? false
    case .output: output != nil
    case .jobs: jobs != nil
    case .pace: pace != nil
    case .interactive: interactive
    case .diagram: diagram != nil
    case .trace: trace
    case .quiet: quiet
    }
  }

  /// Why an option has no effect on any of the files; nil where each has one, or where one of them
  /// does not parse and can't say so.
  func uselessOption(for files: [ParsedFile]) -> String? {
    var directives: [Directives] = []
    for file in files {
      guard case .success(let script) = file.script else { return nil }
      directives.append(script.directives)
    }
    return ReplayOption.uselessness(of: given, for: directives)
  }

  /// How the files are run, as the options say.
  ///
  /// - Parameter reading: whether files that options name are read.
  /// - Returns: how to run.
  /// - Throws: a usage error for a value that is none.
  func options(reading: Bool = true) throws -> ScenarioRunner.Options {
    var options = ScenarioRunner.Options()
    options.isFree = free
    options.explores = explore
    options.seed = seed
    options.showsOutcomes = outcomes
    options.checksDeterminism = checkDeterminism
    options.maximumPreemptions = preemptions
    options.demandsComplete = complete
    options.progress = ProgressLine.show
    if let runs {
      if runs < 1 { throw ValidationError("--runs \(runs): write 1 or more") }
      options.runs = runs
    }
    if let strategy {
      guard let value = SamplingStrategy(strategy) else {
        throw ValidationError(
          "--strategy \(strategy.quoted): there is no such strategy; write one of "
            + SamplingStrategy.usages.joined(separator: ", ") + ", where D is a number")
      }
      options.strategy = value
    }
    if let maxSchedules {
      if maxSchedules < 1 {
        throw ValidationError("--max-schedules \(maxSchedules): write 1 or more")
      }
      options.maximumSchedules = maxSchedules
    }
    if let preemptions, preemptions < 0 {
      throw ValidationError("--preemptions \(preemptions): write 0 or more")
    }
    options.timeout = try timeout.map(Limits.timeout)
    options.memory = try Limits.memory(memory)
    options.sourceScope = try Limits.sourceScope(root, paths)
    options.timers = try timers.map { try Self.timers($0) }
    if let schedule, reading || !schedule.hasPrefix("@") {
      options.schedule = try Self.schedule(schedule)
    }
    return options
  }

  /// The value of `--timers`.
  ///
  /// - Throws: a usage error for a text that is neither.
  static func timers(_ text: String) throws -> Directives.Timers {
    guard let value = Directives.Timers(rawValue: text) else {
      throw ValidationError("--timers \(text.quoted): write idle or racing")
    }
    return value
  }

  /// The value of `--schedule`: a schedule, or `@` and the name of a file that holds one.
  ///
  /// - Throws: a usage error for a text that is none, or a file that can't be read.
  static func schedule(_ text: String) throws -> Schedule {
    guard text.hasPrefix("@") else {
      if let value = Schedule(text) { return value }
      throw ValidationError(
        "--schedule \(Excerpt(text)) is not a schedule; copy one from the report of a failure, or "
          + "write @FILE to read one from a file")
    }
    let bytes: [UInt8]
    do { bytes = try ParsedFile.bytes(of: String(text.dropFirst())) } catch {
      throw ValidationError("--schedule \(Excerpt(text)): \(error.text)")
    }
    // A mail program or a terminal may have wrapped the schedule into several lines.
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    if let value = Schedule(words.joined()) { return value }
    throw ValidationError(
      "--schedule \(Excerpt(text)): that file does not hold a schedule; put one there as the report "
        + "of a failure prints it, and nothing else")
  }
}
