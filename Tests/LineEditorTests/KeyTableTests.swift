import Foundation
import TestSupport
import Testing

@testable import LineEditor

@Suite("The table of keys")
struct KeyTableTests {
  /// The page of the documents that tells of the prompt.
  private static func lines() throws -> [String] {
    try page("prompt.md").components(separatedBy: "\n")
  }

  @Test("the page on the prompt has a row for each key, with what it does")
  func documented() throws {
    let page = try Self.lines()
    let heading = try #require(page.firstIndex(of: "## Keys"))
    let rows = page[heading...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
    #expect(
      Array(rows.dropFirst(2)) == KeyTable.keys.map { "| \($0.label) | \($0.does) |" })
  }

  @Test("the page on the prompt names the keys of vi's command mode that know a block's lines")
  func viDocumented() throws {
    let sentence = try #require(try Self.lines().first { $0.contains("In vi's command mode") })
    for key in KeyTable.viCommands { #expect(sentence.contains("`\(key.label)`")) }
  }

  @Test("no two keys share a name, a sequence or a function")
  func unique() {
    let keys = KeyTable.keys + KeyTable.viCommands
    for names in [
      keys.map(\.label), keys.flatMap(\.sequences), KeyTable.functions.map(\.name),
      keys.flatMap(\.replaces), keys.flatMap(\.replacesInViCommands),
    ] {
      #expect(Set(names).count == names.count)
    }
  }
}
