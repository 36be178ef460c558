import Foundation

/// A home of a test's own: history, settings, named pipes.
package final class TemporaryHome: Sendable {
  private let folder: TemporaryFolder
  /// Where it is.
  package var path: String { folder.path }

  package init() {
    do {
      folder = try TemporaryFolder()
    } catch {
      fatalError("\(error)")
    }
  }

  /// The environment of a program that lives there.
  package var environment: [String: String] {
    [
      "TERM": "xterm-256color", "HOME": path, "XDG_STATE_HOME": path + "/state",
      "PATH": "/usr/bin:/bin",
      // libedit keeps the names of its functions for good, which the address sanitizer would report.
      "ASAN_OPTIONS": "detect_leaks=0",
    ]
  }

  /// Where the probe keeps its history.
  package var history: String { path + "/state/probe/history" }

  package func write(_ text: String, to name: String) throws {
    try folder.write(text, to: name)
  }

  /// Makes a named pipe.
  package func makePipe() -> String {
    mkfifo(path + "/pipe", 0o600)
    return path + "/pipe"
  }
}
