import Foundation
import TestSupport
import Testing

/// Each form is read by a program that others wrote. A test whose program is not installed says so
/// and is skipped.
@Suite("Reports", .timeLimit(.minutes(1)))
struct ReportTests {
  private static let files = [
    "1-good.scn": "@title \"a # \\\"b\\\" <c> \\\\ & d\"\necho x\n=> x\n",
    "2-wrong.scn": "bind inproc://a as a\nspawn w { send a \"<&\\\"\" }\nrecv a\n=> other: x\n",
    "3-broken.scn": "sned x\n",
    "4-graded.scn": """
    @explore
    @acceptable one two
    @interesting two one # "second" & <faster>
    bind inproc://log as log
    spawn { send log one }
    spawn { send log two }
    recv log as e; recv log as l
    observe $e $l
    """,
    "5-stuck.scn": "bind inproc://a as a\nrecv a\n",
  ]

  /// The report on those files, written to a file, and its path.
  private func report(_ form: String) async throws -> (TemporaryFolder, path: String) {
    let folder = try TemporaryFolder(Self.files)
    let path = folder.path + "/report"
    let ran = try await inproc(
      "replay", folder.path, "--report", form, "--output", path, "--jobs", "3")
    #expect(ran.output == "2 passed, 2 failed, 1 error\n")
    #expect(ran.errors == "")
    #expect(ran.status == 2)
    return (folder, path)
  }

  /// What a script of another program makes of a report.
  private func reading(
    _ program: String, _ script: [String], _ path: String
  ) async throws -> [String] {
    let ran = try await launch("/usr/bin/env", [program] + script + [path])
    #expect(ran.status == 0, "\(ran.errors)")
    return ran.output.split(separator: "\n").map(String.init)
  }

  @Test(
    "the JSON is read by Python's json", .enabled(if: has("python3"), "needs python3"))
  func json() async throws {
    let (folder, path) = try await report("json")
    let pretty = try await launch("/usr/bin/env", ["python3", "-m", "json.tool", path])
    #expect(pretty.status == 0)
    let lines = try await reading(
      "python3",
      [
        "-c",
        """
        import json, sys
        document = json.load(open(sys.argv[1]))
        print(document["version"], document["passed"], document["failed"],
              document["incomplete"], document["errors"])
        for scenario in document["scenarios"]:
            failure = scenario["failure"] or {}
            print(scenario["file"].split("/")[-1], scenario["result"], failure.get("line"),
                  failure.get("actual"), len(scenario["outcomes"]),
                  (scenario["exploration"] or {}).get("complete"))
        print(document["scenarios"][0]["title"])
        print(document["scenarios"][3]["outcomes"][1]["comment"])
        """,
      ], path)
    #expect(
      lines == [
        "2 2 2 0 1",
        "1-good.scn passed None None 0 None",
        #"2-wrong.scn failed 3 ['=> "<&\\""'] 0 None"#,
        "3-broken.scn error None None 0 None",
        "4-graded.scn passed None None 2 True",
        "5-stuck.scn failed 2 [] 0 None",
        #"a # "b" <c> \ & d"#,
        #""second" & <faster>"#,
      ])
    withExtendedLifetime(folder) {}
  }

  @Test(
    "the XML is read by Python's xml.etree", .enabled(if: has("python3"), "needs python3"))
  func junit() async throws {
    let (folder, path) = try await report("junit")
    let lines = try await reading(
      "python3",
      [
        "-c",
        """
        import sys, xml.etree.ElementTree as tree
        suites = tree.parse(sys.argv[1]).getroot()
        suite = suites.find("testsuite")
        print(suites.tag, suite.get("tests"), suite.get("failures"), suite.get("errors"))
        for case in suite.iter("testcase"):
            print(case.get("name").split("/")[-1], [child.tag for child in case])
        print(suite.findall("testcase")[1].find("failure").text.count('=> "<&'))
        """,
      ], path)
    #expect(
      lines == [
        "testsuites 5 2 1",
        #"a # "b" <c> \ & d []"#,
        "2-wrong.scn ['failure']", "3-broken.scn ['error']", "4-graded.scn ['system-out']",
        "5-stuck.scn ['failure']",
        "2",
      ])
    withExtendedLifetime(folder) {}
  }

  @Test(
    "the TAP is read by Perl's TAP::Parser",
    .enabled(if: has("perl") && hasTAPParser, "needs Perl's TAP::Parser"))
  func tap() async throws {
    let (folder, path) = try await report("tap")
    // Version 14 is read by consumers of version 13, but for its own first line.
    let lines = try await reading(
      "perl",
      [
        "-MTAP::Parser", "-e",
        #"""
        local $/; open my $file, '<', shift; my $text = <$file>;
        $text =~ s/^TAP version 14\n/TAP version 13\n/ or die "not version 14";
        my $parser = TAP::Parser->new({ tap => $text });
        my %count;
        while (my $result = $parser->next) {
          $count{$result->type}++;
          print $result->number, " ", $result->is_ok ? "ok" : "not ok", "\n" if $result->is_test;
          print $result->data->{message} // "(none)", "|", $result->data->{line} // "-", "\n"
            if $result->is_yaml;
        }
        print join(",", map { "$_=$count{$_}" } grep { $_ ne "comment" } sort keys %count), "\n";
        print scalar($parser->parse_errors), " errors\n";
        """#,
      ], path)
    #expect(
      lines == [
        "1 ok", "2 not ok", "'recv a' did not give what was expected|3", "3 not ok", "(none)|-",
        "4 ok", "5 not ok", "deadlock: every thread waits and none can go on|2",
        "plan=1,test=5,version=1,yaml=3", "0 errors",
      ])
    withExtendedLifetime(folder) {}
  }

  @Test("the order of a report is that of the files, however many run at a time")
  func order() async throws {
    let paths = try lessons()
    let one = try await inproc(["replay", "--jobs", "1"] + paths)
    let four = try await inproc(["replay", "--jobs", "4"] + paths)
    #expect(one.output == four.output)
    #expect(one.status == 0)
  }

  @Test(
    "--fail-fast hands on nothing after the first failure, and says how many files were not run",
    arguments: [
      ("text", "\n1 passed, 1 failed; 3 files were not run\n"),
      ("tap", "1..2\n# 1 passed, 1 failed; 3 files were not run\n"),
      (
        "junit",
        """
            <system-out>3 files were not run</system-out>
          </testsuite>
        </testsuites>

        """
      ),
    ])
  func failFast(form: String, end: String) async throws {
    let folder = try TemporaryFolder(Self.files)
    let ran = try await inproc(
      "replay", folder.path, "--fail-fast", "--jobs", "4", "--report", form)
    #expect(!ran.output.contains("/3-"))
    #expect(ran.output.hasSuffix(end))
    #expect(ran.status == 1)
  }

  @Test("the JSON has a member for the files that --fail-fast left out, where it left out any")
  func failFastJSON() async throws {
    let folder = try TemporaryFolder(Self.files)
    let some = try await inproc("replay", folder.path, "--fail-fast", "--report", "json")
    #expect(some.output.contains("\"notRun\": 3,\n"))
    let all = try await inproc("replay", folder.path, "--report", "json")
    #expect(!all.output.contains("notRun"))
  }

  @Test("a report that can't be written is an error, and leaves nothing behind")
  func unwritable() async throws {
    let folder = try TemporaryFolder(["a.scn": "echo x\n", "there/b": ""])
    let ran = try await inproc("replay", folder.path + "/a.scn", "--output", folder.path + "/there")
    #expect(ran.status == 2)
    #expect(ran.errors.contains("can't write"))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left.sorted() == ["a.scn", "there"])
  }

  @Test("--check-determinism passes what depends on nothing else, and fails what does")
  func determinism() async throws {
    let good = try await inproc(["replay", "--check-determinism"] + (try lessons()))
    #expect(good.status == 0)
    #expect(good.output.contains("every schedule was run twice, and both runs were the same"))

    // Another process changes the file that is sourced, all the time.
    let folder = try TemporaryFolder([
      "a.scn": "spawn w { echo y }\nrepeat 3000 { source b.txt }\n", "b.txt": "",
      "1.txt": "echo x\n", "2.txt": "",
    ])
    let bad = try await launch(
      "/bin/sh",
      [
        "-c",
        """
        cd '\(folder.path)'
        while :; do cp 1.txt b.txt; cp 2.txt b.txt; done & changing=$!
        '\(executable)' replay --check-determinism --timeout 60s a.scn
        status=$?; kill -KILL $changing; exit $status
        """,
      ])
    #expect(bad.status == 1)
    #expect(bad.output.contains("the same schedule gave two different runs"))
    #expect(bad.output.contains("they part after thread 'main' began '"))
  }
}

/// Whether a program is installed.
func has(_ program: String) -> Bool {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
  }
}

/// Debian's small Perl has it, others may not.
private let hasTAPParser: Bool = {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["perl", "-MTAP::Parser", "-e", "1"]
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}()
