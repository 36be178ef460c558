import Foundation
import TestSupport
import Testing

@Suite("Output that is lost", .timeLimit(.minutes(2)))
struct OutputTests {
  private let files: TemporaryFolder

  init() throws {
    files = try TemporaryFolder([
      "good.scn": "echo a\n=> a\n", "bad.scn": "echo a\n=> b\n", "broken.scn": "sned a\n",
      "loose.scn": "echo  a\n",
    ])
  }

  /// All that writes to standard output, and what would be its exit status otherwise.
  static let commands = [
    ("-c 'echo a'", 0), ("-c 'help'", 0), ("-c 'echo a; connect inproc://a'", 1),
    ("help", 0), ("help replay", 0), ("--help", 0), ("replay --help", 0),
    ("--generate-completion-script bash", 0), ("format - < loose.scn", 0),
    ("format --check loose.scn", 1), ("replay good.scn", 0), ("replay bad.scn", 1),
    ("replay broken.scn", 2), ("replay --report tap good.scn", 0),
    ("replay --report junit good.scn", 0), ("replay --report json good.scn", 0),
    ("replay --outcomes good.scn", 0), ("replay --trace good.scn", 0),
    ("replay --pace 1us good.scn", 0), ("replay --bless good.scn", 0),
    ("replay --output report good.scn", 0), ("bench --time 1ms --filter there", 0),
  ]

  @Test("on a full disk it is exit status 2, and standard error says why", arguments: commands)
  func fullDisk(_ command: String, _ status: Int) async throws {
    #expect(try await shell("inproc \(command)", in: files).status == status)
    let ran = try await shell("inproc \(command) >/dev/full", in: files)
    #expect(ran.status == 2)
    #expect(
      ran.errors.hasSuffix("error: can't write to standard output: No space left on device\n"))
  }

  @Test("with standard output closed it is exit status 2, and no file gets it instead")
  func closed() async throws {
    for (command, _) in Self.commands {
      let ran = try await shell("inproc \(command) >&-", in: files)
      #expect(ran.status == 2, "\(command)")
      #expect(ran.errors.hasSuffix("standard output: Bad file descriptor\n"), "\(command)")
    }
    let report = try await shell("cat report", in: files)
    #expect(report.output == "passed  good.scn\n1 passed, 0 failed\n")
  }

  @Test("a reader that goes away ends the program at once and quietly, from any thread")
  func closedPipe() async throws {
    let endless = [
      "-c 'repeat { echo x }'", "-c 'spawn a { repeat { echo x } }; join a'",
      "-c 'spawn a { repeat { echo x } }; spawn b { repeat { echo x } }; repeat { echo x }'",
    ]
    for command in endless + ["replay good.scn", "replay --trace good.scn", "--help"] {
      // The reader leaves without having read anything, or after the first line.
      for reader in ["true", "head -n 1"] where reader == "true" || endless.contains(command) {
        let line = "{ inproc \(command); echo status $? >&2; } | \(reader)"
        let ran = try await shell(line, in: files)
        let isEarly = reader == "true" && ran.errors == "status 0\n"
        // What is written before the reader has left is not lost.
        #expect(ran.errors == "status 2\n" || isEarly, "\(command) | \(reader)")
      }
    }
    let piped = try await shell(
      "echo 'repeat { echo x }' | { inproc; echo status $? >&2; } | head -n 1")
    #expect(piped.output == "=> x\n")
    #expect(piped.errors == "status 2\n")
  }

  @Test("a file that may not grow further is a full disk too")
  func fileSizeLimit() async throws {
    let ran = try await shell("(ulimit -f 1; inproc -c 'repeat { echo x }' > out)", in: files)
    #expect(ran.status == 2)
    #expect(ran.errors == "error: can't write to standard output: File too large\n")
  }

  @Test("lost messages of standard error make the exit status 2, where it would be less")
  func standardError() async throws {
    for target in ["2>/dev/full", "2>&-"] {
      let failed = try await shell("inproc -c 'echo a; connect inproc://a' \(target)")
      #expect(failed.output.hasPrefix("=> a\n=! not-found"))
      #expect(failed.status == 2)
      #expect(try await shell("inproc check broken.scn \(target)", in: files).status == 2)
      let silent = try await shell("inproc -c 'echo a' \(target)")
      #expect(silent.output == "=> a\n")
      #expect(silent.status == 0)
    }
  }

  @Test("what writes nothing loses nothing")
  func nothing() async throws {
    #expect(try await shell("inproc check good.scn >/dev/full", in: files).status == 0)
    #expect(try await shell("inproc check good.scn >&- 2>&-", in: files).status == 0)
  }

  @Test("a pipe that does not block gets all of it, however slow its reader is")
  func nonBlocking() async throws {
    let pipe = Pipe()
    let writing = pipe.fileHandleForWriting.fileDescriptor
    #expect(fcntl(writing, F_SETFL, fcntl(writing, F_GETFL) | O_NONBLOCK) == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = ["-c", "repeat 20000 { echo 0123456789 }"]
    process.standardOutput = pipe
    try process.run()
    try pipe.fileHandleForWriting.close()
    let count = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var count = 0
        while true {
          // A little at a time, so that the pipe is full most of the time.
          let data = pipe.fileHandleForReading.readData(ofLength: 512)
          if data.isEmpty { break }
          count += data.count
        }
        process.waitUntilExit()
        continuation.resume(returning: count)
      }
    }
    #expect(count == 20000 * "=> 0123456789\n".utf8.count)
    #expect(process.terminationStatus == 0)
  }

  @Test("nothing but the one writer writes to the standard streams")
  func oneWriter() throws {
    let handles = #/FileHandle\.standard(Output|Error)|\b(stdout|stderr)\b/#
    let calls = #/(?:^|[^.\w])(print|debugPrint|dump|puts|fputs|putchar|fwrite|perror|write)\(/#
    for target in ["InprocCommand", "InprocScript", "InprocDiagram", "LineEditor"] {
      let folder = packageFolder + "/Sources/" + target
      let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
      for name in names where name.hasSuffix(".swift") && name != "Output.swift" {
        let text = try contents(of: folder + "/" + name)
        let code = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
        for line in code where line.contains(handles) { Issue.record("\(target)/\(name): \(line)") }
        // A file may have a `write` or a `print` of its own; descriptors of files are written to by
        // the script's and the editor's.
        let own = code.flatMap { $0.matches(of: #/(?:func|let) (\w+)/#).map { String($0.1) } }
        for line in code {
          for call in line.matches(of: calls) where !own.contains(String(call.1)) {
            if call.1 == "write", target != "InprocCommand" { continue }
            Issue.record("\(target)/\(name): \(line)")
          }
        }
      }
    }
  }
}
