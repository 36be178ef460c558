import Foundation

/// What a program printed, and how it ended.
struct Ran: Sendable {
  var output: String
  var errors: String
  var status: Int32
}

let packageFolder = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The scenarios that are in no suite: those of the suites are explored, which takes long here.
func lessons() throws -> [String] {
  let folder = packageFolder + "/scenarios/"
  return try FileManager.default.contentsOfDirectory(atPath: folder)
    .filter { $0.hasSuffix(".scn") }.sorted().map { folder + $0 }
}

/// Where one of the package's programs is built: beside the test bundle.
func product(_ name: String) -> String {
  let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  let candidates = [own, CommandLine.arguments[0], Bundle.main.bundlePath]
    .map { URL(fileURLWithPath: $0).deletingLastPathComponent().path + "/" + name }
  return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    ?? packageFolder + "/.build/debug/" + name
}

let executable = product("inproc")

/// Runs the program on a thread that the caller awaits.
func inproc(_ arguments: [String], input: [UInt8] = []) async throws -> Ran {
  try await launch(executable, arguments, input: input)
}

func inproc(_ arguments: String..., input: String = "") async throws -> Ran {
  try await inproc(arguments, input: Array(input.utf8))
}

func inproc(inputBytes: [UInt8]) async throws -> Ran { try await inproc([], input: inputBytes) }

/// Runs a line of the shell, in which `inproc` is the program. Standard input is empty.
func shell(_ line: String, in folder: TemporaryFolder? = nil) async throws -> Ran {
  let path = folder.map { "cd '\($0.path)' && " } ?? ""
  let program = "inproc() { '\(executable)' \"$@\"; }; "
  return try await launch("/bin/sh", ["-c", path + program + line])
}

func launch(_ program: String, _ arguments: [String], input: [UInt8] = []) async throws -> Ran {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread {
      continuation.resume(with: Result { try run(program, arguments, input) })
    }
  }
}

/// Its streams are files: no pipe can fill up.
private func run(_ program: String, _ arguments: [String], _ input: [UInt8]) throws -> Ran {
  let folder = try TemporaryFolder(["out": "", "err": ""])
  let url = { (name: String) in URL(fileURLWithPath: folder.path + "/" + name) }
  try Data(input).write(to: url("in"))
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.standardInput = try FileHandle(forReadingFrom: url("in"))
  process.standardOutput = try FileHandle(forWritingTo: url("out"))
  process.standardError = try FileHandle(forWritingTo: url("err"))
  try process.run()
  process.waitUntilExit()
  return Ran(
    output: String(decoding: try Data(contentsOf: url("out")), as: UTF8.self),
    errors: String(decoding: try Data(contentsOf: url("err")), as: UTF8.self),
    status: process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus)
}

/// A folder with files, gone when it is released.
final class TemporaryFolder: Sendable {
  let path: String

  init(_ files: [String: String]) throws {
    path = NSTemporaryDirectory() + "inproc-\(UUID().uuidString)"
    for (name, text) in files {
      let url = URL(fileURLWithPath: path + "/" + name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
