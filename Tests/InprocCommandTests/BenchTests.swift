import Foundation
import TestSupport
import Testing

@Suite("inproc bench", .timeLimit(.minutes(1)))
struct BenchTests {
  private struct Entry: Decodable {
    var workload: String
    var nanoseconds: Double
    var spread: Double
  }

  @Test("every workload runs to its end and has a row of figures")
  func table() async throws {
    let ran = try await inproc("bench", "--time", "20ms")
    #expect(ran.status == 0)
    #expect(ran.errors == "")
    let lines = ran.output.split(separator: "\n")
    #expect(lines.first?.contains("ns each") == true)
    #expect(lines.count > 10)
    for line in lines.dropFirst() { #expect(line.hasSuffix(" %"), "\(line)") }
  }

  @Test("--json gives the same as numbers, --filter a part of it")
  func json() async throws {
    let ran = try await inproc("bench", "--time", "5ms", "--json", "--filter", "bounded")
    let entries = try JSONDecoder().decode([Entry].self, from: Data(ran.output.utf8))
    #expect(entries.map(\.workload) == ["bounded 1024", "bounded 64", "bounded 1"])
    for entry in entries { #expect(entry.nanoseconds > 0 && entry.spread >= 0) }
  }

  @Test("what can't be measured is a usage error")
  func usage() async throws {
    let time = try await inproc("bench", "--time", "soon")
    #expect(time.status == 2)
    #expect(time.errors.contains("--time 'soon' is not a duration; write 500ms, 10s or 1m"))
    let filter = try await inproc("bench", "--filter", "no such thing")
    #expect(filter.status == 2)
    #expect(filter.errors.contains("no workload's title matches 'no such thing'"))
    #expect(try await inproc("bench", "--filter", "(").status == 2)
  }
}
