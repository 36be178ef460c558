import Foundation
import TestSupport
import Testing

@Suite("The command line", .timeLimit(.minutes(1)))
struct CommandLineTests {
  // MARK: Commands given at once

  @Test("results go to standard output, and the exit status is 0")
  func commands() async throws {
    let ran = try await inproc(
      "-c", "bind inproc://a as inbox; send inbox hello \"wide world\" 0xBEEF; recv inbox")
    #expect(ran.output == "=> inbox\n=> hello \"wide world\" 0xBEEF\n")
    #expect(ran.errors == "")
    #expect(ran.status == 0)
  }

  @Test("an error ends the commands with 1, and standard error says where")
  func commandError() async throws {
    let ran = try await inproc("-c", "echo before\nconnect inproc://nowhere\necho after")
    #expect(ran.output.hasPrefix("=> before\n=! not-found: "))
    #expect(!ran.output.contains("after"))
    #expect(ran.errors.hasPrefix("-c:2:1: error: unexpected not-found"))
    #expect(ran.status == 1)
  }

  @Test("of commands with a mistake nothing runs, and the exit status is 2")
  func commandMistake() async throws {
    let ran = try await inproc("-c", "echo before; sned inbox hello")
    #expect(ran.output == "")
    #expect(ran.errors.hasPrefix("-c:1:14: error: unknown command 'sned'; did you mean 'send'?"))
    #expect(ran.status == 2)
  }

  @Test("standard input is read like -c, expectations and all")
  func standardInput() async throws {
    let good = try await inproc(input: "echo x\n=> x\nconnect inproc://n\n=! not-found\n")
    #expect(good.output.hasPrefix("=> x\n=! not-found"))
    #expect(good.status == 0)

    let bad = try await inproc(input: "echo x\n=> y\necho z\n")
    #expect(bad.output == "=> x\n")
    #expect(bad.errors.contains("expected: => y"))
    #expect(bad.errors.contains("actual:   => x"))
    #expect(bad.status == 1)

    #expect(try await inproc(input: "").status == 0)
    #expect(try await inproc(input: "repeat {\n").status == 2)
    #expect(try await inproc(input: "echo \u{FF}").status == 0)
    #expect(try await inproc(inputBytes: [0x65, 0x63, 0x68, 0x6F, 0x20, 0xFF]).status == 2)
  }

  @Test("what can never go on is a deadlock at once")
  func deadlock() async throws {
    let lone = try await inproc("-c", "bind inproc://a as inbox; recv inbox")
    #expect(lone.output == "=> inbox\n")
    #expect(lone.errors.contains("-c:1:27: error: deadlock"))
    #expect(lone.errors.contains("main is blocked at -c:1 in 'recv inbox'"))
    #expect(lone.status == 1)

    let several = try await inproc(
      input: """
        bind inproc://a as inbox
        spawn worker { for m in inbox { echo $m } }
        send inbox x
        join
        """)
    #expect(several.output.contains("[worker] => x\n"))
    #expect(several.errors.contains("worker is blocked"))
    #expect(several.errors.contains("main is blocked"))
    #expect(several.status == 1)
  }

  @Test("the end waits for threads; quit does not")
  func end() async throws {
    let waits = try await inproc("-c", "spawn worker { sleep 50ms; echo late }")
    #expect(waits.output == "=> worker\n[worker] => late\n")
    #expect(waits.status == 0)

    let quits = try await inproc("-c", "spawn worker { sleep 60m }; quit; echo after")
    #expect(quits.output == "=> worker\n")
    #expect(quits.status == 0)
  }

  @Test("a thread that fails fails the commands, unless a join expects it")
  func threadFails() async throws {
    let failed = try await inproc("-c", "spawn worker { fail \"no luck\" }; sleep 10ms; echo on")
    #expect(failed.output.contains("=> on\n"))
    #expect(failed.output.contains("[worker] =! failed: no luck\n"))
    #expect(failed.errors.contains("worker"))
    #expect(failed.status == 1)

    let expected = try await inproc(
      "-c", "spawn worker { fail \"no luck\" }\njoin worker\n=! thread-failed")
    #expect(expected.errors == "")
    #expect(expected.status == 0)
  }

  @Test("frames print as they can be typed again")
  func printing() async throws {
    let ran = try await inproc(
      "-c",
      #"echo plain "two words" "" "a=b" "_" "..." "/x" "0x41" "tab\t" 0x01FF "\xC3\xA9" '$n' "#
        + "bytes(256, 0x61) bytes(257)")
    #expect(
      ran.output
        == #"=> plain "two words" "" "a=b" "_" "..." "/x" "0x41" "tab\t" 0x01FF é "\$n" "#
        + String(repeating: "a", count: 256) + " bytes(257)\n")
  }

  // MARK: Replay

  @Test("replay says which files passed, and how many")
  func replay() async throws {
    let folder = try TemporaryFolder([
      "a.scn": "@title \"First\"\necho a\n=> a\n", "b/c.scn": "echo c\n", "b/readme.txt": "no",
    ])
    let ran = try await inproc("replay", folder.path)
    #expect(
      ran.output == """
        passed  \(folder.path)/a.scn  First
        passed  \(folder.path)/b/c.scn
        2 passed, 0 failed

        """)
    #expect(ran.errors == "")
    #expect(ran.status == 0)
  }

  @Test("a scenario that fails gives 1, one that does not parse 2, and the others still run")
  func replayStatus() async throws {
    let folder = try TemporaryFolder([
      "good.scn": "echo a\n", "bad.scn": "echo a\n=> b\n", "ugly.scn": "ehco a\n",
    ])
    let bad = try await inproc("replay", folder.path + "/bad.scn", folder.path + "/good.scn")
    #expect(bad.output.contains("FAILED  \(folder.path)/bad.scn"))
    #expect(bad.output.contains("bad.scn:1:1: error: "))
    #expect(bad.output.contains("1 passed, 1 failed"))
    #expect(bad.status == 1)

    let all = try await inproc("replay", folder.path)
    #expect(all.output.contains("ugly.scn:1:1: error: unknown command 'ehco'"))
    #expect(all.output.contains("passed  \(folder.path)/good.scn"))
    #expect(all.status == 2)
  }

  @Test("a failure says how to repeat it, in words a shell understands")
  func repetition() async throws {
    let folder = try TemporaryFolder(["it's bad.scn": "spawn w {\n  echo a\n  => b\n}\n"])
    let ran = try await inproc("replay", folder.path)
    let line = try #require(
      ran.output.split(separator: "\n").first { $0.contains("to repeat it: inproc ") })
    let command = line.drop { $0 != ":" }.dropFirst(" inproc ".count + 1)
    let again = try await launch("/bin/sh", ["-c", executable + " " + command])
    #expect(again.output == ran.output)
    #expect(again.status == 1)
  }

  @Test("what was asked for wrongly gives 2 and a way out")
  func usage() async throws {
    let folder = try TemporaryFolder(["notes.txt": "nothing here"])
    let attempts = [
      ["replay"], ["replay", "/no/such/path"], ["replay", folder.path], ["--no-such-option"],
      ["replay", "--filter", "(", folder.path], ["replay", "--timeout", "soon", folder.path],
      ["no-such-command"], ["check"], ["check", folder.path], ["-c"],
    ]
    for attempt in attempts {
      let ran = try await inproc(attempt)
      #expect(ran.status == 2, "\(attempt)")
      #expect(ran.output == "", "\(attempt)")
      #expect(ran.errors != "", "\(attempt)")
    }
  }

  @Test("help is a result")
  func help() async throws {
    for arguments in [["--help"], ["replay", "--help"], ["check", "--help"]] {
      let ran = try await inproc(arguments)
      #expect(ran.output.contains("USAGE: inproc") || ran.output.contains("Usage: inproc"))
      #expect(ran.errors == "")
      #expect(ran.status == 0)
    }
    let inside = try await inproc("-c", "help send")
    #expect(inside.output.hasPrefix("send HANDLE FRAME"))
    #expect(inside.status == 0)
  }

  @Test("'-' replays standard input")
  func dash() async throws {
    let good = try await inproc("replay", "-", input: "sleep 60m\necho x\n=> x\n")
    #expect(good.output == "passed  -\n1 passed, 0 failed\n")
    #expect(good.status == 0)
    #expect(try await inproc("replay", "-", input: "echo x\n=> y\n").status == 1)
    #expect(try await inproc("replay", "-", input: "{").status == 2)
  }

  @Test("check parses and runs nothing")
  func check() async throws {
    let folder = try TemporaryFolder([
      "fails.scn": "fail now\n", "mistake.scn": "recv inbox timeout=5\n",
    ])
    let good = try await inproc("check", folder.path + "/fails.scn")
    #expect(good.output == "")
    #expect(good.errors == "")
    #expect(good.status == 0)
    let bad = try await inproc("check", folder.path)
    #expect(bad.output == "")
    #expect(bad.errors.contains("mistake.scn:1:20: error: "))
    #expect(bad.status == 2)
  }

  @Test("--filter takes files by path or title")
  func filter() async throws {
    let folder = try TemporaryFolder([
      "one.scn": "@title \"Red apples\"\necho a\n", "two.scn": "@title \"Pears\"\necho a\n",
    ])
    let byTitle = try await inproc("replay", "--filter", "ap+le", folder.path)
    #expect(byTitle.output.contains("one.scn"))
    #expect(byTitle.output.contains("1 passed, 0 failed"))
    let byPath = try await inproc("replay", folder.path, "--filter", "two")
    #expect(byPath.output.contains("Pears"))
    #expect(byPath.output.contains("1 passed, 0 failed"))
    #expect(try await inproc("replay", folder.path, "--filter", "plums").status == 2)
  }

  @Test("--fail-fast stops at the first that fails")
  func failFast() async throws {
    let folder = try TemporaryFolder([
      "a.scn": "echo a\n", "b.scn": "fail b\n", "c.scn": "echo c\n",
    ])
    let ran = try await inproc("replay", "--fail-fast", folder.path)
    #expect(ran.output.hasSuffix("1 passed, 1 failed; 1 file was not run\n"))
    #expect(!ran.output.contains("c.scn"))
    #expect(ran.status == 1)
    let all = try await inproc("replay", folder.path)
    #expect(all.output.contains("2 passed, 1 failed"))
  }

  @Test("--free runs in real time, knows a deadlock, and gives up after --timeout")
  func free() async throws {
    let folder = try TemporaryFolder([
      "works.scn": """
      bind inproc://a as inbox
      spawn worker {
        sleep 20ms
        send inbox done
      }
      recv inbox
      => done
      recv inbox timeout=10ms
      =! timed-out
      """,
      "deadlock.scn": "@expect deadlock\nbind inproc://a as inbox\nrecv inbox\n",
      "sleeps.scn": "sleep 60m\n",
    ])
    let works = try await inproc("replay", "--free", folder.path + "/works.scn")
    #expect(works.status == 0)
    let deadlock = try await inproc("replay", "--free", folder.path + "/deadlock.scn")
    #expect(deadlock.status == 0)
    let sleeps = try await inproc(
      "replay", "--free", "--timeout", "100ms", folder.path + "/sleeps.scn")
    #expect(sleeps.output.contains("sleeps.scn:1:1: error: "))
    #expect(sleeps.output.contains("--timeout"))
    #expect(sleeps.status == 1)
  }

  @Test("two replays are byte-identical, and free of colour and of real time")
  func identical() async throws {
    let arguments =
      ["replay"] + (try lessons()) + [packageFolder + "/Tests/InprocScriptTests/Fixtures/failing"]
    let first = try await inproc(arguments)
    let second = try await inproc(arguments)
    #expect(first.output == second.output)
    #expect(first.status == 1)
    #expect(!first.output.contains("\u{1B}"))
  }

  @Test("an hour of sleep takes no time; in a replay a deadlock is seen at once")
  func virtualTime() async throws {
    let start = ContinuousClock.now
    let ran = try await inproc(
      "replay", "-",
      input: "@expect deadlock\nrepeat 100 { sleep 60m }\nbind inproc://a as a\nrecv a\n")
    #expect(ran.status == 0)
    #expect(.now - start < .seconds(10))
  }

  @Test("a loop without end fails after a million steps")
  func steps() async throws {
    let ran = try await inproc("replay", "-", input: "repeat { }\n")
    #expect(ran.output.contains("-:1:1: error: "))
    #expect(ran.output.contains("more than 1000000 steps"))
    #expect(ran.status == 1)
  }

  @Test("Ctrl-C ends a replay or commands with 130")
  func interrupt() async throws {
    // The signal is sent once the program has shown that it runs.
    let ran = try await launch(
      "/bin/sh",
      [
        "-c",
        """
        out=$(mktemp); "$0" -c 'echo ready; sleep 60m' > "$out" & pid=$!
        until [ -s "$out" ]; do sleep 0.05; done
        rm "$out"; kill -INT $pid; wait $pid
        """, executable,
      ])
    #expect(ran.status == 130)
  }
}
