import Glibc
import LineEditor

/// A program that tests drive through a pseudo-terminal: it echoes what is entered.
///
/// - `flood T N`: T threads print N lines each, while the prompt goes on.
/// - `listen PATH`: another thread prints each line that is written to the named pipe PATH.
/// - `hold PATH`: a command that runs until a line is written to the named pipe PATH.
/// - `wait`: waits for Ctrl-C; `quit`: leaves; `history`: shows the history.
@main
enum Probe {
  static func main() {
    guard let editor = try? LineEditor(programName: "probe") else {
      print("no terminal")
      exit(2)
    }
    editor.prompt = environment("PROBE_PROMPT") ?? "inproc> "
    editor.makeScanner = { Braces() }
    editor.completions = { text, cursor in complete(text, cursor) }
    editor.output.print("probe ready")
    reading: while true {
      while let notice = editor.takeHistoryNotice() { editor.output.print("notice: \(notice)") }
      switch editor.readLine() {
      case .line("quit"): break reading
      case .line(let text):
        editor.addToHistory(text)
        run(text, editor)
      case .key: break
      case .interrupted: editor.output.print("interrupted")
      case .endOfFile:
        editor.output.print("end of file")
        break reading
      case .terminated(let signal):
        editor.output.print("signal \(signal)")
        break reading
      }
    }
    editor.close()
    print("closed")
  }

  static func run(_ text: String, _ editor: LineEditor) {
    let words = text.split(separator: " ")
    switch words.first {
    case "flood":
      let threads = words.count > 1 ? Int(words[1]) ?? 1 : 1
      let lines = words.count > 2 ? Int(words[2]) ?? 1 : 1
      for thread in 0..<threads { start(Job(editor.output, thread, lines)) }
    case "listen": start(Job(editor.output, listeningTo: String(text.dropFirst(7))))
    case "history":
      for entry in editor.historyEntries { editor.output.print("- \(entry)") }
    case "wait":
      let gate = Gate()
      editor.run(onInterrupt: { gate.open() }) {
        editor.output.print("waiting")
        gate.wait()
      }
      editor.output.print("got it")
    case "hold":
      editor.run(onInterrupt: {}) {
        editor.output.print("holding")
        if let pipe = fopen(String(text.dropFirst(5)), "r") {
          _ = fgetc(pipe)
          fclose(pipe)
        }
      }
      editor.output.print("let go")
    default:
      editor.output.print("echo[\(text.replacing("\n", with: "|"))]")
    }
  }

  struct Braces: BlockScanner {
    var depth = 0
    mutating func take(_ line: String) {
      for byte in line.utf8 { depth += byte == 123 ? 1 : byte == 125 ? -1 : 0 }
    }
    var isComplete: Bool { depth <= 0 }
    var indentation: Int { 2 * max(0, depth) }
    var closingIndentation: Int { 2 * max(0, depth - 1) }
  }

  static func complete(_ text: String, _ cursor: Int) -> [Completion] {
    let before = Array(text.unicodeScalars)[..<cursor]
    let start = before.lastIndex { $0 == " " || $0 == "\n" }.map { $0 + 1 } ?? 0
    let word = String(String.UnicodeScalarView(before[start...]))
    return ["connect", "receive", "reply", "release", "send", "größe", "join"]
      .filter { $0.hasPrefix(word) }
      .map { Completion(replacingFrom: start, with: $0) }
  }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
