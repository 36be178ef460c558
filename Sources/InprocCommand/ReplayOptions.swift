import ArgumentParser
import Inproc
import InprocScript

// What the values of the options of `inproc replay` mean.

extension Replay {
  /// The regular expression that `--filter` gives.
  ///
  /// - Throws: a usage error for a text that is none.
  static func pattern(_ filter: String?) throws -> InprocScript.Regex? {
    try filter.map { text in
      do throws(RegexError) { return try InprocScript.Regex(text) } catch {
        throw ValidationError("--filter \(text.quoted): \(error.message.escapingUnprintable)")
      }
    }
  }

  /// What the options ask for.
  ///
  /// - Throws: a usage error for a value that is none.
  func options() throws -> ScenarioRunner.Options {
    var options = ScenarioRunner.Options()
    options.isFree = free
    options.explores = explore
    options.seed = seed
    options.showsOutcomes = outcomes
    options.checksDeterminism = checkDeterminism
    options.maximumPreemptions = preemptions
    options.demandsComplete = complete
    options.progress = ProgressLine.tell
    if let runs { options.runs = runs }
    if let strategy {
      guard let value = SamplingStrategy(strategy) else {
        throw ValidationError(
          "--strategy \(strategy.quoted): write random, pct:D (such as pct:3), pos or round-robin")
      }
      options.strategy = value
    }
    if let maxSchedules { options.maximumSchedules = maxSchedules }
    if let timeout {
      guard let limit = parseDuration(timeout) else {
        throw ValidationError("--timeout \(timeout.quoted) is no duration; write 500ms, 2s or 1m")
      }
      options.timeout = limit
    }
    options.memory = try Limits.memory(memory)
    options.sourceScope = try Limits.sourceScope(root, paths)
    options.timers = try timers.map { try Self.timers($0) }
    options.schedule = try schedule.map { try Self.schedule($0) }
    return options
  }

  /// What `--timers` gives.
  ///
  /// - Throws: a usage error for a text that is neither.
  static func timers(_ text: String) throws -> Directives.Timers {
    guard let value = Directives.Timers(rawValue: text) else {
      throw ValidationError("--timers \(text.quoted): write idle or racing")
    }
    return value
  }

  /// What `--schedule` gives.
  ///
  /// - Throws: a usage error for a text that is none.
  static func schedule(_ text: String) throws -> Schedule {
    guard let value = Schedule(text) else {
      throw ValidationError(
        "--schedule \(text.quoted) is no schedule; copy one from the report of a failure")
    }
    return value
  }
}
