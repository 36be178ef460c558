import Foundation

/// The files that trials begin with, and how they are mutated.
struct Corpus: Sendable {
  let files: [[UInt8]]
  private let lines: [[UInt8]]

  /// Reads the package's scenarios and the fixtures of its tests.
  ///
  /// - Throws: what reading a folder throws, and where there is no file.
  init(package: String) throws {
    let folders = ["scenarios", "Tests/InprocScriptTests/Fixtures"]
    var files: [[UInt8]] = []
    for folder in folders {
      let path = package + "/" + folder
      let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
      for name in names.sorted() where name.hasSuffix(".scn") {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
        if bytes.count < 20_000 { files.append(bytes) }
      }
    }
    guard !files.isEmpty else { throw CocoaError(.fileReadNoSuchFile) }
    self.files = files + Corpus.odd
    lines = self.files.flatMap { $0.split(separator: 10).map(Array.init) }
  }

  /// Small files that a program may stumble over.
  private static let odd: [[UInt8]] = [
    [], Array("\n".utf8), Array("# nothing\n".utf8), [0xEF, 0xBB, 0xBF], [0], [0xFF, 0xFE],
    Array("echo a\r\n=> a\r\n".utf8),
    Array("@title \"x\\npassed  forged.scn\"\necho a\n".utf8),
    Array("repeat { }\n".utf8), Array("@steps 9000000000000\nrepeat { }\n".utf8),
    Array("spawn { source f0.scn }\nspawn { source f0.scn }\n".utf8),
    Array("bind inproc://a as a\nrepeat { send a bytes(1MiB) }\n".utf8),
    Array("source /dev/zero\n".utf8), Array("source /etc/shadow\n".utf8),
    Array("@expect deadlock\nbind inproc://a as a\nrecv a\n".utf8),
    Array("inproc> bind inproc://a as a; send a x; recv a\n=> a\n=> x\n".utf8),
  ]

  /// Words that mean something to the language, to a report or to a terminal.
  private static let words: [[UInt8]] =
    ([
      "repeat", "repeat 3 {", "}", "{", ";", "spawn w {", "join", "timeout=now", "timeout=1s",
      "bidi", "capacity=0", "capacity=-1", "as a", "$a", "${a", "\"", "'", "0x", "bytes(1GiB)",
      "=> x", "=!", "=! closed", "=> ...", "/(a*)*b/", "@explore", "@seed 3", "@timers racing",
      "@expect deadlock", "@acceptable x", "@forbidden _", "@interesting z", "@steps 3",
      "@title \"t\"", "observe x", "quit", "fail no", "source f1.scn", "source .", "stop main",
      "select a b", "for m in a {", "if 1 < 2 {", "} else {", "try {", "} catch e {", "break",
      "sleep 1h", "close a", "unbind inproc://a", "list", "drain a", "reply a x", "inproc> ",
      "...> ", "[w] => x", "^~~", "help", "18446744073709551616", "-1", "\u{202E}", "\u{85}",
      "\u{1B}[2J", "\u{FFFE}", "🙂", "é", "\u{301}",
    ] as [String]).map { Array($0.utf8) } + [[0xC3], [0xFF], [0], [0x1B], [13]]

  /// A file of the corpus, as it is or mutated some times.
  func file(using random: inout RandomSource) -> [UInt8] {
    var bytes = random.pick(files)
    if random.isOnce(in: 2) { return bytes }
    for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes, using: &random) }
    return bytes
  }

  private func mutate(_ bytes: inout [UInt8], using random: inout RandomSource) {
    let index = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0 where index < bytes.count: bytes[index] = UInt8.random(in: 0...255, using: &random)
    case 1:
      let end = min(bytes.count, index + Int.random(in: 0...8, using: &random))
      bytes.removeSubrange(index..<end)
    case 2: bytes.insert(contentsOf: random.pick(Corpus.words), at: index)
    case 3: changeLines(&bytes, using: &random) { $0.insert($2.pick(lines), at: $1) }
    case 4:
      changeLines(&bytes, using: &random) { lines, index, _ in
        if index < lines.count { lines.remove(at: index) }
      }
    case 5: changeLines(&bytes, using: &random) { $0.insert($2.pick(Corpus.words), at: $1) }
    default:
      changeLines(&bytes, using: &random) { lines, index, random in
        guard index < lines.count else { return }
        lines.swapAt(index, Int.random(in: 0..<lines.count, using: &random))
      }
    }
  }

  private func changeLines(
    _ bytes: inout [UInt8], using random: inout RandomSource,
    _ change: (inout [[UInt8]], Int, inout RandomSource) -> Void
  ) {
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    let index = Int.random(in: 0...lines.count, using: &random)
    change(&lines, index, &random)
    bytes = Array(lines.joined(separator: [10]))
  }

  /// The same file, but its first command fails: whatever the options, it can't pass.
  static func failing(_ bytes: [UInt8]) -> [UInt8] {
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0D]
    let index = lines.firstIndex { line in
      guard let first = line.first(where: { !blanks.contains($0) }) else { return false }
      return first != UInt8(ascii: "@") && first != UInt8(ascii: "#")
    }
    // A command behind it takes the expectation that may follow.
    lines.insert(
      contentsOf: ["fail planted", "echo behind"].map { Array($0.utf8) }, at: index ?? lines.count)
    return Array(lines.joined(separator: [10])) + [10]
  }
}
