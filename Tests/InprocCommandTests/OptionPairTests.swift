import Foundation
import TestSupport
import Testing

/// No option of `inproc replay` is dropped in silence: two of them either have an effect each, or are
/// refused.
@Suite("Pairs of options", .timeLimit(.minutes(5)))
struct OptionPairTests {
  /// One option, and what can be seen of it.
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var arguments: [String]
    /// What it shows or leaves out of all that is written; nil where a user sees nothing of it.
    var isSeen: (@Sendable (String) -> Bool)?
    var testDescription: String { name }

    init(_ name: String, _ values: String..., isSeen: (@Sendable (String) -> Bool)? = nil) {
      self.name = name
      arguments = [name] + values
      self.isSeen = isSeen
    }
  }

  static let samples: [Sample] = [
    Sample("--filter", "first") { !$0.contains("second.scn") },
    Sample("--fail-fast"),
    Sample("--free"),
    Sample("--timeout", "60s"),
    Sample("--memory", "8GiB"),
    Sample("--root", "/"),
    Sample("--explore") { $0.contains("explored ") },
    Sample("--seed", "7"),
    Sample("--strategy", "pct:2") { $0.contains("under pct:2 schedules") },
    Sample("--runs", "7") { $0.contains("7 runs under ") || $0.contains("of 7 runs") },
    Sample("--schedule", "d-1") { $0.contains("the schedule belongs to another text") },
    Sample("--timers", "racing") { !$0.contains("timers fired only when no thread could run") },
    Sample("--outcomes") { $0.contains("grade") },
    Sample("--max-schedules", "1") {
      $0.contains("NOT all") || $0.contains("stopped by --max-schedules 1")
    },
    Sample("--preemptions", "0") { $0.contains("NOT all") },
    Sample("--complete"),
    Sample("--bless"),
    Sample("--check-determinism") { $0.contains("run twice") || $0.contains("FAILED") },
    Sample("--report", "json") { $0.contains("\"scenarios\": [") },
    Sample("--output", "OUTPUT"),
    Sample("--jobs", "2"),
    Sample("--pace", "1ms") { $0.contains("inproc> ") },
    Sample("-i"),
    Sample("--diagram", "DIAGRAM.txt"),
    Sample("--trace") { $0.contains("trace   ") },
    Sample("-q") { !$0.contains("passed  ") },
  ]

  @Test("every option of the help is tried here")
  func all() async throws {
    let help = try await inproc("replay", "--help").output
    let names = help.split(separator: "\n")
      .filter { $0.hasPrefix("  -") }
      .compactMap { line in
        line.split(separator: " ").first { $0.hasPrefix("-") }?.filter { $0 != "," }
      }
    let known = Set(Self.samples.map(\.name) + ["-h", "--version"])
    for name in names { #expect(known.contains(name), "\(name)") }
    #expect(names.count > 20)
  }

  @Test(
    "an option and each of the others: both have an effect, or both are named", arguments: samples)
  func pairs(_ first: Sample) async throws {
    let index = try #require(Self.samples.firstIndex { $0.name == first.name })
    for second in Self.samples[(index + 1)...] { try await check(first, second) }
  }

  private func check(_ first: Sample, _ second: Sample) async throws {
    let pair = [first, second]
    let names = Set(pair.map(\.name))
    // One thread that may be late, so that there are timers, and several schedules.
    let text = """
      bind inproc://a as a
      spawn x { sleep 1ms; send a 1 }
      spawn y { send a 2 }
      recv a timeout=5ms
      => _ | =! timed-out

      """
    let needsSearch = !names.isDisjoint(with: [
      "--max-schedules", "--preemptions", "--complete", "--timers",
    ])
    let isOne = !names.isDisjoint(with: ["--pace", "-i", "--diagram", "--schedule"])
    let folder = try TemporaryFolder([
      "first.scn": (needsSearch ? "@explore\n" : "") + text,
      "second.scn": (needsSearch ? "@explore\n" : "") + text,
    ])
    let files = ["first.scn", "second.scn"].prefix(isOne && !names.contains("--filter") ? 1 : 2)
      .map { folder.path + "/" + $0 }
    var arguments = pair.flatMap(\.arguments)
      .map { ["OUTPUT", "DIAGRAM.txt"].contains($0) ? folder.path + "/" + $0 : $0 }
    if names.contains("--runs"), !names.contains("--strategy") {
      arguments += ["--strategy", "random"]
    }
    let ran = try await inproc(["replay"] + arguments + files)

    if ran.status == 2, ran.errors.contains("can't be given together") {
      for name in names {
        // Of runs that are picked, the two options stand for each other.
        let isNamed =
          ran.errors.contains("\(name) ") || name == "--runs" && ran.errors.contains("--strategy ")
        #expect(isNamed, "\(names): \(ran.errors)")
      }
      #expect(ran.output == "")
      return
    }
    if names.contains("-i") {
      #expect(ran.errors == "error: -i needs a terminal to stay at\n", "\(names)")
      return
    }
    #expect(ran.status == 0 || ran.status == 1, "\(names): \(ran)")
    var all = ran.output
    for name in ["OUTPUT", "DIAGRAM.txt"] where arguments.contains(folder.path + "/" + name) {
      let written = try? contents(of: folder.path + "/" + name)
      let text = try #require(written, "\(names): nothing was written")
      #expect(!text.isEmpty)
      if name == "OUTPUT" { all += text }
    }
    // These leave the notes out that most are seen by.
    let isTerse = !names.isDisjoint(with: ["-q", "--bless"])
    for sample in pair where !isTerse || sample.name == "-q" || sample.name == "--filter" {
      if let isSeen = sample.isSeen { #expect(isSeen(all), "\(names): \(sample.name) in \(all)") }
    }
  }

  @Test(
    "values that make no sense are usage errors",
    arguments: [
      ["--max-schedules", "0"], ["--max-schedules", "-1"], ["--timeout", "0s"],
      ["--timeout", "-1s"],
      ["--preemptions", "-1"], ["--jobs", "0"], ["--jobs", "-2"], ["--runs", "0"], ["--runs", "5"],
      ["--seed", "-1"], ["--strategy", "dfs"], ["--strategy", "round-robin", "--seed", "2"],
      ["--strategy", "round-robin", "--runs", "2"], ["--timers", "fast"], ["--pace", "slow"],
      ["--schedule", "nonsense"], ["--schedule", "@/no/such/file"], ["--schedule", ""],
      ["--memory", "0"], ["--memory", "much"], ["--root", "/no/such/folder"],
      ["--report", "xml"], ["--diagram", "a.png"],
    ])
  func values(_ options: [String]) async throws {
    let folder = try TemporaryFolder(["a.scn": "@explore\necho x\n"])
    let split = options.count == 2 ? [options[0] + "=" + options[1]] : options
    let ran = try await inproc(["replay", folder.path + "/a.scn"] + split)
    #expect(ran.status == 2)
    #expect(ran.output == "")
    #expect(ran.errors.contains(options[0]))
  }

  @Test(
    "an option that is of use to none of the files is a usage error",
    arguments: [
      ["--max-schedules", "5"], ["--preemptions", "1"], ["--complete"], ["--timers", "racing"],
    ])
  func useless(_ options: [String]) async throws {
    let folder = try TemporaryFolder(["a.scn": "echo x\n", "b.scn": "@explore\necho x\n"])
    let none = try await inproc(["replay", folder.path + "/a.scn"] + options)
    #expect(none.status == 2)
    #expect(none.errors.contains(options[0]))
    #expect(none.output == "")
    #expect(try await inproc(["replay", folder.path] + options).status == 0)
  }
}
