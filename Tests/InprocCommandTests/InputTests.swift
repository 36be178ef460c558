import Foundation
import TestSupport
import Testing

/// Runs a script of a shell in a folder; `$INPROC` is the program.
func shell(_ script: String, in folder: String) async throws -> Ran {
  try await launch(
    "/bin/bash",
    ["-c", "cd \"$1\"; INPROC=$2; \(script)", "bash", folder, executable])
}

@Suite("What is read", .timeLimit(.minutes(2)))
struct InputTests {
  @Test(
    "standard input that is closed or a folder is an error with exit status 2",
    arguments: ["", "replay -", "check -", "format -", "step -", "replay --bless /dev/null -"])
  func standardInput(_ arguments: String) async throws {
    let folder = try TemporaryFolder(["a.txt": ""])
    for (redirection, words) in [("<&-", "it is closed"), ("<.", "it is a folder")] {
      let ran = try await shell("\"$INPROC\" \(arguments) \(redirection)", in: folder.path)
      #expect(ran.status == 2, "\(arguments) \(redirection)")
      if !arguments.contains("bless") {
        #expect((ran.output + ran.errors).contains("can't read standard input: \(words)"))
      }
    }
  }

  @Test("'-' given twice is read once")
  func twice() async throws {
    let ran = try await inproc("replay", "-", "-", input: "echo a\n=> a\n")
    #expect(ran.output == "passed  -\n1 passed, 0 failed\n")
  }

  @Test(
    "what is no file is refused at once, by what it is",
    arguments: ["replay", "check", "format", "step"])
  func noFile(_ command: String) async throws {
    let folder = try TemporaryFolder(["a.txt": ""])
    let ran = try await shell(
      """
      mkfifo fifo; ln -s fifo link
      for name in fifo link /dev/null; do "$INPROC" \(command) "$name"; echo "status $?"; done 2>&1
      """, in: folder.path)
    #expect(ran.output.components(separatedBy: "it is a pipe; give it to").count == 3)
    #expect(ran.output.contains("can't read '/dev/null': it is a device; give it to"))
    #expect(ran.output.components(separatedBy: "status 2\n").count == 4)
  }

  @Test("'source' of a pipe is an error, and so is that of a folder")
  func source() async throws {
    let folder = try TemporaryFolder(["a.txt": ""])
    let ran = try await shell(
      "mkfifo fifo; \"$INPROC\" -c 'source fifo'; \"$INPROC\" -c 'source .'", in: folder.path)
    #expect(ran.output.contains("=! io: can't read 'fifo': it is a pipe; give it to"))
    #expect(ran.output.contains("=! io: can't read '.': it is a folder; name a file"))
    #expect(ran.status == 1)
  }

  @Test("a file that is too long is refused before it is read, an endless input once it is")
  func tooLong() async throws {
    let folder = try TemporaryFolder(["a.txt": ""])
    let ran = try await shell(
      """
      truncate -s 1T long.scn; "$INPROC" replay long.scn; echo "status $?"
      "$INPROC" replay - < /dev/zero; echo "status $?"
      """, in: folder.path)
    #expect(ran.output.contains("'long.scn' holds more than 64 MiB"))
    #expect(ran.output.contains("standard input holds more than 64 MiB"))
    #expect(ran.output.components(separatedBy: "status 2\n").count == 3)
  }

  @Test("names that are not UTF-8, or hold line ends and quotes, are found, opened, and repeatable")
  func names() async throws {
    let folder = try TemporaryFolder(["a.txt": ""])
    let ran = try await shell(
      #"""
      mkdir $'s\xE9'; for name in $'s\xE9/x\xFF\n\'q".scn' -x.scn $'\xF4\x8F\xBA\x85.scn'; do
        printf 'echo a\n=> b\n' > "./$name"
      done
      printf 'echo in\n' > $'s\xE9/in.txt'
      printf 'source "in.txt"\n=> in\n' > $'s\xE9/y.scn'
      printf 'source "s\\xE9/y.scn"\n=> in\n' > z.scn
      "$INPROC" replay . > report; cat report
      grep 'to repeat it: ' report | sed 's/.*: inproc /"$INPROC" /' > commands
      while read -r command; do eval "$command" | tail -1; done < commands
      """#, in: folder.path)
    #expect(ran.output.contains("\n2 passed, 3 failed\n"))
    #expect(ran.output.contains(#"FAILED  ./s\xE9/x\xFF\n'q".scn"#))
    #expect(ran.output.contains(#"FAILED  ./\xF4\x8F\xBA\x85.scn"#))
    #expect(ran.output.contains(" ./-x.scn\n"))
    #expect(ran.output.hasSuffix(String(repeating: "0 passed, 1 failed\n", count: 3)))
  }

  @Test("files are written under names that are not UTF-8, too")
  func writtenNames() async throws {
    let folder = try TemporaryFolder(["a.scn": "echo a\n=> a\n"])
    let ran = try await shell(
      #"""
      "$INPROC" replay a.scn --output $'r\xFF.txt' --diagram $'p\xFF.svg' > /dev/null
      cat $'r\xFF.txt'; test -s $'p\xFF.svg'
      """#, in: folder.path)
    #expect(ran.output == "passed  a.scn\n1 passed, 0 failed\n")
    #expect(ran.status == 0)
  }
}
