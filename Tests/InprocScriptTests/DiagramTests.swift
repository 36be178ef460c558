import Foundation
import InprocExploration
import TestSupport
import Testing

@testable import InprocDiagram
@testable import InprocScript

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Pictures of a run", .timeLimit(.minutes(2)))
struct DiagramTests {
  private func timeline(_ text: String, _ choices: [Int]? = nil) async throws -> Timeline {
    try await timeline(Parser.parse(Array(text.utf8)), choices)
  }

  private func timeline(_ script: Script, _ choices: [Int]? = nil) async throws -> Timeline {
    let schedule = Schedule(choices: choices, checksum: Schedule.checksum(script.lines))
    let recorded = await onThread {
      ScenarioRunner(pool: ThreadPool(isPinned: true)).record(schedule, script, file: "run.scn")
    }
    return try #require(recorded).timeline
  }

  private let pingPong = """
    bind inproc://echo as server bidi
    spawn client { connect inproc://echo as c bidi; send c ping; recv c }
    recv server
    sleep 250ms
    reply server pong
    join
    """

  @Test("in a terminal a message is an arrow between the lifelines, at the time it is received")
  func plainText() async throws {
    let diagram = SequenceDiagram(try await timeline(pingPong), title: "Echo")
    #expect(
      diagram.textLines(width: 80) == [
        "Echo", "",
        "        main                                client",
        "0 s     ┃ bind inproc://echo as server bidi",
        "        ┃ spawn client                      │",
        "        ┃ waits: recv server                │",
        "        ┊                                   ┃ connect inproc://echo as c bidi",
        "        ┊                                   ● echo: ping",
        "        ┊                                   ┃ waits: recv c",
        "        ◀── echo: ping ─────────────────────┤",
        "        ┃ waits: sleep 250ms                ┊",
        "250 ms  ● echo: pong                        ┊",
        "        ┃ waits: join                       ┊",
        "        ├── echo: pong ─────────────────────▶",
      ])
  }

  @Test("in Mermaid a message that waits in the queue is a note, and an arrow where it is received")
  func mermaid() async throws {
    let diagram = SequenceDiagram(try await timeline(pingPong), title: "Echo: \"twice\"")
    #expect(
      diagram.mermaid == """
        ---
        title: "Echo: \\"twice\\""
        ---
        sequenceDiagram
          participant T0 as main
          participant T1 as client
          Note over T0: bind inproc://echo as server bidi
          T0-->>T1: spawn client
          Note over T0: waits: recv server
          Note over T1: connect inproc://echo as c bidi
          Note right of T1: sends echo: ping
          Note over T1: waits: recv c
          T1->>T0: echo: ping
          Note over T0: waits: sleep 250ms
          Note over T0,T1: 250 ms
          Note right of T0: sends echo: pong
          Note over T0: waits: join
          T0->>T1: echo: pong

        """)
  }

  @Test("what means something to Mermaid or XML is written so that it is shown as it is")
  func escaping() async throws {
    let text = "bind inproc://a as a\nsend a \"<b>; #1 & 'x' %% end\"\nrecv a"
    let diagram = SequenceDiagram(try await timeline(text), title: "A & <B>", problem: "1 < 2")
    let mermaid = diagram.mermaid
    #expect(mermaid.contains("#60;b#62;#59; #35;1 #38; #39;x#39; #37;#37; end"))
    let shown = try XMLText.of(diagram.svg)
    #expect(shown.contains("A & <B>"))
    #expect(shown.contains("✗ 1 < 2"))
    #expect(shown.contains(#"a: "<b>; #1 & 'x' %% end""#))
  }

  @Test("a wait that nothing ended is marked as one that lasts for ever")
  func deadlock() async throws {
    let diagram = SequenceDiagram(
      try await timeline("bind inproc://a as a\nspawn w { recv a }\nrecv a"), title: "Two receive",
      problem: "deadlock")
    let shown = try XMLText.of(diagram.svg)
    #expect(shown.filter { $0 == "waits for ever: recv a" }.count == 2)
  }

  @Test("a turn that the schedule took away is marked")
  func preemption() async throws {
    let text = "bind inproc://a as a\nspawn w { send a 1 }\nsend a 2\njoin\ndrain a"
    let marked = { (diagram: SequenceDiagram) in
      diagram.textLines().contains { $0.contains("⚡ the turn goes to w") }
    }
    #expect(!marked(SequenceDiagram(try await timeline(text), title: "")))
    #expect(marked(SequenceDiagram(try await timeline(text, [1]), title: "")))
  }

  @Test("of a long run the beginning and the end are shown, and how much is left out between")
  func folding() async throws {
    let text = "bind inproc://a as a\nrepeat 500 as i { send a $i; recv a }\necho end"
    let timeline = try await timeline(text)
    let whole = SequenceDiagram(timeline, title: "", maximumRows: 10_000)
    let folded = SequenceDiagram(timeline, title: "", maximumRows: 30)
    #expect(whole.rows.count > 1_000)
    #expect(folded.rows.count == 30)
    let lines = folded.textLines()
    #expect(lines.contains { $0.contains("… \(whole.rows.count - 29) more …") })
    #expect(lines.last?.contains("echo end") == true)
    _ = try XMLText.of(folded.svg)
  }

  @Test("the tree of outcomes parts where another thread went next")
  func tree() async throws {
    let text = """
      bind inproc://a as a
      spawn v { send a 1 }
      spawn w { send a 2 }
      join
      drain a
      """
    let runs = [("1 2", nil), ("2 1", [0, 0, 2])] as [(String, [Int]?)]
    var leaves: [OutcomeTree.Leaf] = []
    for (outcome, choices) in runs {
      leaves.append(
        OutcomeTree.Leaf(
          outcome: outcome, remark: "1 schedule", isForbidden: false, isInteresting: false,
          timeline: try await timeline(text, choices)))
    }
    let tree = OutcomeTree(title: "Either order", leaves)
    #expect(
      tree.textLines() == [
        "Either order", "",
        "main  bind inproc://a as a · spawn v · spawn w",
        "├─ v  send a 1", "│  w  send a 2", "│  main  join · drain a", "│  ▶ 1 2   1 schedule",
        "└─ w  send a 2", "   v  send a 1", "   main  join · drain a", "   ▶ 2 1   1 schedule",
      ])
    #expect(try XMLText.of(tree.svg).contains("2 1"))
    #expect(tree.mermaid.contains("n0 --> n2"))
  }

  @Test("every scenario yields pictures", arguments: ScenarioFile.all(in: "scenarios"))
  func scenarios(_ file: ScenarioFile) async throws {
    let script = try file.script()
    let diagram = SequenceDiagram(
      try await timeline(script), title: script.directives.title ?? file.testDescription)
    #expect(!diagram.textLines().isEmpty)
    #expect(diagram.mermaid.hasPrefix("---\ntitle: "))
    #expect(try XMLText.of(diagram.svg).contains(diagram.title))
  }
}

/// The texts that an XML file shows, read by a parser that is not the project's.
private final class XMLText: NSObject, XMLParserDelegate {
  private var texts: [String] = []
  private var current: String?

  static func of(_ xml: String) throws -> [String] {
    let parser = XMLParser(data: Data(xml.utf8))
    let texts = XMLText()
    parser.delegate = texts
    try #require(parser.parse(), "not XML: \(String(describing: parser.parserError))")
    return texts.texts
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    if name == "text" || name == "title" { current = "" }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) { current?.append(text) }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if let current { texts.append(current) }
    current = nil
  }
}
