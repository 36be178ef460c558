import Foundation
import TestSupport
import Testing

@Suite("Commands on standard input run as they come", .timeLimit(.minutes(2)))
struct DrivenTests {
  @Test("each line is answered before the next one is written")
  func conversation() async throws {
    try await onThread {
      let program = try DrivenProgram()
      try program.write("bind inproc://a as a\n")
      #expect(try program.readLine() == "=> a")
      try program.write("send a one; recv a\n=> one\n")
      #expect(try program.readLine() == "=> one")
      try program.write("repeat 2 as i {\n  echo $i\n")
      try program.write("}\n")
      #expect(try program.readLine() == "=> 1")
      #expect(try program.readLine() == "=> 2")
      try program.write("=> 1\n=> 2\n# a comment\n\nrecv nobody\n")
      #expect(try program.readLine()?.hasPrefix("=! unknown-name: ") == true)
      try program.write("=! unknown-name\nsned a x\n")
      #expect(try program.readLine()?.hasPrefix("=! syntax: unknown command 'sned'") == true)
      try program.write("=! syntax\necho \"no line end\"")
      program.endInput()
      #expect(try program.readLine() == "=> \"no line end\"")
      #expect(try program.readLine() == nil)
      #expect(program.end().status == 0)
    }
  }

  @Test("threads that wait are no deadlock while more may come")
  func waiting() async throws {
    try await onThread {
      let program = try DrivenProgram()
      try program.write("bind inproc://a as a\nspawn w { recv a }\n")
      #expect(try program.readLine() == "=> a")
      #expect(try program.readLine() == "=> w")
      try program.write("send a hello\n")
      #expect(try program.readLine() == "[w] => hello")
      try program.write("recv a\n")
      let (status, errors) = program.end(closing: false)
      #expect(status == 1)
      #expect(errors.contains("-:4:1: error: deadlock"))
    }
  }

  @Test("'quit' leaves at once, in a thread too, and so does a thread whose result differs")
  func leaving() async throws {
    try await onThread {
      let quits = try DrivenProgram()
      try quits.write("bind inproc://a as a; spawn w { recv a }\nquit\n")
      #expect(quits.end(closing: false).status == 0)
      let thread = try DrivenProgram()
      try thread.write("spawn w { quit }\n")
      #expect(thread.end(closing: false).status == 0)
      let differs = try DrivenProgram()
      try differs.write("spawn w { echo x; => y }\n")
      let (status, errors) = differs.end(closing: false)
      #expect(status == 1)
      #expect(errors.contains("-:1:11: error: 'echo x' did not give what was expected"))
    }
  }

  @Test(
    "an error ends the input once the next line, or its end, shows that it was not expected",
    arguments: [
      ("echo a\nfail x\n", 1, "-:2:1: error: unexpected failed in 'fail x'"),
      ("fail x\n\n# here\n=! failed\necho b\n", 0, ""),
      ("fail x\necho b\n", 1, "-:1:1: error: unexpected failed"),
      ("fail x\n=! closed\n", 1, "expected: =! closed"),
      ("echo a; fail x; echo never\n=> a\n=! failed\n", 0, ""),
      ("echo a; fail x\n=> a\necho b\n", 1, "actual:   =! failed: x   <- differs"),
      ("echo a\necho b\n=> b\n=> c\n", 1, "-:2:1: error: 'echo b' did not give"),
      ("drain a\n", 1, "unknown-name"),
      ("let x = 1; echo $x\n=> $x\n", 0, ""),
      ("sned a\necho b\n", 2, "-:1:1: error: unknown command 'sned'"),
      ("echo a\nsned a\n", 2, "-:2:1: error: unknown command 'sned'"),
      ("sned a\n=! syntax: any text\necho b\n=> b\n", 0, ""),
      ("echo a\n@title 'x'\n", 2, "'@title' must stand before the first command"),
      ("@steps 3\nrepeat { }\n", 1, "the run took more than 3 steps"),
      ("=> a\n", 2, "this expectation follows no command"),
      ("echo a; quit; => b\n", 1, "expected: => b"),
      ("echo a\n=> a\n=> a\n", 1, "actual:   (no line)"),
      ("repeat {\n", 2, "this block is not closed"),
      ("spawn w { fail x }\n", 1, "unexpected failed in 'fail x'"),
      ("\u{FEFF}echo a\r\n=> a\r\n", 0, ""),
    ])
  func ends(_ text: String, _ status: Int, _ error: String) async throws {
    let ran = try await inproc(input: text)
    #expect(Int(ran.status) == status, "\(ran.output)\(ran.errors)")
    #expect(error.isEmpty ? ran.errors.isEmpty : (ran.errors).contains(error), "\(ran.errors)")
  }

  @Test("what can't be a line is an error that tells why")
  func unreadable() async throws {
    let long = try await inproc(
      inputBytes: Array("echo a\n".utf8) + Array(repeating: 0x61, count: 3 << 20))
    #expect(long.status == 2)
    #expect(long.output == "=> a\n")
    #expect(long.errors.contains("-:2:1: error: this line is over 1 MiB"))
    let foreign = try await inproc(inputBytes: Array("echo a\necho ".utf8) + [0xFF, 0x0A])
    #expect(foreign.status == 2)
    #expect(foreign.errors.contains("-:2:6: error: this is not UTF-8"))
    let zero = try await inproc(inputBytes: Array("echo ".utf8) + [0x00, 0x0A])
    #expect(zero.status == 2)
    let folder = try await launch("/bin/sh", ["-c", "'\(executable)' < /"])
    #expect(folder.status == 2)
    #expect(folder.errors.contains("can't read standard input: it is a folder"))
    let closed = try await launch("/bin/sh", ["-c", "'\(executable)' <&-"])
    #expect(closed.status == 2)
    #expect(closed.errors.contains("can't read standard input: it is closed"))
  }

  @Test(
    "a signal ends it while it waits for input",
    arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func signals(_ signal: Int32, _ status: Int32) async throws {
    try await onThread {
      let program = try DrivenProgram()
      try program.write("echo a\n")
      #expect(try program.readLine() == "=> a")
      kill(program.identifier, signal)
      #expect(program.end(closing: false).status == status)
    }
  }
}

/// The program, with pipes for its streams. Blocking; use it inside ``onThread(_:)``.
private final class DrivenProgram {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let errors: URL
  private let folder: TemporaryFolder
  private var buffer: [UInt8] = []

  init() throws {
    folder = try TemporaryFolder(["err": ""])
    errors = URL(fileURLWithPath: folder.path + "/err")
    process.executableURL = URL(fileURLWithPath: executable)
    process.standardInput = input
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var identifier: pid_t { process.processIdentifier }

  func write(_ text: String) throws {
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
  }

  func endInput() { try? input.fileHandleForWriting.close() }

  /// The next line of its output, or nil at its end.
  func readLine() throws -> String? {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        defer { buffer.removeFirst(end + 1) }
        return String(decoding: buffer[..<end], as: UTF8.self)
      }
      var ready = pollfd(
        fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 60_000) > 0 else { throw CocoaError(.fileReadUnknown) }
      let bytes = output.fileHandleForReading.availableData
      if bytes.isEmpty { return nil }
      buffer += bytes
    }
  }

  /// Waits for its end; the input stays open where it is to end by itself.
  func end(closing: Bool = true) -> (status: Int32, errors: String) {
    if closing { endInput() }
    process.waitUntilExit()
    let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
    let status = process.terminationStatus
    return (process.terminationReason == .exit ? status : 128 + status, text)
  }
}
