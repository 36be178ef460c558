import Foundation

/// How a shell line has ended.
struct Ended {
  var status: Int32
  /// It had to be killed.
  var hasHung: Bool
}

/// Runs a line in a shell that a folder is current for, on the calling thread.
///
/// - Parameters:
///   - line: the line; it should end in `exec`, so that the program has the shell's process.
///   - folder: where it runs.
///   - limit: after so many seconds SIGTERM ends it, which is no hang; a second later SIGKILL does.
/// - Returns: the exit status, 128 and more for a signal.
/// - Throws: where no process can be started.
func shell(_ line: String, in folder: String, limit: Int) throws -> Ended {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", line]
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  let hasEnded = DispatchSemaphore(value: 0)
  process.terminationHandler = { _ in hasEnded.signal() }
  try process.run()
  var hasHung = false
  if hasEnded.wait(timeout: .now() + .seconds(limit)) == .timedOut {
    process.terminate()
    if hasEnded.wait(timeout: .now() + .seconds(5)) == .timedOut {
      hasHung = true
      kill(process.processIdentifier, SIGKILL)
      hasEnded.wait()
    }
  }
  let status = process.terminationStatus
  return Ended(
    status: process.terminationReason == .exit ? status : 128 + status, hasHung: hasHung)
}

/// The text as one word of a shell.
func quoted(_ text: String) -> String {
  "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
}
