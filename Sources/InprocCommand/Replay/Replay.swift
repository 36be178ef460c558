import ArgumentParser
import Foundation
import Inproc
import InprocExploration
import InprocScript

/// `inproc replay PATH…`
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run scenario files deterministically and compare what they give.",
    discussion: """
      Each file runs in a registry of its own, on real threads under a schedule that only the file \
      decides, in virtual time. Exit status: 0 all passed; 1 one failed; 2 a usage or syntax \
      error, no scenario was found, or output was lost; 130 interrupted.
      """)

  @Argument(help: "Scenario files, folders of them, or '-' for standard input.")
  var paths: [String]

  @ArgumentParser.Option(
    help: """
      Only files whose path or title matches this regular expression; what can't be read stays in \
      the report.
      """)
  var filter: String?

  @Flag(name: .customLong("fail-fast"), help: "Stop at the first file that fails.")
  var failFast = false

  @Flag(help: "Run threads freely in parallel, in real time.")
  var free = false

  @ArgumentParser.Option(
    help: "End the run of a file, or its search, after this much real time, such as 5s.")
  var timeout: String?

  @ArgumentParser.Option(
    help: """
      How much memory the process may hold, such as 512MiB; the default is a quarter of what the \
      machine has. A run that takes more fails.
      """)
  var memory: String?

  @ArgumentParser.Option(
    help: """
      The folder whose files 'source' may read; the default is the one that is named, or the one \
      of the file that is named.
      """)
  var root: String?

  @Flag(help: "Run every schedule that can differ, up to the first that fails.")
  var explore = false

  @ArgumentParser.Option(
    help:
      "The seed of a pseudo-random schedule, or with --strategy of the first one. The same seed gives the same runs."
  )
  var seed: UInt64?

  @ArgumentParser.Option(
    help: "How to pick schedules where there are too many to run all: \(SamplingStrategy.help).")
  var strategy: String?

  @ArgumentParser.Option(help: "How many runs --strategy picks schedules for; the default is 1000.")
  var runs: Int?

  @ArgumentParser.Option(
    help: """
      Repeat the run of one file that printed this schedule; @FILE reads it from a file, @- from \
      standard input.
      """)
  var schedule: String?

  @ArgumentParser.Option(
    help: """
      idle or racing: whether timers fire while threads can run, where a schedule chooses.
      """)
  var timers: String?

  @Flag(help: "Show every outcome, and a schedule that leads to it.")
  var outcomes = false

  @ArgumentParser.Option(
    name: .customLong("max-schedules"),
    help: """
      Stop the search of a file after this many runs; some runs turn out to repeat a schedule, so \
      it can be fewer schedules.
      """)
  var maxSchedules: Int?

  @ArgumentParser.Option(help: "Explore no schedules with more preemptions than this.")
  var preemptions: Int?

  @Flag(help: "Fail a file unless every schedule that can differ was run.")
  var complete = false

  @Flag(
    help:
      "Write what commands give into the files, as their expectations; on a terminal, ask first.")
  var bless = false

  @Flag(
    name: .customLong("check-determinism"),
    help: "Run every schedule twice, and fail where the two runs differ in anything.")
  var checkDeterminism = false

  @ArgumentParser.Option(help: "The form of the report: text (the default), tap, junit or json.")
  var report: ReportForm?

  @ArgumentParser.Option(
    help: "Write the report to this file; standard output gets the summary line.")
  var output: String?

  @ArgumentParser.Option(
    help: "Replay this many files at a time; the default is the number of cores, with --free 1.")
  var jobs: Int?

  @ArgumentParser.Option(
    help:
      "Then show the run of one file as if it were typed, with this much time for each command, such as 500ms."
  )
  var pace: String?

  @Flag(
    name: .customShort("i"),
    help: "Run one file freely at a prompt, and stay there in the session that it has made.")
  var interactive = false

  @ArgumentParser.Option(
    help: """
      Draw the run of one file as .svg, .mmd (Mermaid) or .txt: the one that fails, or the tree of \
      its outcomes where it is explored and has several.
      """)
  var diagram: String?

  @Flag(
    help: """
      Show each event of the run in virtual time: of a file that fails, the run that fails.
      """)
  var trace = false

  @Flag(
    name: [.customShort("q"), .customLong("quiet")],
    help: "Show only what failed, is incomplete or an error, and the last line.")
  var quiet = false

  func validate() throws {
    if let contradiction = ReplayOption.contradiction(in: given) {
      throw ValidationError(contradiction)
    }
    if runs != nil, strategy == nil {
      throw ValidationError("--runs says how many schedules --strategy picks; name one")
    }
    if strategy == "\(SamplingStrategy.roundRobin)", runs != nil || seed != nil {
      throw ValidationError(
        "--strategy round-robin picks one schedule; leave out \(runs != nil ? "--runs" : "--seed")")
    }
    if bless, paths.contains("-") {
      throw ValidationError("standard input can't be written; name the file to bless")
    }
    if paths.contains("-"), schedule == "@-" {
      throw ValidationError(
        "standard input can't be the scenario and the schedule; write one of them to a file")
    }
    // All values are checked before any file is read.
    _ = try options(reading: false)
    if let pace, parseDuration(pace) == nil {
      throw ValidationError("--pace \(pace.quoted) is not a duration; write 500ms or 2s")
    }
    if let diagram, DiagramFile(diagram) == nil {
      throw ValidationError("--diagram \(FileName.quoted(diagram)): \(DiagramFile.usage)")
    }
    if let jobs, jobs < 1 { throw ValidationError("--jobs \(jobs): write 1 or more") }
  }

  func run() throws {
    let options = try options()
    let files = try chosenFiles()
    for (isAsked, words) in [
      (diagram != nil, "--diagram draws"), (pace != nil, "--pace shows"), (interactive, "-i runs"),
      (schedule != nil, "--schedule repeats a run of"),
    ] where isAsked && files.count > 1 {
      emit("error: \(words) one file, and \(files.count) were found", to: .standardError)
      throw ExitCode(2)
    }
    if let reason = uselessOption(for: files) { throw ValidationError(reason) }
    if interactive, let file = files.first { throw ExitCode(try stay(with: file)) }
    if bless { throw ExitCode(Bless(options: options).run(files)) }
    throw ExitCode(try report(on: files, options))
  }

  /// Runs the files and reports on them. Returns the exit status.
  private func report(on files: [ParsedFile], _ options: ScenarioRunner.Options) throws -> Int32 {
    var options = options
    options.isStopped = { Interrupt.isRequested }
    Interrupt.isAwaited = true
    var tally = Tally()
    var reporter = (report ?? .text).reporter(isQuiet: quiet)
    var sink = ReportSink(file: output)
    sink.write(reporter.begin())
    var last: ScenarioResult?
    var showsAll = true
    Workers(count: jobs ?? (free ? 1 : Workers.cores), options: options)
      .run(files) { result in
        last = result
        tally.add(result)
        if trace {
          let isShown = try? shows {
            if let lines = try events(of: result, files) { sink.write(lines) }
            return true
          }
          if isShown != true { showsAll = false }
        }
        sink.write(reporter.add(result))
        return !(failFast && tally.status != 0)
      }
    tally.notRun = files.count - tally.count
    sink.write(reporter.end(tally))
    let isInterrupted = Interrupt.isRequested
    // From here on Ctrl-C ends the program at once.
    Interrupt.isAwaited = false
    guard !isInterrupted else { return sink.finish(tally) ? 130 : 2 }
    if let last {
      let isShown = try shows {
        try showPaced(last, files)
        return true
      }
      showsAll = showsAll && isShown
    }
    guard sink.finish(tally) else { return 2 }
    if let last, !(try shows { try draw(last, files) }) { return 2 }
    return showsAll ? tally.status : 2
  }

  /// All files are parsed before the first one runs.
  private func chosenFiles() throws -> [ParsedFile] {
    let pattern = try Self.pattern(filter)
    let memory = try Limits.memory(memory)
    return try ScenarioFiles.some(
      ScenarioFiles.find(paths).map { ParsedFile($0, memory: memory) }
        .filter { file in pattern.map(file.matches) ?? true })
  }
}

extension ReportForm: ExpressibleByArgument {}

/// The destination of a report: standard output, part by part, or a file once the report is
/// complete.
private struct ReportSink {
  let file: String?
  private var text = ""

  init(file: String?) { self.file = file }

  mutating func write(_ part: String) {
    if file == nil {
      emit(part, to: .standardOutput, endsLine: false)
    } else {
      text += part.escapingUnprintableInLines
    }
  }

  /// Writes the rest. Returns whether all of the report is written.
  func finish(_ tally: Tally) -> Bool {
    guard let file else { return true }
    do {
      try AtomicFile.write(Array(text.utf8), to: file)
    } catch {
      emit("error: \(error.text)", to: .standardError)
      return false
    }
    emit(tally.summary, to: .standardOutput)
    return true
  }
}
