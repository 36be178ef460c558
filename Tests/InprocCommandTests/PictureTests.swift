import Foundation
import TestSupport
import Testing

@Suite("Pictures", .timeLimit(.minutes(2)))
struct PictureTests {
  private static let files = [
    "order.scn": """
    @title "Either order"
    bind inproc://a as a
    spawn v { send a 1 }
    spawn w { send a 2 }
    join
    recv a
    recv a
    """,
    "lost.scn": """
    @title "First come"
    bind inproc://a as a
    spawn v { send a 1 }
    spawn w { send a 2 }
    recv a
    => 1
    """,
  ]

  /// Draws a file with those options; returns the picture's text.
  private func draw(_ file: String, as picture: String, _ options: String...) async throws
    -> (text: String, status: Int32)
  {
    let folder = try TemporaryFolder(Self.files)
    let path = folder.path + "/" + picture
    let ran = try await inproc(
      ["replay", "--diagram", path] + options + [folder.path + "/" + file])
    return (try contents(of: path), ran.status)
  }

  @Test("one run is a sequence diagram")
  func run() async throws {
    let (text, status) = try await draw("order.scn", as: "run.txt")
    #expect(status == 0)
    #expect(text.hasPrefix("Either order\n"))
    #expect(text.contains("◀── a: 1 ─"))
  }

  @Test("an exploration with several outcomes is the tree of them")
  func tree() async throws {
    let (text, status) = try await draw("order.scn", as: "tree.txt", "--explore")
    #expect(status == 0)
    #expect(text.contains("├─ v  send a 1"))
    #expect(text.contains("└─ w  send a 2"))
  }

  @Test("of a file that fails the failing schedule is drawn, and what was wrong")
  func failure() async throws {
    let (text, status) = try await draw("lost.scn", as: "lost.mmd", "--explore")
    #expect(status == 1)
    #expect(text.contains("✗ line 5: "))
    #expect(text.contains("T2->>T0: a: 2"))
  }

  @Test("librsvg draws the SVG", .enabled(if: has("rsvg-convert"), "needs rsvg-convert"))
  func rendered() async throws {
    for (picture, options) in [("run.svg", []), ("tree.svg", ["--explore"])] {
      let folder = try TemporaryFolder(Self.files)
      let path = folder.path + "/" + picture
      _ = try await inproc(
        ["replay", "--diagram", path] + options + [folder.path + "/order.scn"])
      let drawn = try await launch(
        "/usr/bin/env", ["rsvg-convert", "-o", path + ".png", path])
      #expect(drawn.status == 0, "\(drawn.errors)")
      let size = try FileManager.default.attributesOfItem(atPath: path + ".png")[.size] as? Int
      #expect(size ?? 0 > 5_000)
    }
  }

  @Test("a name that is no picture's, or several files, are refused before anything runs")
  func refused() async throws {
    let folder = try TemporaryFolder(Self.files)
    let unknown = try await inproc("replay", "--diagram", "x.png", folder.path + "/order.scn")
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("ends in .svg, .mmd (Mermaid) or .txt"))
    let several = try await inproc("replay", "--diagram", folder.path + "/x.svg", folder.path)
    #expect(several.status == 2)
    #expect(several.errors.contains("draws one file, and 2 were found"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/x.svg"))
  }
}
