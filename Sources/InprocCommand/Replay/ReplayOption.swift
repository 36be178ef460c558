import InprocScript

/// The options of `inproc replay`, and which of them contradict each other.
///
/// Every pair is either refused, or has an effect of both: no option is dropped in silence.
enum ReplayOption: String, CaseIterable {
  case filter = "--filter"
  case failFast = "--fail-fast"
  case free = "--free"
  case timeout = "--timeout"
  case memory = "--memory"
  case root = "--root"
  case explore = "--explore"
  case seed = "--seed"
  case strategy = "--strategy"
  case runs = "--runs"
  case schedule = "--schedule"
  case timers = "--timers"
  case outcomes = "--outcomes"
  case maxSchedules = "--max-schedules"
  case preemptions = "--preemptions"
  case complete = "--complete"
  case bless = "--bless"
  case checkDeterminism = "--check-determinism"
  case report = "--report"
  case output = "--output"
  case jobs = "--jobs"
  case pace = "--pace"
  case interactive = "-i"
  case diagram = "--diagram"
  case trace = "--trace"
  case quiet = "-q"

  /// An option and what can't be given with it.
  struct Exclusion {
    var option: ReplayOption
    var others: [ReplayOption]
    /// What the option does, which says why it excludes the others.
    var reason: String
  }

  /// The one table of contradictions. Each pair stands here once, in either order.
  static let exclusions: [Exclusion] = [
    Exclusion(
      option: .interactive,
      others: allCases.filter { $0 != .interactive && $0 != .filter },
      reason: "-i runs one file freely at a prompt and makes no report"),
    Exclusion(
      option: .explore, others: [.seed, .strategy, .runs, .schedule, .free],
      reason: "--explore runs every schedule that can differ, not one that is picked"),
    Exclusion(
      option: .schedule, others: [.seed, .strategy, .runs, .free],
      reason: "--schedule repeats one run"),
    Exclusion(
      option: .free, others: [.seed, .strategy, .runs],
      reason: "with --free no schedule is picked"),
    Exclusion(
      option: .free, others: [.timers],
      reason: "with --free timers fire in real time"),
    Exclusion(
      option: .free, others: [.checkDeterminism, .trace, .diagram, .pace, .bless],
      reason: "a run with --free can't be repeated"),
    Exclusion(
      option: .maxSchedules, others: [.seed, .schedule, .free],
      reason: "--max-schedules limits a search, not one run"),
    Exclusion(
      option: .preemptions, others: [.seed, .strategy, .runs, .schedule, .free],
      reason: "--preemptions bounds the schedules that --explore runs"),
    Exclusion(
      option: .complete, others: [.seed, .strategy, .runs, .schedule, .free],
      reason: "--complete demands every schedule that can differ, as --explore runs them"),
    Exclusion(
      option: .bless,
      others: [
        .report, .output, .diagram, .checkDeterminism, .pace, .trace, .failFast, .jobs, .outcomes,
        .quiet,
      ],
      reason: "--bless writes files one after the other, and makes no report"),
    Exclusion(
      option: .jobs, others: [.pace, .diagram, .schedule],
      reason: "--jobs is for several files, the other for one"),
    Exclusion(
      option: .failFast, others: [.pace, .diagram, .schedule],
      reason: "--fail-fast is for several files, the other for one"),
    Exclusion(
      option: .report, others: [.trace, .quiet],
      reason: "only the text report can be made longer or shorter"),
    Exclusion(
      option: .report, others: [.pace],
      reason: "--pace writes to the same stream for people to read"),
    Exclusion(
      option: .quiet, others: [.trace],
      reason: "-q leaves out what --trace would show"),
  ]

  /// Why the given options contradict each other; nil where they do not.
  static func contradiction(in given: Set<ReplayOption>) -> String? {
    for exclusion in exclusions where given.contains(exclusion.option) {
      guard let other = exclusion.others.first(where: given.contains) else { continue }
      return "\(exclusion.option.rawValue) and \(other.rawValue) can't be given together: "
        + "\(exclusion.reason); leave out one of the two"
    }
    return nil
  }
}

extension ReplayOption {
  /// An option that is of no use unless files or other options ask for something.
  struct Need {
    var option: ReplayOption
    /// Other options that make it of use.
    var options: [ReplayOption]
    /// Whether the directives of a file make it of use.
    var isMet: @Sendable (Directives) -> Bool
    var reason: String
  }

  /// The options that only files can make of use.
  static let needs: [Need] = [
    Need(
      option: .maxSchedules, options: [.explore, .strategy], isMet: { $0.explores },
      reason: "limits a search, and nothing is searched here; give --explore or --strategy"),
    Need(
      option: .preemptions, options: [.explore], isMet: { $0.explores },
      reason: "bounds what is explored, and nothing is explored here; give --explore"),
    Need(
      option: .complete, options: [.explore], isMet: { $0.explores },
      reason: "demands every schedule, and only one is run here; give --explore"),
    Need(
      option: .timers, options: [.explore, .strategy, .seed, .schedule],
      isMet: { $0.explores || $0.seed != nil },
      reason: "says what a schedule can choose, and the default schedule chooses nothing; give "
        + "--explore, --seed or --strategy"),
  ]

  /// Why an option has no effect on any of the files; nil where each has one.
  static func uselessness(
    of given: Set<ReplayOption>, for files: [Directives]
  ) -> String? {
    for need in needs where given.contains(need.option) {
      if need.options.contains(where: given.contains) { continue }
      if files.contains(where: need.isMet) { continue }
      return "\(need.option.rawValue) \(need.reason)"
    }
    return nil
  }
}
