import InprocScript
import Testing

@Suite("File names")
struct FileNameTests {
  static let names: [[UInt8]] = [
    Array("plain.scn".utf8), Array("é 日本 👍.scn".utf8), [0xFF, 0xFE], [0x61, 0xC3],
    [0xE2, 0x82, 0x2F, 0x80], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF4, 0x90, 0x80, 0x80],
    // A name that holds, as valid UTF-8, the code point that stands for the byte 0x85.
    [0xF4, 0x8F, 0xBA, 0x85], [0xF4, 0x8F, 0xBA], [0x85, 0xF4, 0x8F, 0xBA, 0x85, 0xFF],
    Array("e\u{301}/\u{301}.scn".utf8), [0x0A, 0x27, 0x5C, 0x22, 0x24, 0x1B], [],
  ]

  @Test(
    "any bytes come back as they were, and different bytes are different names", arguments: names)
  func backAndForth(_ bytes: [UInt8]) {
    #expect(FileName.bytes(of: FileName.text(bytes)) == bytes)
    let same = Self.names.filter { FileName.areSame(FileName.text($0), FileName.text(bytes)) }
    #expect(same == [bytes])
  }

  @Test("random bytes come back as they were")
  func random() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
        [0x41, 0x80, 0x85, 0xBA, 0x8F, 0xC3, 0xE2, 0xED, 0xF4, 0xFF].randomElement() ?? UInt8(0)
      }
      #expect(FileName.bytes(of: FileName.text(bytes)) == bytes)
    }
  }

  @Test("a name is shown on one line, with bytes that are no UTF-8 as \\xNN")
  func shown() {
    #expect(FileName.shown(FileName.text([0x61, 0xFF, 0x0A, 0x1B])) == "a\\xFF\\n\\u{1B}")
    #expect(FileName.shown("größe.scn") == "größe.scn")
  }

  @Test("as a word of a shell, a name begins with no dash, and is quoted where it has to be")
  func shellWord() {
    #expect(FileName.shellWord("a/b-1.scn") == "a/b-1.scn")
    #expect(FileName.shellWord("-x.scn") == "./-x.scn")
    #expect(FileName.shellWord("-") == "-")
    #expect(FileName.shellWord("") == "''")
    #expect(FileName.shellWord("it's") == "'it'\\''s'")
    let odd = FileName.shellWord(FileName.text([0x27, 0x5C, 0xFF]))
    #expect(odd == #""$(printf '\047\134\377')""#)
  }

  @Test("as a word of the language, a name gives its bytes back", arguments: names)
  func languageWord(_ bytes: [UInt8]) throws {
    let name = FileName.text(bytes)
    for quote in [nil, "'", "\""] as [Character?] {
      let word = FileName.languageWord(name, quote: quote)
      guard word.first == "'" || word.first == "\"" else {
        #expect(Array(word.utf8) == bytes)
        continue
      }
      #expect(Parser.string(word) == bytes)
    }
  }

  @Test("a folder and a name are parted at a slash, whatever letter an accent seems to join it to")
  func parts() {
    let path = "a/\u{301}b.scn"
    #expect(FileName.areSame(FileName.folder(of: path), "a/"))
    #expect(FileName.areSame(FileName.last(of: path), "\u{301}b.scn"))
    #expect(FileName.hasSuffix(path, ".scn"))
  }
}
