import Foundation
import TestSupport
import Testing

/// `--schedule`, and the line that repeats a run.
@Suite("Repeating a run", .timeLimit(.minutes(1)))
struct ScheduleOptionTests {
  private static let race =
    "bind inproc://a as a\nspawn x { send a 1 }\nspawn y { send a 2 }\nrecv a\n=> 1\njoin\n"

  /// The schedule that a report prints.
  private func schedule(_ report: String) throws -> String {
    let line = try #require(report.split(separator: "\n").first { $0.contains("  schedule: ") })
    return try #require(line.split(separator: " ").last.map(String.init))
  }

  @Test("a schedule is read from a file and from standard input, blanks and line ends around it")
  func files() async throws {
    let folder = try TemporaryFolder(["a.scn": Self.race])
    let path = folder.path + "/a.scn"
    let found = try await inproc("replay", "--explore", path)
    let schedule = try schedule(found.output)
    let (head, tail) = (schedule.prefix(12), schedule.dropFirst(12))
    for text in [schedule, "  \(schedule) \r\n\n", "\(head)\n  \(tail)\n"] {
      try text.write(toFile: folder.path + "/s", atomically: true, encoding: .utf8)
      let ran = try await inproc("replay", "--schedule", "@\(folder.path)/s", path)
      #expect(ran.output == found.output)
      let piped = try await inproc("replay", "--schedule", "@-", path, input: text)
      #expect(piped.output == found.output)
    }
    try "no schedule".write(toFile: folder.path + "/s", atomically: true, encoding: .utf8)
    let bad = try await inproc("replay", "--schedule", "@\(folder.path)/s", path)
    #expect(bad.errors.contains("that file does not hold a schedule"))
    #expect(bad.status == 2)
    let both = try await inproc("replay", "--schedule", "@-", "-", input: schedule)
    #expect(both.errors.contains("standard input can't be the scenario and the schedule"))
    #expect(both.status == 2)
  }

  @Test("a changed file, a schedule that does not fit and a text that is none are told apart")
  func kinds() async throws {
    let folder = try TemporaryFolder(["a.scn": Self.race, "b.scn": Self.race + "echo more\n"])
    let found = try await inproc("replay", "--explore", folder.path + "/a.scn")
    let schedule = try schedule(found.output)
    let changed = try await inproc("replay", "--schedule", schedule, folder.path + "/b.scn")
    #expect(changed.output.contains("the file has changed since the schedule was printed"))

    let sum = try #require(schedule.split(separator: "-").dropFirst().first)
    let choices = schedule.split(separator: "-").last ?? ""
    for (given, why) in [
      ("c-\(sum)-0.7", "its choice 2 of 2 is thread 7, which can't run there"),
      ("c-\(sum)-T", "its choice 1 of 1 lets a timer fire, and no timer can fire there"),
      ("c-\(sum)-0x3.1x999", " of 1002 is thread 0, which can't run there"),
    ] {
      let ran = try await inproc("replay", "--schedule", given, folder.path + "/a.scn")
      #expect(ran.output.contains("a.scn:1:1: error: the schedule does not fit this file: "))
      #expect(ran.output.contains(why), "\(ran.output)")
      #expect(!ran.output.contains("has changed"))
      #expect(ran.status == 2)
    }
    // What goes wrong in such a run has gone wrong all the same.
    let failing = try await inproc(
      "replay", "--schedule", "c-\(sum)-\(choices).9", folder.path + "/a.scn")
    #expect(failing.output.hasPrefix("FAILED"))
    #expect(
      failing.output.contains("note: the schedule does not fit this file: the run ends after "))
    #expect(failing.status == 1)
  }

  @Test(
    "the line that repeats a run works in a shell as it stands, whatever the file's name",
    arguments: [
      "plain.scn", "-dash.scn", "it's $HOME.scn", "a\u{1B}[1m\n%s\\b'.scn", "ü \u{202E}x.scn",
    ])
  func names(_ name: String) async throws {
    let folder = try TemporaryFolder([name: Self.race])
    let found = try await inShell(
      "\(executable) replay --explore --timers racing *.scn ./-*.scn", folder)
    let line = try #require(
      found.output.split(separator: "\n").first { $0.contains("repeat it: ") })
    let command = line.drop { $0 != ":" }.dropFirst(2)
    #expect(command.hasPrefix("inproc replay --schedule "))
    #expect(command.contains(" --timers racing "))
    let again = try await inShell("inproc() { '\(executable)' \"$@\"; }; \(command)", folder)
    #expect(again.status == 1)
    #expect(again.output.contains(line))
  }

  private func inShell(_ command: String, _ folder: TemporaryFolder) async throws -> Ran {
    try await launch(
      "/bin/sh",
      [
        "-c",
        "cd '\(folder.path)'; set -- *.scn; \(command.replacing("*.scn ./-*.scn", with: #""./$1""#))",
      ])
  }

  @Test("so it does with a schedule that no system takes as one argument")
  func long() async throws {
    let folder = try TemporaryFolder([
      "long.scn": """
      bind inproc://a as a
      bind inproc://b as b
      spawn x { repeat 2000 { send a 1; recv b } }
      repeat 2000 { recv a; send b 1 }
      spawn y { send a 2 }
      spawn z { send a 3 }
      fail "at the end"
      """
    ])
    let found = try await inShell("\(executable) replay --seed 3 long.scn", folder)
    let lines = found.output.split(separator: "\n")
    let line = try #require(lines.first { $0.contains("repeat it: ") })
    #expect(line.utf8.count > 5_000)
    #expect(!lines.contains { $0.contains("  schedule: ") })
    let command = line.drop { $0 != ":" }.dropFirst(2)
    let script = "inproc() { '\(executable)' \"$@\"; }; \(command)\n"
    try script.write(toFile: folder.path + "/script", atomically: true, encoding: .utf8)
    let again = try await inShell(". ./script", folder)
    #expect(again.output.contains(line))
    #expect(again.status == 1)
  }

  @Test("what a run may read is repeated with it")
  func root() async throws {
    let folder = try TemporaryFolder([
      "parts/p.scn": "echo x\n", "sub/a.scn": "source ../parts/p.scn\nfail now\n",
    ])
    let found = try await inShell("'\(executable)' replay sub/..", folder)
    let line = try #require(
      found.output.split(separator: "\n").first { $0.contains("repeat it: ") })
    #expect(line.contains(" --root sub/.. sub/../sub/a.scn"))
    let command = line.drop { $0 != ":" }.dropFirst(2)
    let again = try await inShell("inproc() { '\(executable)' \"$@\"; }; \(command)", folder)
    #expect(again.output.contains("error: unexpected failed in 'fail now'"))
  }

  @Test("a schedule of any length comes through a pipe")
  func pipe() async throws {
    let folder = try TemporaryFolder(["a.scn": Self.race])
    let schedule = "c-1" + "-0" + String(repeating: ".1.0", count: 100_000)
    let script = "printf %s \(schedule) | '\(executable)' replay --schedule @- a.scn\n"
    try script.write(toFile: folder.path + "/script", atomically: true, encoding: .utf8)
    let ran = try await inShell(". ./script", folder)
    #expect(ran.output.contains("of 200001 is thread "))
    #expect(ran.status == 2)
  }

  @Test("--version tells the version; a scenario alone is told how it is run")
  func first() async throws {
    let version = try await inproc("--version")
    #expect(version.output.wholeMatch(of: /inproc \d+\.\d+\.\d+\n/) != nil)
    #expect(version.status == 0)
    let folder = try TemporaryFolder(["it's.scn": "echo x\n"])
    for arguments in [["it's.scn"], [folder.path + "/it's.scn", "--explore"], [folder.path]] {
      let ran = try await inproc(arguments)
      #expect(ran.output == "")
      #expect(ran.errors.contains("write 'inproc replay "))
      #expect(ran.status == 2)
    }
    #expect(try await inproc("help").output.contains("replay"))
  }
}
