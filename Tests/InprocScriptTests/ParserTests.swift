import Inproc
import Testing

@testable import InprocScript

@Suite struct ParserTests {
  @Test(
    "each statement parses, and keeps its text",
    arguments: [
      "bind inproc://a", "bind inproc://a as inbox bidi capacity=4", "bind foo capacity=-1",
      "connect inproc://a wait=forever", "connect inproc://a wait=1s as c bidi",
      "send c hello timeout=1s", "send c as now bidi", "send c \"a=b\" $x 0xAB to=d timeout=now",
      "recv b as v$i timeout=$t", "reply b 1 2", "select a b as v timeout=2m", "drain a", "close a",
      "unbind inproc://a", "list", "list threads", "join", "join t u", "stop t", "let x = 1 as",
      "incr x", "incr x -5", "echo a", "observe a", "fail a b", "sleep 1s", "source a/b.scn",
      "help send", "help", "quit",
    ])
  func statements(text: String) throws {
    let parsed = try #require(try statement("  \(text)  # comment"))
    #expect(parsed.text == text)
    #expect(parsed.range == SourceRange(line: 1, column: 3, length: text.unicodeScalars.count))
  }

  @Test("a name does not go on behind its quotation mark")
  func quotedName() { #expect(!findings("recv \"in box\"x").isEmpty) }

  @Test(
    "what a thread waits for is the command and the names in it",
    arguments: [
      ("connect inproc://a wait=1s as c bidi", "connect inproc://a"), ("send c hello", "send c"),
      ("recv b as v$i timeout=$t", "recv b"), ("reply b 1 2", "reply b"),
      ("select a b as v timeout=2m", "select a b"), ("join", "join"), ("join t u", "join t u"),
      ("sleep 1s", "sleep 1s"), ("for x in inbox { echo $x }", "recv inbox"),
    ])
  func waitReasons(text: String, reason: String) throws {
    #expect(try statement(text)?.waitReason.text == reason)
  }

  @Test("blocks nest, on one line or several")
  func blocks() throws {
    let script = try Parser.parse(
      """
      spawn w$i { repeat 3 as i { send c "$i"; break }
      }
      for x in inbox {
        if $x == a { echo 1 } else if $x[0] >= 2 { echo 2 } else { echo 3 }
        => 3
      }
      try { recv b } catch code { echo $code } # done
      => closed
      repeat { recv b }
      =! closed
      """)
    try #require(script.statements.count == 4)
    #expect(script.statements[0].text == "spawn w$i")
    let spawn = try #require(script.statements[0].command as? SpawnCommand)
    let loop = try #require(spawn.block.statements[0].command as? RepeatCommand)
    #expect(loop.count?.template.text == "3" && loop.body.statements.count == 2)
    let body = try #require(script.statements[1].command as? ForCommand).body
    let first = try #require(body.statements[0].command as? IfCommand)
    let second = try #require(first.otherwise?.statements.first?.command as? IfCommand)
    #expect(first.condition.alternatives.map { $0.map(\.comparison) } == [[.equal]])
    #expect(second.condition.alternatives.map { $0.map(\.comparison) } == [[.greaterOrEqual]])
    #expect(second.otherwise != nil && body.statements[0].expectations.count == 1)
    #expect(script.statements[2].expectations.count == 1)
    #expect(script.statements[3].expectations.count == 1)
  }

  @Test("a transcript replays: prompts are dropped, other threads' lines skipped")
  func transcript() throws {
    let script = try Parser.parse(
      "inproc> repeat 2 {\r\n...>   echo a; echo b\r\n[w] => {\r\n...> }\r\n"
        + "=> x\ninproc>\n[w-2] =! closed: 'x\ninproc>   recv b\n=! closed: it's gone | =>\n")
    #expect(script.statements.map(\.text) == ["repeat 2", "recv b"])
    #expect(script.statements.map(\.expectations.count) == [1, 1])
    #expect(script.lines.count == 9 && script.lines[0] == "inproc> repeat 2 {")
  }

  @Test("directives")
  func directives() throws {
    let script = try Parser.parse(
      """
      \u{FEFF}# about
      @title "Many \\"clients\\""
      @explore; @seed 18446744073709551615
      @steps 5
      @timers racing
      @expect deadlock # why
      @acceptable 1 /a|b/ ... # the usual one 
      @forbidden _
      @acceptable (none)
      echo x
      """)
    let directives = script.directives
    #expect(directives.title == "Many \"clients\"" && directives.explores)
    #expect(directives.seed == .max && directives.steps == 5 && directives.timers == .racing)
    #expect(directives.expectsDeadlock)
    #expect(directives.outcomes.map(\.grade) == [.acceptable, .forbidden, .acceptable])
    #expect(directives.outcomes.map(\.comment) == ["the usual one", nil, nil])
    #expect(directives.outcomes.map(\.text) == ["1 /a|b/ ...", "_", "(none)"])
  }

  @Test("an expectation may come first at a prompt")
  func leading() throws {
    #expect(try Parser.parse("=> x", mode: .prompt).leadingExpectations.count == 1)
    #expect(
      findings("=> x") == [
        "1:1+2: this expectation follows no command; write it on the line after its command"
      ])
    #expect(!findings("repeat { => x }", mode: .prompt).isEmpty)
  }

  @Test("every example of the command table parses, and help fits a terminal")
  func help() {
    for command in CommandTable.standard.descriptions {
      #expect(findings(command.example) == [], "\(command.keyword)")
      #expect(command.summary.count <= 30, "\(command.keyword)")
      #expect(Help.topic(command.keyword) != nil)
    }
    let lines = Help.overview().split(separator: "\n")
    #expect(lines.count <= 23 && lines.allSatisfy { $0.count <= 80 })
    #expect(Help.topic("nothing") == nil)
    #expect(Help.markdownReference().contains("### `send`"))
  }

  @Test(
    "a prompt goes on while a block is open",
    arguments: [
      ("repeat {", 1), ("repeat { if a == b {\n}", 1), ("echo '{'", 0), ("echo \"{\" # {", 0),
      ("echo \"{", 0), ("repeat { # }", 1), ("repeat { echo ${x}", 1), ("echo \"\\\"{\"", 0),
      ("}", 0), ("recv b\n=> /{/", 0), ("=! closed: it's {", 0), ("[w] => {", 0),
      ("repeat { recv b\n=! closed: /}/ | => '}'", 1), ("try {\n} catch x {", 1), ("", 0),
      ("source a/{", 1), ("inproc> repeat {\n...> [w] => }", 1),
      ("echo a\n=> a | =! closed: {\n=! closed | io: {", 0), ("inproc> recv b\n=> /{/ | /{/", 0),
    ])
  func completeness(text: String, open: Int) {
    #expect(InputCompleteness.openBlocks(text) == open)
    #expect(InputCompleteness.isComplete(text) == (open == 0))
  }
}
