import Testing

@testable import InprocCommand
@testable import InprocScript

@Suite("The canonical form", .timeLimit(.minutes(1)))
struct FormatTests {
  private static let files =
    ScenarioFile.all(in: "scenarios") + ScenarioFile.fixtures("passing")
    + ScenarioFile.fixtures("failing")

  @Test("no file's meaning changes, and formatting again changes nothing", arguments: files)
  func meaning(_ file: ScenarioFile) throws {
    let bytes = try file.bytes()
    guard let script = try? file.script() else { return }
    let once = try Formatter.format(bytes, commands: .prompt)
    #expect(try Parser.parse(Array(once.utf8), commands: .prompt).shape == script.shape)
    #expect(try Formatter.format(Array(once.utf8), commands: .prompt) == once)
    #expect(Self.comments(once) == Self.comments(String(decoding: bytes, as: UTF8.self)))
  }

  /// How many `#` there are: none is lost.
  private static func comments(_ text: String) -> Int { text.utf8.count { $0 == 0x23 } }

  @Test("two texts that say different things have different shapes")
  func shapes() throws {
    func shape(_ text: String) throws -> String { try Parser.parse(text).shape }
    let all = [
      "echo a", "echo b", "echo \"a \"", "echo a; => a", "echo a; => b", "echo a; => /a/",
      "echo a; => /b/", "echo a; =! closed", "echo a; =! io", "echo a; =! io: /x/",
      "echo a\necho a", "repeat 2 { echo a }", "repeat 3 { echo a }", "@seed 1\necho a",
      "echo \(String(repeating: "a", count: 40))", "echo \(String(repeating: "b", count: 40))",
    ]
    #expect(Set(try all.map(shape)).count == all.count)
    #expect(try shape("echo  a  ;  =>   a") == shape("\n\necho a # hi\n  => a"))
  }

  @Test("spacing is regular, what is written stays")
  func canonical() throws {
    let text = """


         @title   "x"  \r
      @acceptable a   b   # one
      @forbidden b # two
      bind inproc://a    as a;;   bind inproc://b as b ;# hi
      spawn   w{send a 1;send a "x ; { y"  }
      spawn v {send a 2
      recv b;=> x | =! closed|timed-out: it's "odd" } #
         # inner


       if a == b{ echo "${x}  }" } else {
      echo bytes( 4 ,0xAA ) 'raw  x' } }  # end
      =! not-found:/a  b[/]/|closed

      inproc> echo   kept
      =>   kept
      [w] =>   kept
      spawn t { # stays

        echo /  x

      }
      repeat   { }


      """
    let formatted = #"""
      @title "x"
      @acceptable a b  # one
      @forbidden b     # two
      bind inproc://a as a; bind inproc://b as b  # hi
      spawn w { send a 1; send a "x ; { y" }
      spawn v {
        send a 2
        recv b; => x | =! closed | timed-out: it's "odd" } #
        # inner

        if a == b { echo "${x}  }" } else {
          echo bytes(4, 0xAA) 'raw  x'
        }
      }  # end
      =! not-found: /a  b[/]/ | closed

      inproc> echo   kept
      => kept
      [w] =>   kept
      spawn t {  # stays
        echo / x
      }
      repeat { }

      """#
    #expect(try Formatter.format(Array(text.utf8)) == formatted)
  }

  @Test("a text that does not parse is not formatted")
  func broken() {
    #expect(throws: SyntaxError.self) { try Formatter.format(Array("sned x".utf8)) }
  }
}
