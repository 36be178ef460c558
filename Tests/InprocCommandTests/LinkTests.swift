import Foundation
import TestSupport
import Testing

@Suite("Links in the documents")
struct LinkTests {
  @Test("lead to files and headings that are there")
  func resolve() throws {
    var checked = 0
    for page in try Self.pages() {
      for link in try Self.links(in: page) {
        checked += 1
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let folder = (page as NSString).deletingLastPathComponent
        let target =
          parts[0].isEmpty ? page : NSString.path(withComponents: [folder, String(parts[0])])
        let path = ((packageFolder + "/" + target) as NSString).standardizingPath
        #expect(FileManager.default.fileExists(atPath: path), "'\(link)' in \(page)")
        if parts.count == 2, path.hasSuffix(".md") {
          let headings = try Self.headings(of: contents(of: path))
          #expect(headings.contains(String(parts[1])), "'\(link)' in \(page)")
        }
      }
    }
    #expect(checked > 100)
  }

  /// Paths below the package's folder.
  private static func pages() throws -> [String] {
    let docs = try FileManager.default.subpathsOfDirectory(atPath: packageFolder + "/docs")
    let top = try FileManager.default.contentsOfDirectory(atPath: packageFolder)
    return (top + docs.map { "docs/" + $0 } + ["Benchmarks/README.md"])
      .filter { $0.hasSuffix(".md") }
  }

  /// Those within the repository, outside of blocks of code.
  private static func links(in page: String) throws -> [String] {
    var isCode = false
    var links: [String] = []
    for line in try contents(of: packageFolder + "/" + page).components(separatedBy: "\n") {
      if line.hasPrefix("```") { isCode.toggle() }
      if isCode { continue }
      let text = line.replacing(/`[^`]*`/, with: "")
      for match in text.matches(of: /\]\(([^)\s]+)\)/) { links.append(String(match.1)) }
    }
    return links.filter { $0.firstMatch(of: /^[a-z]+:/) == nil }
  }

  /// As GitHub names them in links.
  private static func headings(of text: String) -> Set<String> {
    Set(
      text.components(separatedBy: "\n").filter { $0.hasPrefix("#") }.map { line in
        line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
          .filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
          .replacing(" ", with: "-")
      })
  }
}
