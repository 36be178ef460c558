import Foundation
import TestSupport
import Testing

/// The real program on screens of odd sizes.
@Suite("Narrow screens", .timeLimit(.minutes(2)))
struct NarrowScreenTests {
  private static let sizes = [
    (18, 24), (14, 5), (7, 3), (2, 2), (1, 1), (0, 0), (200, 60), (80, 1),
  ]

  private func resize(_ terminal: PseudoTerminal) throws {
    for (columns, rows) in Self.sizes {
      terminal.resizeUnseen(columns: columns, rows: rows)
      try terminal.drain()
      #expect(!terminal.hasEnded, "\(columns) × \(rows)")
    }
    terminal.resizeUnseen(columns: 80, rows: 24)
    try terminal.drain()
  }

  @Test("step, an opened run, watch and the prompt outlive them")
  func outlive() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startInproc(home)
      try terminal.type("bind inproc://keep as keep\r")
      try terminal.expect(line: "=> keep")
      try terminal.type(
        "explore { bind inproc://x as x; spawn worker_number_one_long { send x 1; send x 2 }; recv x }\r"
      )
      try terminal.expect("the outcome") { screen in
        screen.logicalLines.contains { $0.contains("explore open N") }
      }
      try terminal.type("explore open 1\r")
      try terminal.expect("the view") { $0.isOnOtherScreen }
      try terminal.type("bbb")
      try resize(terminal)
      try terminal.type("q")
      try terminal.expect("the prompt") { !$0.isOnOtherScreen }
      try terminal.type("watch\r")
      try terminal.expect("the view") { $0.isOnOtherScreen }
      try resize(terminal)
      try terminal.type("q")
      try terminal.expect("the prompt") { !$0.isOnOtherScreen }
      try terminal.type("echo 日本語 🦊👨‍👩‍👧 {")
      try resize(terminal)
      try terminal.type("\u{15}\u{1B}[200~repeat 1 {\r  echo a\r}\u{1B}[201~")
      try resize(terminal)
      try terminal.type("\r\u{0C}")
      try terminal.type("list\r")
      try terminal.expect("it is all there") { screen in
        screen.logicalLines.contains { $0.contains("inproc://keep") }
      }
    }
  }

  @Test("a line is typed, completed and entered at few columns and rows", arguments: 1...20)
  func typing(columns: Int) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      terminal.resizeUnseen(columns: columns, rows: 1 + columns % 3)
      try terminal.type("ec\thello 日本 🦊\u{1B}[D\u{1B}[D!\u{1B}[A\u{1B}[B\u{12}x\u{07}")
      try terminal.type("\t\u{1B}[200~two\rlines\u{1B}[201~\u{15}\u{1B}[A\u{15}")
      try terminal.drain()
      terminal.resizeUnseen(columns: 80, rows: 24)
      // What is typed together with Ctrl-C is given up.
      try terminal.type("\u{03}")
      try terminal.drain()
      try terminal.type("\u{0C}echo done\r")
      try terminal.expect("a result") { $0.logicalLines.contains { $0.hasSuffix("=> done") } }
    }
  }
}

extension PseudoTerminal {
  /// Another size for the program only: the screen of these tests is never as small.
  func resizeUnseen(columns: Int, rows: Int) { setSize(columns: columns, rows: rows) }

  /// Reads until nothing more comes for a moment.
  func drain() throws {
    var size = -1
    while size != transcript.count {
      size = transcript.count
      let end = ContinuousClock.now + .milliseconds(60)
      try? expect("a pause", within: .milliseconds(80)) { _ in ContinuousClock.now > end }
    }
  }

  var hasEnded: Bool {
    var status: Int32 = 0
    return takeExit(&status)
  }
}
