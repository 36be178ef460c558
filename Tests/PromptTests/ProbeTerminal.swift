import Foundation
import TestSupport

/// Starts the probe and waits for its first prompt.
func startProbe(
  _ home: TemporaryHome, columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]
) throws -> PseudoTerminal {
  try startProgram(
    "LineEditorProbe", home, columns: columns, rows: rows, environment: environment)
}

/// Starts one of the package's programs in a terminal, and waits for its first prompt.
func startProgram(
  _ name: String, _ home: TemporaryHome, arguments: [String] = [], columns: Int, rows: Int,
  environment: [String: String] = [:], waitsForPrompt: Bool = true
) throws -> PseudoTerminal {
  let terminal = try PseudoTerminal(
    product(name), arguments,
    environment: home.environment.merging(environment) { $1 },
    columns: columns, rows: rows)
  terminal.home = home
  if waitsForPrompt { try terminal.expect(beforeCursor: "inproc> ") }
  return terminal
}

/// Starts a shell that has jobs; its prompt is `shell$ `.
func startShell(_ home: TemporaryHome) throws -> PseudoTerminal {
  let terminal = try PseudoTerminal(
    "/bin/bash", ["--norc", "--noprofile", "--noediting", "-i"],
    environment: home.environment.merging(["TERM": "xterm", "PS1": "shell$ "]) { $1 })
  terminal.home = home
  try terminal.expect(beforeCursor: "shell$ ")
  return terminal
}

/// Starts one of the package's programs as a job of a shell, and waits for its first prompt.
func startUnderShell(_ name: String, _ home: TemporaryHome) throws -> PseudoTerminal {
  let terminal = try startShell(home)
  try terminal.type(product(name) + "\r")
  try terminal.expect(beforeCursor: "inproc> ")
  return terminal
}

extension PseudoTerminal {
  /// Stops the job of a shell.
  func stop() throws {
    try type("\u{1A}")
    try expect(beforeCursor: "shell$ ")
  }

  /// Types a command for the shell, and waits for what it prints and for the next prompt.
  func enterInShell(_ command: String, gives line: String) throws {
    try type(command + "\r")
    try expect(line: line)
    try expect(beforeCursor: "shell$ ")
  }

  /// Continues it where it runs a command.
  func continueRunning() throws {
    try type("fg\r")
    // It runs again once it has taken the terminal from the shell and set it up.
    try expect("running again") { _ in foregroundGroup != process && !echoes }
  }

  /// Has a thread of the probe print lines, while the prompt goes on.
  func listen(_ home: TemporaryHome) throws -> FileHandle {
    let pipe = home.makePipe()
    try type("listen \(pipe)\r")
    guard let handle = FileHandle(forUpdatingAtPath: pipe) else {
      throw Failure(description: "no pipe")
    }
    try expect("prompt after listen") {
      $0.beforeCursor == "inproc> " && $0.logicalLines.contains("inproc> listen \(pipe)")
    }
    return handle
  }
}

extension FileHandle {
  func print(_ lines: String...) throws {
    try write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
  }
}
