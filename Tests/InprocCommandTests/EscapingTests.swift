import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Texts of files in what is shown", .timeLimit(.minutes(2)))
struct EscapingTests {
  /// Unprintable of every kind: reordering, C1, an escape sequence, invisible, a line separator, DEL.
  private static let raw = "\u{202E}\u{85}\u{1B}[31m\u{200B}\u{2028}\u{FEFF}\u{7F}\u{61C}\u{2066}"
  private static let escaped = #"\u{202E}\x1B[31m\u{85}\u{FFFE}\u{FFFF}\u{1FFFE}\u{FDD0}]]><b>&'\""#
  /// Swift's literals can't hold them.
  private static let noncharacters = String(
    String.UnicodeScalarView([0xFFFE, 0xFFFF, 0x1FFFE, 0xFDD0].compactMap(Unicode.Scalar.init)))
  private static let title =
    "t\npassed  other.scn\n\u{202E}\u{1B}[31m\u{85}\(noncharacters)]]><b>&'\""

  private let files: TemporaryFolder
  private static let names = [
    "failing.scn", "deadlock.scn", "outcomes.scn", "line\nend \u{1B}[31m'\u{202E}.scn",
  ]

  init() throws {
    let title = #"@title "t\npassed  other.scn\n"# + Self.escaped + "\"\n"
    let broken = "sned \(Self.raw) # \(Self.raw)\n"
    files = try TemporaryFolder([
      "failing.scn": title + """
        bind "inproc://e\\u{202E}\\u{2066}<>" as inbox # \(Self.raw)
        spawn a {
          send inbox "x\(Self.escaped)"
        }
        recv inbox # \(Self.raw)
        => "\(Self.raw)" # \(Self.raw)

        """,
      "deadlock.scn": title + """
        bind "inproc://q\\u{202E}\\u{200B}" as q
        spawn b { recv q }
        recv q

        """,
      "outcomes.scn": title + """
        @acceptable a # \(Self.raw)\(Self.noncharacters) ]]>
        @acceptable "\\u{202E}" # \(Self.raw)
        @explore
        bind inproc://a as inbox
        spawn a { send inbox a }
        spawn b { send inbox "\\u{202E}" }
        recv inbox as first
        observe $first

        """,
      Self.names[3]: broken,
    ])
  }

  /// What must not go to a terminal.
  private func unprintable(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { scalar in
      switch scalar.value {
      case 0x0A: false
      case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F,
        0xFEFF:
        true
      default: false
      }
    }
  }

  private func path(_ name: String) -> String { files.path + "/" + name }

  private static let commands = [
    ["replay"], ["replay", "--report", "tap"], ["replay", "--report", "junit"],
    ["replay", "--report", "json"], ["replay", "--trace"], ["replay", "--outcomes", "--explore"],
    ["replay", "--free", "--timeout", "10s"], ["replay", "--check-determinism"],
    ["replay", "--bless"], ["check"], ["format", "--check"],
  ]

  @Test("nothing unprintable of a file gets into any output", arguments: commands)
  func everyCommand(_ command: [String]) async throws {
    let ran = try await inproc(command + Self.names.map(path))
    #expect(unprintable(ran.output) == [])
    #expect(unprintable(ran.errors) == [])
    #expect(!(ran.output + ran.errors).isEmpty)
    let isForged = (ran.output + ran.errors).split(separator: "\n").contains {
      $0.hasPrefix("passed  other.scn") || $0.hasPrefix("end ")
    }
    #expect(!isForged)
  }

  @Test("nor into what shows one file", arguments: names)
  func oneFile(_ name: String) async throws {
    for command in [["replay", "--pace", "1us"], ["step"], ["replay", "-i"]] {
      let ran = try await inproc(command + [path(name)])
      #expect(unprintable(ran.output) == [])
      #expect(unprintable(ran.errors) == [])
    }
    let whole = try await inproc("replay", path(name))
    let filed = try await inproc("replay", "--output", path("report"), path(name))
    #expect(try contents(of: path("report")) == whole.output)
    #expect(filed.status == whole.status)
  }

  @Test("nor into a picture, and an SVG is XML that a parser reads", arguments: names.dropLast())
  func pictures(_ name: String) async throws {
    for form in ["mmd", "txt", "svg"] {
      let picture = path("picture." + form)
      _ = try await inproc("replay", "--diagram", picture, path(name))
      let text = try contents(of: picture)
      #expect(unprintable(text) == [])
      #expect(!text.contains("\npassed  other.scn"))
      if form == "svg" {
        let read = try XMLText(text)
        #expect(read.texts.contains { $0.contains(#"\u{FFFE}\u{FFFF}\u{1FFFE}\u{FDD0}]]><b>&'""#) })
      }
    }
  }

  @Test("JUnit is XML that a parser reads, whatever stands in titles, frames and paths")
  func junit() async throws {
    let ran = try await inproc(["replay", "--report", "junit"] + Self.names.map(path))
    let read = try XMLText(ran.output)
    let titles = read.attributes.filter { $0.key == "name" }.map(\.value)
    let shown =
      #"t\npassed  other.scn\n\u{202E}\u{1B}[31m\u{85}\u{FFFE}\u{FFFF}\u{1FFFE}\u{FDD0}]]><b>&'""#
    #expect(titles.filter { $0 == shown }.count == 3)
    let classes = read.attributes.filter { $0.key == "classname" }.map(\.value)
    #expect(classes.last == files.path + #"/line\nend \u{1B}[31m'\u{202E}.scn"#)
  }

  @Test("TAP holds no noncharacters, which YAML can't hold")
  func tap() async throws {
    let ran = try await inproc(["replay", "--report", "tap"] + Self.names.map(path))
    #expect(ran.output.contains(#"\\u{FFFE}\\u{FFFF}\\u{1FFFE}\\u{FDD0}]]>"#))
    let noncharacters = Set(Self.noncharacters.unicodeScalars)
    #expect(!ran.output.unicodeScalars.contains(where: noncharacters.contains))
  }

  @Test("JSON escapes what is unprintable, and a parser gets the very text back")
  func json() async throws {
    let ran = try await inproc(["replay", "--report", "json", path("failing.scn")])
    #expect(ran.output.contains(#"\u202e\u001b[31m\u0085\ufffe\uffff\ud83f\udffe\ufdd0]]>"#))
    let document = try JSONSerialization.jsonObject(with: Data(ran.output.utf8))
    let scenarios = (document as? [String: Any])?["scenarios"] as? [[String: Any]]
    #expect(scenarios?.first?["title"] as? String == Self.title)
  }

  @Test("a mark stands under what it marks, also behind escapes")
  func marks() async throws {
    let ran = try await inproc("replay", path("failing.scn"))
    let lines = ran.output.split(separator: "\n").map(Array.init)
    let expected = try #require(lines.firstIndex { String($0).contains("expected: ") })
    let frame = try #require(lines[expected].firstIndex(of: "\""))
    #expect(lines[expected + 1].firstIndex(of: "^") == frame)
    #expect(lines[expected + 1].count == lines[expected].count)

    let check = try await inproc("check", path(Self.names[3]))
    let place = files.path + #"/line\nend \u{1B}[31m'\u{202E}.scn:1:1: error: "#
    #expect(check.errors.hasPrefix(place))
  }

  @Test("the line that repeats a run is printable and works as it stands, whatever the file's name")
  func repetition() async throws {
    let names = ["a\u{1B}[31m\n1'b\\.scn", "it's $HOME.scn", "-x.scn"]
    for name in names {
      let folder = try TemporaryFolder([name: "echo a\n=> b\n"])
      let ran = try await launch(
        "/bin/bash", ["-c", "cd \"$0\" && \"$1\" replay .", folder.path, executable])
      let line = try #require(
        ran.output.split(separator: "\n").first { $0.contains("to repeat it: inproc ") })
      let command = line.split(separator: "to repeat it: inproc ")[1]
      let again = try await launch(
        "/bin/bash", ["-c", "cd \"$0\" && \"$1\" \(command)", folder.path, executable])
      #expect(again.output.contains("\n1 passed") == false && again.output.contains("0 passed, 1"))
      #expect(again.status == 1, "\(command)")
    }
  }

  @Test("a usage error quotes an argument on one line, with nothing unprintable")
  func usage() async throws {
    let evil = "\u{1B}[31m(x\nError: forged\u{202E}"
    let commands = [
      [evil], ["replay", evil], ["replay", "--filter", evil, path("failing.scn")],
      ["replay", "--timers", evil, path("failing.scn")], ["replay", "--jobs", evil, "."],
      ["replay", "--strategy", evil, path("failing.scn")], ["replay", "--pace", evil, "."],
      ["replay", "--schedule", evil, path("failing.scn")], ["replay", "--report", evil, "."],
      ["bench", "--time", evil], ["bench", "--filter", evil], ["step", evil], ["format", evil],
      ["replay", "--diagram", evil, "."], ["help", evil], ["--" + evil],
    ]
    for command in commands {
      let ran = try await inproc(command)
      #expect(unprintable(ran.output + ran.errors) == [], "\(command)")
      #expect(!(ran.output + ran.errors).contains("\nError: forged"), "\(command)")
    }
  }
}

/// What an XML document holds.
private final class XMLText: NSObject, XMLParserDelegate {
  private(set) var texts: [String] = []
  private(set) var attributes: [(key: String, value: String)] = []

  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else {
      throw parser.parserError ?? CocoaError(.fileReadCorruptFile)
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    texts[texts.count - 1] += string
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    texts.append("")
    self.attributes += attributes.map { ($0.key, $0.value) }
  }
}
