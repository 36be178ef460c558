import Testing

@testable import LineEditor

/// What comes out does not depend on where the bytes were torn.
@Suite("Terminal input")
struct TerminalDecoderTests {
  /// How long nothing comes where bytes are torn: as told by what the decoder waits for.
  enum Pause: CaseIterable {
    case none, overEscape, overAll

    func isOver(_ waiting: TerminalDecoder.Waiting) -> Bool {
      switch self {
      case .none: false
      case .overEscape: waiting == .escape
      case .overAll: true
      }
    }
  }

  private static let escape: TerminalEvent = .text("\u{1B}")

  /// The events of pieces with pauses between them; what is pasted in one.
  private func events(
    _ pieces: [[UInt8]], _ pause: Pause, escapeIsPrefix: Bool
  ) -> [TerminalEvent] {
    var decoder = TerminalDecoder()
    decoder.escapeIsPrefix = escapeIsPrefix
    var events: [TerminalEvent] = []
    func add(_ event: TerminalEvent) {
      if case .pasted(let more) = event, case .pasted(let before)? = events.last {
        events[events.count - 1] = .pasted(before + more)
      } else if event != .report {
        events.append(event)
      }
    }
    for piece in pieces {
      decoder.take(piece)
      while let event = decoder.next() { add(event) }
      while let waiting = decoder.waiting, pause.isOver(waiting) {
        decoder.timeOut()
        while let event = decoder.next() { add(event) }
      }
    }
    decoder.end()
    while let event = decoder.next() { add(event) }
    return events
  }

  private func text(_ text: String) -> [TerminalEvent] { text.unicodeScalars.map { .text($0) } }

  static let sequences: [String] =
    KeyTable.scalars.keys.sorted().map { "\u{1B}" + $0 } + [
      // Keys without a meaning here: functions, insert, shifted ones of rxvt, the Linux console's.
      "\u{1B}[2~", "\u{1B}[15~", "\u{1B}OP", "\u{1B}[1;2A", "\u{1B}[3$", "\u{1B}[[A",
      "\u{1B}[97;5u",
      "\u{1B}[27;5;105~", "\u{1B}[Z",
      // Answers: attributes, place of the cursor, modes, size, version.
      "\u{1B}[?62;22c", "\u{1B}[>0;276;0c", "\u{1B}[24;80R", "\u{1B}[?2004;1$y", "\u{1B}[4;2$y",
      "\u{1B}[8;24;80t", "\u{1B}[0n", "\u{1B}P>|XTerm(370)\u{1B}\\", "\u{1B}P1$r0 q\u{1B}\\",
      "\u{1B}P!|00000000\u{1B}\\", "\u{1B}]10;rgb:ffff/ffff/ffff\u{1B}\\",
      "\u{1B}]11;rgb:0000/0000/0000\u{7}", "\u{1B}]52;c;aGk=\u{7}", "\u{1B}_Gi=1;OK\u{1B}\\",
      "\u{1B}^private\u{1B}\\", "\u{1B}Xstring\u{1B}\\", "\u{1B}]2;größe\u{7}",
      // The mouse and the focus.
      "\u{1B}[<0;10;20M", "\u{1B}[<0;10;20m", "\u{1B}[M !!", "\u{1B}[M\u{20}ŒŒ", "\u{1B}[I",
      "\u{1B}[O",
      // Pastes, with what may be in them.
      "\u{1B}[200~a\r\nb\tü🦊\u{1B}[201~", "\u{1B}[200~\u{1B}[201~", "\u{1B}[201~",
      "\u{1B}[200~x\u{1B}[200~y\u{1B}[31mz\u{1B}\u{1B}[20\u{1B}[201~",
      "\u{1B}[200~\0\u{3}\u{4}\r\u{7F}\u{1B}[201~",
      // Text.
      "ü", "日", "🦊", "e\u{301}", "\r", "\t", "\u{3}",
    ]

  @Test("a sequence torn at any byte, with any pause, is what it is untorn", arguments: sequences)
  func torn(sequence: String) {
    let bytes = Array("a\(sequence)z\r".utf8)
    for escapeIsPrefix in [true, false] {
      let whole = events([bytes], .none, escapeIsPrefix: escapeIsPrefix)
      #expect(whole.first == .text("a") && whole.suffix(2) == [.text("z"), .text("\r")])
      for pause in Pause.allCases {
        for index in 1..<bytes.count {
          let pieces = [Array(bytes[..<index]), Array(bytes[index...])]
          let torn = events(pieces, pause, escapeIsPrefix: escapeIsPrefix)
          let isAfterEscape = bytes[index - 1] == 0x1B && pause != .none
          if isAfterEscape, !escapeIsPrefix {
            // The exception: Escape is a key then. Whatever begins with a bracket is found all the same.
            let isBracket = bytes[index] == UInt8(ascii: "[") || bytes[index] == UInt8(ascii: "O")
            if isBracket { #expect(torn.filter { $0 != Self.escape } == whole, "at \(index)") }
            continue
          }
          if pause == .overAll, index > 1, bytes[index - 2] == 0x1B,
            "PX^_".utf8.contains(bytes[index - 1])
          {
            // The other exception: after a second, it was a key with Meta.
            continue
          }
          #expect(torn == whole, "at \(index) with \(pause)")
        }
        if escapeIsPrefix, pause != .overAll {
          #expect(events(bytes.map { [$0] }, pause, escapeIsPrefix: true) == whole, "byte by byte")
        }
      }
    }
  }

  @Test("what nobody typed gives nothing, and keys give what they are")
  func meaning() throws {
    func of(_ text: String) -> [TerminalEvent] {
      events([Array(text.utf8)], .none, escapeIsPrefix: false)
    }
    #expect(of("\u{1B}]11;rgb:0/0/0\u{7}a") == text("a"))
    #expect(of("\u{1B}P>|XTerm\u{1B}\\a") == text("a"))
    #expect(of("\u{1B}[12;40Ra") == text("a"))
    #expect(of("\u{1B}[M !!a") == text("a"))
    #expect(of("\u{1B}[I\u{1B}[Oa") == text("a"))
    let up = TerminalEvent.key(try #require(KeyTable.scalars["[A"]))
    #expect(of("\u{1B}[A\u{1B}OA") == [up, up])
    #expect(of("\u{1B}f\u{1B}\u{1B}[A\u{1B}") == text("\u{1B}f\u{1B}") + [up, Self.escape])
    #expect(of("\u{1B}P\u{1B}\\a") == text("a"))
    #expect(of("\u{1B}P\r") == text("\u{1B}P\r"))
    #expect(of("\u{1B}P\u{1B}P\r") == text("\u{1B}P\u{1B}P\r"))
    #expect(of("a\0b\u{FF}") == text("ab\u{FF}"))
    #expect(events([[0xC3], [0x28]], .overAll, escapeIsPrefix: true) == text("\u{FFFD}("))
    #expect(
      of("\u{1B}[200~x\u{1B}[200~y\u{1B}[201~z") == [
        .pasteBegin, .pasted(Array("xy".utf8)), .pasteEnd, .text("z"),
      ])
  }

  @Test("a control character ends what has begun and is heard: no lost terminator swallows Ctrl-C")
  func broken() {
    for start in ["\u{1B}[", "\u{1B}[20", "\u{1B}O", "\u{1B}]11;rgb", "\u{1B}P1$r", "\u{1B}[M"] {
      let all = Array("\(start)\u{3}a\r".utf8)
      #expect(events([all], .none, escapeIsPrefix: true) == text("\u{3}a\r"), "\(start)")
    }
    let long = "\u{1B}[" + String(repeating: "1;", count: 200)
    #expect(events([Array("\(long)ma".utf8)], .none, escapeIsPrefix: true) == text("a"))
    #expect(events([Array("\(long)\ra".utf8)], .none, escapeIsPrefix: true) == text("\ra"))
  }

  @Test("a paste without an end is one to the end of input")
  func endless() {
    let bytes = Array("\u{1B}[200~rm x\rrm y\r\u{1B}[20".utf8)
    #expect(
      events([bytes], .overAll, escapeIsPrefix: true)
        == [.pasteBegin, .pasted(Array("rm x\rrm y\r".utf8)), .pasteEnd])
  }

  @Test("what is discarded is discarded to the end of its sequence or paste")
  func discarded() {
    for (before, after) in [
      ("x\u{1B}[20", "0~rm\r\u{1B}[201~"), ("\u{1B}[200~x\r", "rm\r\u{1B}[201~"),
      ("\u{1B}]11;", "rgb\u{7}"), ("x\u{1B}[1;", "5C"),
    ] {
      var decoder = TerminalDecoder()
      decoder.take(Array(before.utf8))
      decoder.discard()
      decoder.take(Array((after + "a").utf8))
      var events: [TerminalEvent] = []
      while let event = decoder.next() {
        if case .text = event { events.append(event) }
      }
      #expect(events == text("a"), "\(before)")
    }
  }

  @Test("a paste that was given up ends after a pause, too")
  func givenUp() {
    var decoder = TerminalDecoder()
    decoder.take(Array("\u{1B}[200~x\r".utf8))
    decoder.discard()
    #expect(decoder.waiting == .droppedPaste)
    decoder.timeOut()
    decoder.take(Array("a".utf8))
    #expect(decoder.next() == .text("a"))
  }

  @Test("a paste is taken in pieces like a whole one")
  func pieces() {
    let bytes = Array("a\r\nb\u{FC}\r\n\r\nc🦊d\n\n".utf8)
    let whole = PastedText.text(of: bytes)
    for index in 1..<bytes.count {
      var paste = PastedText()
      paste.take(Array(bytes[..<index]))
      let first = PastedText.text(of: paste.takeText(isWhole: false)).dropLast()
      paste.take(Array(bytes[index...]))
      #expect(first + PastedText.text(of: paste.takeText(isWhole: true)) == whole, "at \(index)")
    }
  }
}
