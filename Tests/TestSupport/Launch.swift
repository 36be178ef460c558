import Foundation

/// What a program printed, and how it ended.
package struct Ran: Sendable {
  package var output: String
  package var errors: String
  package var status: Int32
}

/// Runs the program on a thread that the caller awaits.
package func inproc(_ arguments: [String], input: [UInt8] = []) async throws -> Ran {
  try await launch(executable, arguments, input: input)
}

package func inproc(_ arguments: String..., input: String = "") async throws -> Ran {
  try await inproc(arguments, input: Array(input.utf8))
}

package func inproc(inputBytes: [UInt8]) async throws -> Ran {
  try await inproc([], input: inputBytes)
}

/// Runs a line of the shell, in which `inproc` is the program. Standard input is empty.
package func shell(_ line: String, in folder: TemporaryFolder? = nil) async throws -> Ran {
  let path = folder.map { "cd '\($0.path)' && " } ?? ""
  let program = "inproc() { '\(executable)' \"$@\"; }; "
  return try await launch("/bin/sh", ["-c", path + program + line])
}

/// Runs a program on a thread that the caller awaits.
package func launch(_ program: String, _ arguments: [String], input: [UInt8] = []) async throws
  -> Ran
{
  try await onThread { try runProgram(program, arguments, input: input) }
}

/// Runs a program on the calling thread. Its streams are files: no pipe can fill up.
package func runProgram(
  _ program: String, _ arguments: [String], input: [UInt8] = []
) throws -> Ran {
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
