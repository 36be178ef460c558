import Inproc
import InprocExploration
import Testing

@testable import InprocScript

@Suite struct ParserErrorTests {
  @Test(
    "one finding, at its place",
    arguments: [
      ("sned alice hello", "1:1+4: unknown command 'sned'; did you mean 'send'?"),
      ("  frobnicate", "1:3+10: unknown command 'frobnicate'; 'help' lists the commands"),
      (
        "send c",
        "1:7+1: 'send' needs FRAME here; "
          + "write it as 'send HANDLE FRAME… [timeout=DURATION|now] [to=CLIENT]'"
      ),
      ("send c a=b", "1:8+1: 'send' has no option 'a'; quote a frame that contains '='"),
      ("send c x timout=1s", "1:10+6: 'send' has no option 'timout'; did you mean 'timeout='?"),
      ("send c x timeout=1s timeout=2s", "1:21+7: option 'timeout' is given twice"),
      (
        "recv 9x",
        "1:6+2: '9x' is not a name; a name is a letter or '_', "
          + "then letters, digits, '_' or '-'"
      ),
      (
        "recv as",
        "1:6+1: 'recv' needs HANDLE here; "
          + "write it as 'recv HANDLE [timeout=DURATION|now] [as VAR]'"
      ),
      ("recv send", "1:6+4: 'send' can't be a name; it is a command"),
      (
        "recv b timeout=soon",
        "1:16+4: 'soon' is not a duration; "
          + "write 500us, 250ms, 2s, 1m or 'now'"
      ),
      ("sleep 9999999999999m", "1:7+14: '9999999999999m' is too large"),
      ("bind a capacity=abc", "1:17+3: 'abc' is not a number; write a number such as 3"),
      ("bind a bidii", "1:8+5: 'bind' has no option 'bidii'; did you mean 'bidi'?"),
      (
        "echo 0xABC",
        "1:6+5: '0x' is followed by an odd number of hex digits; "
          + "write two for each byte, or quote the word"
      ),
      ("echo \"abc", "1:6+4: this string is not closed; write '\"' at its end"),
      ("echo 'abc", "1:6+4: this string is not closed; write \"'\" at its end"),
      (
        "echo \"\\q\"",
        "1:7+2: this is not an escape; there are "
          + "\\n \\r \\t \\0 \\\\ \\\" \\$ \\xHH \\u{H…}, and '…' has none"
      ),
      (
        "echo \"\\u{D800}\"",
        "1:7+8: this is not a Unicode character; "
          + "write its number in hex, such as '\\u{E9}'"
      ),
      (
        "echo \"$ x\"",
        "1:7+1: '$' names no variable; "
          + "write '\\$' in \"…\" or '$' in '…' for the character"
      ),
      ("echo $x[y]", "1:8+1: '[' can't stand here; quote a word that contains it: '…'"),
      ("echo a\"b\"", "1:7+1: a blank is missing between two words"),
      ("echo a\u{A0}b", "1:7+1: U+00A0 can't stand here; quote a word that contains it: \"…\""),
      ("echo é日 a!", "1:10+1: '!' can't stand here; quote a word that contains it: '…'"),
      (
        "break",
        "1:1+5: 'break' stands outside of a loop; "
          + "it leaves a 'repeat' or 'for' of the same thread"
      ),
      (
        "repeat { spawn { break } }",
        "1:18+5: 'break' stands outside of a loop; "
          + "it leaves a 'repeat' or 'for' of the same thread"
      ),
      ("repeat 3", "1:9+1: 'repeat' needs a block here; write '{' on this line"),
      ("repeat 3 {", "1:10+1: this block is not closed; write '}' at its end"),
      ("}", "1:1+1: this '}' closes no block"),
      ("else { }", "1:1+4: 'else' must stand on the line of the '}' before it"),
      (
        "echo a\n=! deadlock",
        "2:4+8: a command can't expect 'deadlock'; "
          + "write '@expect deadlock'"
      ),
      ("echo a\n=! close", "2:4+5: unknown error code 'close'; did you mean 'closed'?"),
      (
        "echo a\n=>",
        "2:1+2: a field is missing here; "
          + "write a value, '_', '...', '/regex/', 'bytes(N)' or '(none)'"
      ),
      ("echo a\n=> ... b", "2:4+3: '...' must be the last field"),
      ("echo a\n=> /a(/", "2:6+1: in this regular expression, '(' is not closed"),
      ("echo a\n@explore", "2:1+8: '@explore' must stand before the first command"),
      ("@explore\n@explore", "2:1+8: '@explore' is given twice"),
      ("@sed 3", "1:1+4: unknown directive '@sed'; did you mean '@seed'?"),
      ("@title x", "1:8+1: '@title' takes a string; write it in quotes"),
      ("@steps 0", "1:8+1: '@steps' takes a number from 1 on"),
      ("let x=5", "1:6+1: a blank is missing before '='; write it as 'let VAR = FRAME… | A + B'"),
      (
        "if a = b { }",
        "1:6+1: 'if' compares two frames here, with blanks around the sign; "
          + "write ==, !=, <, <=, > or >="
      ),
      ("list handels", "1:6+7: 'list' does not know 'handels'; did you mean 'handles'?"),
      (
        "send c x timeout=1s y",
        "1:21+1: 'y' stands after the options; "
          + "write it as 'send HANDLE FRAME… [timeout=DURATION|now] [to=CLIENT]'"
      ),
      ("echo a } echo b", "1:8+1: this '}' closes no block"),
      (
        "repeat { } echo b",
        "1:12+4: this does not belong to the command before it; "
          + "write ';' or a new line between two commands"
      ),
    ])
  func findingsOf(text: String, expected: String) {
    #expect(findings(text).first == expected)
    if !text.hasPrefix("echo a }") { #expect(findings(text).count == 1) }
  }

  @Test("goes on after an error, and reports each once")
  func recovery() {
    let text = """
      sned a
      => x
      repeat 3 ass i {
        recv b
        => y
      } 
      if a b { echo 1 } else { 
        ecko 2
      }
      recv b
      """
    #expect(findings(text).map { $0.prefix(3) } == ["1:1", "3:1", "7:6", "8:3"])
    let many = String(repeating: "nonsense\n", count: 100)
    #expect(findings(many).count == 20)
  }

  @Test("a diagnostic shows its line and a caret")
  func rendering() {
    let render = { (text: String) -> String in
      do throws(SyntaxError) {
        _ = try Parser.parse(text)
        return ""
      } catch {
        return error.diagnostics[0].rendered(file: "greet.scn")
      }
    }
    #expect(
      render("     sned alice hello") == """
        greet.scn:1:6: error: unknown command 'sned'; did you mean 'send'?
          sned alice hello
          ^~~~
        """)
    #expect(
      render("echo 日本\t\u{7}") == """
        greet.scn:1:9: error: U+0007 can't stand here; quote a word that contains it: "…"
          echo 日本 \\u{7}
                    ^~~~~
        """)
    let long = render("echo " + String(repeating: "abc ", count: 5000) + "! x")
    let lines = long.split(separator: "\n").map(String.init)
    #expect(lines.count == 3 && lines[1].count < 82)
    #expect(lines[1].dropFirst(lines[2].count - 1).first == "!")
  }

  @Test("text that is not UTF-8")
  func encoding() {
    let bytes = Array("echo a\necho é".utf8) + [0xFF, 0x0A]
    #expect(
      findings(bytes) == [
        "2:7+1: this is not UTF-8; write such bytes as '0x…' or as '\\xHH' in a string"
      ])
  }

  @Test("limits: long lines, deep blocks, on a small stack")
  func limits() throws {
    let code = { (text: String) -> ErrorCode? in
      do throws(SyntaxError) {
        _ = try Parser.parse(text)
        return nil
      } catch {
        return error.code
      }
    }
    let deep = { (count: Int) in
      String(repeating: "repeat {\n", count: count) + String(repeating: "}\n", count: count)
    }
    #expect(code(deep(100)) == nil)
    #expect(code(deep(101)) == .limit)
    #expect(code(deep(100_000)) == .limit)
    let chain = "if a == b { }" + String(repeating: " else if a == b { }", count: 20_000)
    #expect(code(chain) == .limit)
    #expect(code("# " + String(repeating: "x", count: 1 << 20)) == .limit)
    #expect(code("#" + String(repeating: "x", count: (1 << 20) - 1) + "\necho a") == nil)
  }

  @Test("no input crashes it")
  func fuzz() {
    var random = SplitMix(state: 1)
    let pieces = [
      "send", "recv", "repeat", "if", "try", "catch", "else", "for", "in", "{", "}", ";", "\n", " ",
      " ", "\"", "'", "\\", "$x", "${", "$", "[0]", "0x", "bytes(", ")", ",", "=", "=>", "=!", "|",
      "/",
      "(", "_", "...", "#", "@title", "@acceptable", "as", "x", "timeout=", "1s", "closed", ":",
      "==",
      "inproc>", "[w]", "\r", "\t", "é", "\u{FEFF}", "\\u{", "\\x", "spawn", "break", "*", "]",
    ]
    for round in 0..<6000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1..<25, using: &random) {
        if round % 4 == 0 {
          bytes.append(UInt8.random(in: 0...255, using: &random))
        } else {
          bytes += Array(pieces.randomElement(using: &random, or: "").utf8)
          if round % 4 != 1 { bytes.append(0x20) }
        }
      }
      do {
        _ = try Parser.parse(bytes, mode: round % 2 == 0 ? .file : .prompt)
      } catch {
        #expect(!error.diagnostics.isEmpty)
        for diagnostic in error.diagnostics {
          let rendered = diagnostic.rendered(file: "x")
          #expect(rendered.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
        }
      }
      _ = InputCompleteness.openBlocks(String(decoding: bytes, as: UTF8.self))
    }
  }
}
