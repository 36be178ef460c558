import Inproc
import InprocExploration
import InprocText
import Testing

@testable import InprocScript

@Suite struct PrintingTests {
  @Test(
    "prints a frame as a word, a string or bytes",
    arguments: [
      ("hello", "hello"), ("", "\"\""), ("wide world", "\"wide world\""), ("a=b", "\"a=b\""),
      ("_", "\"_\""), ("__", "__"), ("...", "\"...\""), ("....", "...."), ("/x", "\"/x\""),
      ("x/y", "x/y"), ("0x", "\"0x\""), ("0xAB", "\"0xAB\""), ("0xabc", "\"0xabc\""),
      ("0xyz", "0xyz"), ("bytes", "bytes"), ("bytes(3)", "\"bytes(3)\""), ("as", "as"),
      ("(none)", "\"(none)\""), ("$x", "\"\\$x\""), ("a\tb\n\r\0\"\\", #""a\tb\n\r\0\"\\""#),
      ("é日🎉", "é日🎉"), ("a\u{A0}b", "\"a\u{A0}b\""), ("\u{200B}", "0xE2808B"),
      ("\u{1B}[0m", "0x1B5B306D"), ("inproc://a-b.c:1+2@3%4~5", "inproc://a-b.c:1+2@3%4~5"),
      ("-1", "-1"), ("#", "\"#\""), ("'", "\"'\""),
    ] as [(String, String)])
  func printed(text: String, expected: String) {
    #expect(Frame(text).printed == expected)
  }

  @Test("prints what is not UTF-8 as bytes, and what is long as its size")
  func bytes() {
    #expect(Frame([0xDE, 0xFF]).printed == "0xDEFF")
    #expect(Frame(Array(repeating: 0x61, count: 256)).printed.utf8.count == 256)
    #expect(Frame(Array(repeating: 0x61, count: 257)).printed == "bytes(257)")
  }

  @Test("prints result lines on one line")
  func lines() {
    #expect(ResultLine.fields([.frame("a b"), .text("queued=0")]).printed == "=> \"a b\" queued=0")
    #expect(ResultLine.none.printed == "=> (none)")
    #expect(
      ResultLine.error(CommandError(.closed, "a\nb\u{1B}")).printed == "=! closed: a\\nb\\u{1B}")
  }

  @Test("each printed frame reads back, as an operand and as an expectation")
  func readsBack() throws {
    var random = SplitMix(state: 7)
    let pieces = [
      "a", "0x", "A", "9", "_", "...", "/", "=", "$", "x", "\"", "'", "\\", " ", "\t", "#", "é",
      "日",
      "\u{200B}", "\u{A0}", "(", ")", "none", "bytes", "{", "}", ";", "|", "=>", "[", "]", "as",
      "\n",
      "\u{301}", "\u{FEFF}", "-", ":", "\r",
    ]
    for round in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0..<6, using: &random) {
        if round % 3 == 0 {
          bytes.append(UInt8.random(in: 0...255, using: &random))
        } else {
          bytes += Array(pieces.randomElement(using: &random, or: "").utf8)
        }
      }
      let frame = Frame(bytes)
      #expect(try frames(frame.printed) == Message(frame), "\(frame.printed)")
      #expect(try matches("=> " + frame.printed, .fields([.frame(frame)])), "\(frame.printed)")
      #expect(try !matches("=> " + frame.printed, .fields([.frame(frame), .frame(frame)])))
      #expect(try !matches("=> " + frame.printed, .fields([.frame(Frame(bytes + [1]))])))
    }
  }
}

/// A small random source with a seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

extension Collection {
  func randomElement(using random: inout SplitMix, or other: Element) -> Element {
    randomElement(using: &random) ?? other
  }
}
