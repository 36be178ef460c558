import Foundation
import TestSupport
import Testing

@Suite("Code in the documents", .timeLimit(.minutes(2)))
struct SnippetTests {
  private static let modules = folder(of: executable) + "/Modules"

  @Test(
    "every block of Swift in the README, the docs and the articles compiles",
    .enabled(if: FileManager.default.fileExists(atPath: modules)))
  func compile() async throws {
    let snippets = try documents().flatMap(Snippet.all)
    #expect(snippets.count > 20)
    let files = try TemporaryFolder(
      Dictionary(
        uniqueKeysWithValues: snippets.enumerated().map { ("\($0).swift", $1.program("\($0)")) }))
    let paths = snippets.indices.map { "\(files.path)/\($0).swift" }
    let modulemaps = ["CInprocCore", "CInprocPlatform"].flatMap { module in
      [
        "-Xcc",
        "-fmodule-map-file=\(Self.folder(of: Self.modules))/\(module).build/module.modulemap",
      ]
    }
    let ran = try await launch(
      "/usr/bin/env",
      [
        "swiftc", "-typecheck", "-swift-version", "6", "-parse-as-library", "-I", Self.modules,
      ] + modulemaps + paths)
    #expect(ran.status == 0, "\(ran.errors)")
  }

  /// Paths below the package's folder.
  private func documents() throws -> [String] {
    let files = FileManager.default.enumerator(atPath: packageFolder + "/Sources")
    let articles = (files?.compactMap { $0 as? String } ?? []).filter { $0.contains(".docc/") }
      .map { "Sources/" + $0 }
    let docs = try FileManager.default.subpathsOfDirectory(atPath: packageFolder + "/docs")
      .map { "docs/" + $0 }
    return (["README.md"] + docs + articles).filter { $0.hasSuffix(".md") }.sorted()
  }

  private static func folder(of path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }
}

/// A block of Swift in a document.
private struct Snippet {
  let document: String
  /// Of its first line, from 1.
  let line: Int
  var text: [Substring] = []

  static func all(in document: String) throws -> [Snippet] {
    var found: [Snippet] = []
    var isInside = false
    let text = try contents(of: packageFolder + "/" + document)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line == "```swift" {
        found.append(Snippet(document: document, line: index + 2))
        isInside = true
      } else if line.hasPrefix("```") {
        isInside = false
      } else if isInside {
        found[found.count - 1].text.append(line)
      }
    }
    return found
  }

  /// A source file: what is declared becomes part of a type of its own, what is done a function.
  func program(_ name: String) -> String {
    let imports = text.filter { $0.hasPrefix("import ") }
    // As many lines as before, so that errors name the right one.
    let body = text.map { $0.hasPrefix("import ") ? "" : $0 }
    let code = body.filter { !$0.isEmpty && !$0.hasPrefix("//") }
    let declares = code.first.map { $0.hasPrefix("func ") || $0.hasPrefix("@Test ") } ?? false
    let waits = code.contains { $0.prefix(while: { $0 != "/" }).contains("await ") }
    return
      (["import Inproc"] + imports + ["struct Snippet\(name) {"]
      + (declares ? [] : ["func snippet() \(waits ? "async " : "")throws {"])
      + ["#sourceLocation(file: \"\(document)\", line: \(line))"] + body
      + ["#sourceLocation()"] + (declares ? [] : ["}"]) + ["}", ""]).joined(separator: "\n")
  }
}
