import Inproc
import Testing

@testable import InprocScript

@Suite struct MatchingTests {
  let variables = Variables(messages: ["x": ["a", "b c"], "n": "3", "empty": []])

  private func line(_ fields: Frame...) -> ResultLine { .fields(fields.map { .frame($0) }) }

  @Test("field patterns")
  func fields() throws {
    let ab = line("a", "b")
    #expect(try matches("=> a b", ab))
    #expect(try !matches("=> a", ab))
    #expect(try !matches("=> a b c", ab))
    #expect(try matches("=> a _", ab))
    #expect(try !matches("=> _", ab))
    #expect(try matches("=> ...", ab))
    #expect(try matches("=> a b ...", ab))
    #expect(try !matches("=> a b _ ...", ab))
    #expect(try matches("=> /[a-b]/ /b/", ab))
    #expect(try !matches("=> /a/ /c/", ab))
    #expect(try !matches("=> /.*/", line([0xFF])))
    #expect(try matches("=> bytes(3)", line([1, 2, 3])))
    #expect(try !matches("=> bytes(3, 0x00)", line([1, 2, 3])))
    #expect(try matches("=> bytes(3, 0x01)", line([1, 1, 1])))
    #expect(
      try matches("=> queued=0 inproc://a", .fields([.text("queued=0"), .text("inproc://a")])))
  }

  @Test("alternatives are of the kind before them")
  func alternatives() throws {
    let inUse = ResultLine.error(CommandError(.addressInUse, "endpoint 'inproc://a' is bound"))
    #expect(try matches("=> b1 | =! address-in-use", inUse))
    #expect(try matches("=> b1 | b2 | =! closed | address-in-use", inUse))
    #expect(try matches("=! closed | => b1 | b2", line("b2")))
    #expect(try matches("=! closed: /x|y/ | address-in-use: /'inproc:\\/\\/.'/", inUse))
    #expect(try !matches("=! address-in-use: /nothing/", inUse))
    #expect(try matches("=! address-in-use: some | => text; } #", inUse))
    #expect(try !matches("=! closed", inUse))
    #expect(try !matches("=> address-in-use", inUse))
  }

  @Test("(none) is a line of its own")
  func none() throws {
    #expect(try matches("=> (none)", .none))
    #expect(try !matches("=> (none)", line("(none)")))
    #expect(try !matches("=> \"(none)\"", .none))
    #expect(try matches("=> \"(none)\"", line("(none)")))
    #expect(try matches("=> _", .none))
    #expect(try matches("=> ...", .none))
    #expect(try matches("=> /.none./", .none))
    #expect(try matches("=> x | (none)", .none))
  }

  @Test("variables are replaced, $x alone by all its frames")
  func replacement() throws {
    #expect(try matches("=> 1 $x 2", line("1", "a", "b c", "2"), variables))
    #expect(try matches("=> \"$x\" $x[1]", line("a b c", "b c"), variables))
    #expect(try matches("=> $empty a", line("a"), variables))
    #expect(try matches("=> bytes($n)", line("abc"), variables))
    #expect(throws: CommandError.self) { try matches("=> $nothing", line("a"), variables) }
    #expect(throws: CommandError.self) { try matches("=> $x[2]", line("a"), variables) }
  }

  @Test("the first differing field of the closest alternative")
  func mismatch() throws {
    let text = "echo x\n=> a b | a c d | =! closed"
    let expectation = try #require(try statement(text)?.expectations.first)
    let found = try expectation.mismatch(with: line("a", "c", "e"), variables: variables)
    #expect(found == Expectation.Mismatch(alternative: 1, field: 2))
    let error = ResultLine.error(CommandError(.closed, "x"))
    #expect(try expectation.mismatch(with: error, variables: variables) == nil)
  }

  @Test(
    "words become values when the command runs",
    arguments: [
      ("$x", ["a", "b c"]), ("${x}", ["a", "b c"]), ("$x[0]", ["a"]), ("${x}[1]", ["b c"]),
      ("${x[1]}", ["b c"]), ("v$n", ["v3"]), ("\"$x.\"", ["a b c."]), ("${n}ms", ["3ms"]),
      ("\"$n[x]\"", ["3[x]"]), ("'$x'", ["$x"]), ("\"\\$x\"", ["$x"]), ("$n$n", ["33"]),
      ("bytes(2, 0x41)", ["AA"]), ("bytes($n, 0x41)", ["AAA"]), ("bytes( 2 )", ["\0\0"]),
      ("0x6162", ["ab"]), ("0x", [""]), ("0xyz", ["0xyz"]), ("as", ["as"]),
      (#""\x41\u{42}\t\0\"\\""#, ["AB\t\0\"\\"]), ("é/日", ["é/日"]),
    ] as [(String, [Frame])])
  func evaluation(text: String, expected: [Frame]) throws {
    #expect(try frames(text, variables) == Message(expected))
  }

  @Test("limits are checked before memory is taken")
  func limits() throws {
    #expect(throws: CommandError.self) { try frames("bytes(1GiB) x") }
    #expect(throws: CommandError.self) { try frames("bytes(8000000000GiB)") }
    let large = Variables(messages: ["m": Message(Array(repeating: Frame("x"), count: 40_000))])
    let error = #expect(throws: CommandError.self) { try frames("$m $m", large) }
    #expect(error?.code == .limit)
    let huge = Frame(Array(repeating: 0, count: 1 << 20))
    let many = Variables(messages: ["m": Message(Array(repeating: huge, count: 1000))])
    #expect(throws: CommandError.self) { try frames("\"$m$m\"", many) }
    #expect(throws: CommandError.self) { try frames("$m $m", many) }
  }

  @Test("names, numbers and durations out of variables")
  func quantities() throws {
    let values = Variables(messages: ["a": "1s", "b": "x y", "c": "send", "d": "now", "e": "12"])
    let duration = { (text: String) throws -> Duration? in
      try (statement("sleep \(text)")?.command as? SleepCommand)?.time.duration(values)
    }
    #expect(try duration("$a") == .seconds(1))
    #expect(try duration("${e}ms") == .milliseconds(12))
    #expect(try duration("2m") == .seconds(120))
    #expect(throws: CommandError.self) { try duration("$b") }
    let name = { (text: String) throws -> String? in
      try (statement("recv \(text)")?.command as? RecvCommand)?.handle.name(values)
    }
    #expect(try name("w$e") == "w12")
    for text in ["$b", "$c", "$e"] { #expect(throws: CommandError.self) { try name(text) } }
  }
}
