import InprocText

/// A run in words: a sentence for each turn of a thread, and why it gave way to the next.
struct RunWords {
  let timeline: Timeline

  private static let width = 98
  private static let firstTurns = 4
  private static let lastTurns = 8
  private static let firstPhrases = 4
  private static let lastPhrases = 5

  private struct Turn {
    var thread: Int
    var phrases: [String] = []
    var ending: (reason: Timeline.SwitchReason, next: Int)?
    var leftOut = 0
  }

  var lines: [String] {
    var turns = self.turns
    var dropped = 0
    if turns.count > RunWords.firstTurns + RunWords.lastTurns + 1 {
      dropped = turns.count - RunWords.firstTurns - RunWords.lastTurns
      turns.removeSubrange(RunWords.firstTurns..<(RunWords.firstTurns + dropped))
    }
    var lines: [String] = []
    for (index, turn) in turns.enumerated() {
      if dropped > 0, index == RunWords.firstTurns { lines += ["  (\(dropped) turns left out)"] }
      let isContinued = index > 0 && !(dropped > 0 && index == RunWords.firstTurns)
      lines += wrapped(sentence(turn, isContinued: isContinued))
    }
    return lines
  }

  private func sentence(_ turn: Turn, isContinued: Bool) -> String {
    var phrases = turn.phrases
    let most = RunWords.firstPhrases + RunWords.lastPhrases
    if phrases.count > most + 1 {
      let range = RunWords.firstPhrases..<(phrases.count - RunWords.lastPhrases)
      phrases.replaceSubrange(range, with: ["does \(range.count) more things"])
    }
    if turn.leftOut > 0 { phrases.append("(\(turn.leftOut) events are not known)") }
    let name = "`\(timeline.name(of: turn.thread))`"
    var text = isContinued ? "switched to \(name), which " : "\(name) "
    text += phrases.isEmpty ? "goes on" : RunWords.list(phrases)
    guard let ending = turn.ending else { return text + "." }
    switch ending.reason {
    case .preempted: text += " and could go on, but the schedule chose another;"
    case .ended: text += phrases.isEmpty ? " and ends;" : ", and ends;"
    case .wouldBlock: text += " and lets others go;"
    case .slept, .waited: text += ";"
    }
    return text
  }

  private static func list(_ phrases: [String]) -> String {
    guard phrases.count > 1, let last = phrases.last else { return phrases.first ?? "" }
    return phrases.dropLast().joined(separator: ", ") + " and " + last
  }

  private func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line = "  "
    for word in text.split(separator: " ") {
      if line.cells + word.count + 1 > RunWords.width, line.count > 4 {
        lines.append(line)
        line = "    "
      }
      line += (line.hasSuffix("  ") ? "" : " ") + word
    }
    return lines + [line]
  }

  // MARK: Turns

  private var turns: [Turn] {
    var turns: [Turn] = []
    for moment in timeline.moments {
      if turns.last?.thread != moment.thread || turns.last?.ending != nil {
        // A timer can fire for one thread while another has the turn, or none.
        if case .timer = moment.what { continue }
        turns.append(Turn(thread: moment.thread))
      }
      let last = turns.count - 1
      switch moment.what {
      case .step(let step, let lines, let moved, _):
        turns[last].phrases.append(RunWords.phrase(step, lines, moved))
      case .waits(_, let wait): turns[last].phrases.append(RunWords.waiting(wait))
      case .timer: turns[last].phrases.append("sees its time run out")
      case .switched(let next, let reason): turns[last].ending = (reason, next)
      case .failed(let error):
        turns[last].phrases.append("fails with \(error.withoutErrorText.dropFirst(3))")
      case .leftOut(let count): turns[last].leftOut += count
      }
    }
    return turns
  }

  private static func waiting(_ wait: String) -> String {
    let reason = ThreadSituation.waitReason(wait)
    return wait.hasPrefix("sleep") ? "sleeps for \(wait.dropFirst(6))" : "waits for \(reason)"
  }

  private static func phrase(
    _ step: Timeline.Step, _ lines: [String], _ moved: [Timeline.Transfer]
  ) -> String {
    if let error = lines.last, error.hasPrefix("=! ") {
      return "gets \(error.withoutErrorText.dropFirst(3)) from '\(step.command)'"
    }
    let words = step.command.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    let rest = words.dropFirst().joined(separator: " ")
    let first = words.count > 1 ? words[1] : ""
    let result = lines.first.map { String($0.dropFirst(3)) } ?? ""
    switch words.first ?? "" {
    case "bind": return "binds \(first) as \(result)"
    case "connect": return "connects to \(first) as \(result)"
    case "send", "reply":
      let frames = moved.first.map { $0.frames.joined(separator: " ") } ?? rest
      return words.first == "send" ? "sends \(frames) to \(first)" : "replies \(frames) at \(first)"
    case "recv": return "receives \(result) from \(first)"
    case "for":
      let frames = moved.first?.frames.joined(separator: " ") ?? ""
      return "receives \(frames) from \(moved.first?.handle ?? "")"
    case "select": return "sees that \(result) is ready"
    case "drain": return result == "(none)" ? "finds \(first) empty" : "empties \(first)"
    case "spawn": return "spawns \(result)"
    case "join": return rest.isEmpty ? "joins all threads" : "joins \(rest)"
    case "stop": return "stops \(rest)"
    case "close": return "closes \(rest)"
    case "unbind": return "unbinds \(rest)"
    case "let": return "sets \(rest)"
    case "incr": return "adds \(words.count > 2 ? words[2] : "1") to \(first)"
    case "observe": return "observes \(rest)"
    case "sleep": return "wakes up"
    case "quit": return "quits"
    default: return "runs '\(step.command)'"
    }
  }
}
