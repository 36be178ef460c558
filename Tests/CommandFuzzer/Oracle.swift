import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Something that should not have happened.
struct Find {
  let text: String
  init(_ text: String) { self.text = text }
}

/// What the program printed, and how it ended.
struct Run {
  var ended: Ended
  var output: [UInt8]
  var errors: [UInt8]

  /// Whether the clock or the machine's memory may have decided what it printed.
  var mentionsLimits: Bool {
    let text = String(decoding: output + errors, as: UTF8.self)
    return text.contains("--timeout") || text.contains("--memory") || ended.status >= 128
  }
}

/// Judges what a trial printed and how it ended.
struct Oracle {
  private let trial: Trial
  private let run: Run
  private let isLimited: Bool
  private(set) var finds: [Find] = []

  init(trial: Trial, _ run: Run, isLimited: Bool) {
    self.trial = trial
    self.run = run
    self.isLimited = isLimited
    judgeEnd()
    if !isLimited { judgeText() }
    judgeVerdict()
  }

  private mutating func judgeEnd() {
    if run.ended.hasHung { finds.append(Find("it hung, also after SIGTERM")) }
    let isDefaultChoice: Set<Int32> = [0, 1, 2]
    let status = run.ended.status
    // Real time passes where threads run freely: SIGTERM may have had to end it.
    let mayBeEnded = trial.kind == .commands || trial.kind == .input
    if !isDefaultChoice.contains(status), !(status == 128 + SIGTERM && mayBeEnded), !isLimited {
      finds.append(Find("the exit status is \(status)"))
    }
    let errors = String(decoding: run.errors, as: UTF8.self)
    if !isLimited {
      for word in ["Fatal error", "Program crashed", "Backtrace"] where errors.contains(word) {
        finds.append(Find("it printed '\(word)'"))
      }
    }
    if status == 2, run.errors.isEmpty, run.output.isEmpty, !isLimited {
      finds.append(Find("it failed without a word"))
    }
  }

  private mutating func judgeText() {
    // Formatting standard input gives its own bytes back.
    if trial.kind != .format, let bad = Oracle.unprintable(run.output) {
      finds.append(Find("standard output holds \(bad)"))
    }
    if let bad = Oracle.unprintable(run.errors) {
      finds.append(Find("standard error holds \(bad)"))
    }
    guard run.ended.status != 2, trial.options?.has("--output") == false,
      let form = trial.options?.value("--report")
    else { return }
    switch form {
    case "json":
      if (try? JSONSerialization.jsonObject(with: Data(run.output))) == nil {
        finds.append(Find("the report is no JSON"))
      }
    case "junit":
      if !XMLParser(data: Data(run.output)).parse() { finds.append(Find("the report is no XML")) }
    case "tap":
      if !run.output.starts(with: "TAP version 14\n".utf8) {
        finds.append(Find("the report is no TAP"))
      }
    default: break
    }
  }

  private mutating func judgeVerdict() {
    let options = trial.options
    guard run.ended.status == 0 else { return }
    if trial.mustFail, options?.has("--filter") != true, options?.has("--bless") != true {
      finds.append(Find("what must fail has passed"))
    }
    guard trial.kind == .replay, options?.has("--report") == false else { return }
    let lines = String(decoding: run.output, as: UTF8.self).split(separator: "\n")
    if options?.has("--trace") == true || options?.has("--pace") == true { return }
    let summary = lines.last.map(String.init) ?? ""
    guard let passed = Int(summary.prefix { $0.isNumber }) else {
      finds.append(Find("it ended well without a summary: '\(summary)'"))
      return
    }
    let isIncomplete = summary.contains("incomplete")
    if passed == 0, !isIncomplete { finds.append(Find("it ended well, and nothing ran")) }
    let counted = lines.count { $0.hasPrefix("passed  ") }
    if options?.has("-q") == false, options?.has("--output") == false,
      options?.has("--bless") == false, counted != passed
    {
      finds.append(Find("it counts \(passed) passed and lists \(counted)"))
    }
  }

  /// The first thing in a text that is not printable, line ends and tabs apart; nil if there is
  /// none. What is not printable stands in docs/use/language.md.
  private static func unprintable(_ bytes: [UInt8]) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return "no UTF-8" }
    for scalar in text.unicodeScalars {
      let isBad =
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200B, 0x200E...0x200F, 0x2028...0x202E,
          0x2060...0x206F, 0xFEFF:
          true
        default: false
        }
      if isBad { return "U+\(String(scalar.value, radix: 16, uppercase: true))" }
    }
    return nil
  }
}
