import Foundation
import TestSupport
import Testing

@Suite("inproc step", .timeLimit(.minutes(1)))
struct InprocStepTests {
  private static let scenario = """
    @title "Two locks in opposite order"
    bind inproc://left as left
    bind inproc://right as right
    send left token
    send right token
    spawn alice { recv left; recv right; send right token; send left token }
    spawn bob { recv right; recv left; send left token; send right token }

    """

  private func start(
    _ home: TemporaryHome, columns: Int, rows: Int
  ) throws -> (PseudoTerminal, file: String) {
    let file = home.path + "/locks.scn"
    try Self.scenario.write(toFile: file, atomically: true, encoding: .utf8)
    let terminal = try startProgram(
      "inproc", home, arguments: ["step", file], columns: columns, rows: rows,
      waitsForPrompt: false)
    try terminal.expect("the first screen", has("turn 0 "))
    return (terminal, file)
  }

  private func has(_ text: String) -> (TerminalScreen) -> Bool {
    { screen in screen.logicalLines.contains { $0.contains(text) } }
  }

  @Test("turns are given one by one, to whom one chooses, and taken back", arguments: [80, 200])
  func turns(columns: Int) async throws {
    try await onThread {
      let home = TemporaryHome()
      let (terminal, _) = try start(home, columns: columns, rows: columns / 4)
      try terminal.type("\r")
      try terminal.expect("the first turn", has("bind inproc://left as left => left"))
      terminal.resize(columns: 280 - columns, rows: 70 - columns / 4)
      for _ in 1...6 { try terminal.type("\r") }
      try terminal.expect("alice's turn", has("recv left => token"))
      try terminal.expect("her next", has("▶2 alice"))
      try terminal.type("3")
      try terminal.expect("bob's turn", has("recv right => token"))
      try terminal.type("b")
      try terminal.expect("one turn less") {
        has("turn 7 ")($0) && !has("recv right => token")($0)
      }
      try terminal.type("1")
      try terminal.expect("a refusal", has("main can't run now"))
      try terminal.type("r")
      try terminal.expect("the start", has("turn 0 "))
      try terminal.type("\u{1B}[B\u{1B}[C")
      try terminal.expect("arrows give turns", has("turn 2 "))
      try terminal.type("\u{1B}[A\u{1B}[D")
      try terminal.expect("and take them back", has("turn 0 "))
    }
  }

  /// Where a text stands, as column and row.
  private func place(_ text: String, _ screen: TerminalScreen) -> (column: Int, row: Int)? {
    for (row, line) in screen.lines.enumerated() {
      if let range = line.range(of: text) {
        return (line.distance(from: line.startIndex, to: range.lowerBound), row)
      }
    }
    return nil
  }

  @Test("each thread has its column: what it did, and below that what it waits for")
  func columns() async throws {
    try await onThread {
      let home = TemporaryHome()
      let (terminal, _) = try start(home, columns: 100, rows: 30)
      for _ in 1...6 { try terminal.type("\r") }
      try terminal.expect("both threads", has("bob"))
      try terminal.type("2")
      try terminal.expect("alice's turn", has("recv left => token"))
      try terminal.type("3\r\r")
      try terminal.expect("bob waits", has("waits: recv left"))
      let screen = terminal.screen
      let alice = try #require(place("2 alice", screen) ?? place("   alice", screen))
      let taken = try #require(place("recv left => token", screen))
      let bob = try #require(place("waits: recv left", screen))
      #expect(taken.row > alice.row && bob.row > taken.row)
      #expect(abs(taken.column - alice.column) <= 3)
      #expect(bob.column > taken.column)
    }
  }

  @Test("a printed schedule opens its run at the end, from where one goes back")
  func printedSchedule() async throws {
    try await onThread {
      let home = TemporaryHome()
      let (first, file) = try start(home, columns: 100, rows: 30)
      try first.type("Fe")
      try first.expect("a deadlock", has("FAILED: deadlock"))
      try first.type("q")
      try first.expect("the schedule", has("schedule: c-"))
      let line = first.screen.logicalLines.first { $0.hasPrefix("schedule: ") }
      let schedule = try #require(line?.split(separator: " ").last).description
      let terminal = try startProgram(
        "inproc", home, arguments: ["step", "--schedule", schedule, file], columns: 80, rows: 24,
        waitsForPrompt: false)
      try terminal.expect("its end", has("FAILED: deadlock"))
      try terminal.type("b")
      try terminal.expect("a turn before") { !has("FAILED")($0) && has("turn ")($0) }
      try terminal.type("\r")
      try terminal.expect("the end again", has("FAILED: deadlock"))
    }
  }

  @Test("Ctrl-Z gives the terminal back, and going on draws the view anew")
  func stopped() async throws {
    try await onThread {
      let home = TemporaryHome()
      let file = home.path + "/locks.scn"
      try Self.scenario.write(toFile: file, atomically: true, encoding: .utf8)
      let terminal = try startShell(home)
      try terminal.type("\(executable) step \(file)\r")
      try terminal.expect("the first screen") { $0.isOnOtherScreen && has("turn 0 ")($0) }
      try terminal.type("\r")
      try terminal.expect("the first turn", has("turn 1 "))
      try terminal.stopFullScreen()
      terminal.resize(columns: 200, rows: 50)
      try terminal.type("fg\r")
      try terminal.expect("the view, in the new size") { screen in
        screen.isOnOtherScreen && has("turn 1 ")(screen) && screen.lines[49].hasSuffix("q leave")
      }
      try terminal.type("\r")
      try terminal.expect("the next turn", has("turn 2 "))
      try terminal.type("q")
      try terminal.expect("the shell") {
        !$0.isOnOtherScreen && has("schedule: ")($0) && $0.beforeCursor == "shell$ "
      }
    }
  }

  @Test("F finds a schedule that fails, f goes to its last turn, and leaving prints it")
  func failure() async throws {
    try await onThread {
      let home = TemporaryHome()
      let (terminal, file) = try start(home, columns: 100, rows: 30)
      try terminal.type("f")
      try terminal.expect("no failure yet", has("does not fail"))
      try terminal.type("F")
      try terminal.expect("one is found", has("the run fails"))
      try terminal.type("f\r")
      try terminal.expect("the failure", has("FAILED: deadlock"))
      try terminal.expect("who waits", has("waits: recv right"))
      try terminal.type("s")
      try terminal.expect("it is saved", has("saved in"))
      let saved = try contents(of: file.replacingOccurrences(of: ".scn", with: ".schedule"))
      try terminal.type("q")
      try terminal.expect("the schedule", has("schedule: " + saved.dropLast()))
    }
  }
}
