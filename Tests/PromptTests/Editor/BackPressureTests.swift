import Foundation
import Synchronization
import TestSupport
import Testing

@testable import LineEditor

@Suite("Output that comes faster than it is shown", .timeLimit(.minutes(1)))
struct BackPressureTests {
  @Test("waits; little is queued, and every line comes whole and in order")
  func bounded() async throws {
    try await onThread {
      let output = LineEditor.Output()
      output.beginEditing()
      let (threads, lines) = (10, 2_000)
      let width = 100
      for thread in 0..<threads {
        Thread.detachNewThread {
          for line in 0..<lines {
            let text = "t\(thread) \(line) "
            output.print(text + String(repeating: "x", count: width - text.utf8.count))
          }
        }
      }
      // Two MiB in all: who prints would be far ahead.
      var seen = Array(repeating: 0, count: threads)
      var largest = 0
      while seen.reduce(0, +) < threads * lines {
        guard output.hasQueued else {
          Thread.sleep(forTimeInterval: 0.0005)
          continue
        }
        let burst = output.takeQueued()
        largest = max(largest, burst.count)
        for line in String(decoding: burst, as: UTF8.self).split(separator: "\n") {
          let words = line.split(separator: " ")
          let thread = try #require(Int(words[0].dropFirst()))
          #expect(Int(words[1]) == seen[thread] && line.utf8.count == width)
          seen[thread] += 1
        }
      }
      // Each thread may add a line to a full queue.
      #expect(largest <= LineEditor.Output.limit + (threads + 1) * (width + 1))
      output.close()
    }
  }

  @Test("waits while the terminal takes nothing; a key has its effect at once then")
  func stalled() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("flood 10 20000\r")
      try terminal.expect(line: "[t0] line 0")
      // Nobody reads what is printed now: the program has to wait, and to stay small.
      Thread.sleep(forTimeInterval: 0.3)
      let before = try memory(of: terminal.process)
      Thread.sleep(forTimeInterval: 0.3)
      let grown = try memory(of: terminal.process) - before
      #expect(isSanitized || grown < 1 << 20)
      let known = terminal.screen.allLines.count
      try terminal.type("\u{03}")
      try terminal.expect("interrupted") { $0.allLines.contains("interrupted") }
      // What stood between was little more than a queue, a burst and the terminal's own buffer.
      let later = terminal.screen.allLines
      let place = try #require(later.firstIndex(of: "interrupted"))
      #expect(place - known < (160 << 10) / 12)
      try terminal.expect("the rest", within: .seconds(40)) {
        $0.scrollback.count + $0.cursor.row >= 200_000 && $0.beforeCursor == "inproc> "
      }
    }
  }

  /// What a process keeps in memory, in bytes.
  private func memory(of process: pid_t) throws -> Int {
    let text = try contents(of: "/proc/\(process)/statm")
    return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
  }
}
