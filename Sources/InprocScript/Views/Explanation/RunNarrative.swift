internal import InprocExploration
import InprocText

/// A run in words: a sentence for each turn of a thread and why the turn ended.
struct RunNarrative {
  let timeline: Timeline

  private static let width = 98
  private static let firstTurns = 4
  private static let lastTurns = 8
  private static let firstPhrases = 4
  private static let lastPhrases = 5

  private struct Turn {
    var thread: Int
    var phrases: [String] = []
    var ending: (reason: SwitchReason, next: Int)?
    var leftOut = 0
  }

  var lines: [String] {
    var turns = self.turns
    var dropped = 0
    if turns.count > RunNarrative.firstTurns + RunNarrative.lastTurns + 1 {
      dropped = turns.count - RunNarrative.firstTurns - RunNarrative.lastTurns
      turns.removeSubrange(RunNarrative.firstTurns..<(RunNarrative.firstTurns + dropped))
    }
    var lines: [String] = []
    for (index, turn) in turns.enumerated() {
      if dropped > 0, index == RunNarrative.firstTurns {
        lines += ["  (\(counted(dropped, "turn")) left out)"]
      }
      let isContinued = index > 0 && !(dropped > 0 && index == RunNarrative.firstTurns)
      lines += wrapped(sentence(turn, isContinued: isContinued))
    }
    return lines
  }

  private func sentence(_ turn: Turn, isContinued: Bool) -> String {
    var phrases = turn.phrases
    let most = RunNarrative.firstPhrases + RunNarrative.lastPhrases
    if phrases.count > most + 1 {
      let range = RunNarrative.firstPhrases..<(phrases.count - RunNarrative.lastPhrases)
      phrases.replaceSubrange(range, with: ["does \(range.count) more things"])
    }
    if turn.leftOut > 0 { phrases.append("(\(counted(turn.leftOut, "event")) not recorded)") }
    let name = "`\(timeline.name(of: turn.thread))`"
    var text = isContinued ? "then \(name) " : "\(name) "
    text += phrases.isEmpty ? "goes on" : RunNarrative.list(phrases)
    guard let ending = turn.ending else { return text + "." }
    switch ending.reason {
    case .preempted: text += " and is preempted;"
    case .ended: text += phrases.isEmpty ? " and ends;" : ", and ends;"
    case .wouldBlock: text += " and lets other threads run;"
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
      if line.cells + word.count + 1 > RunNarrative.width, line.count > 4 {
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
    for row in timeline.rows {
      if turns.last?.thread != row.thread || turns.last?.ending != nil {
        // A timer can fire for one thread while another has the turn, or none.
        if case .timer = row.what { continue }
        turns.append(Turn(thread: row.thread))
      }
      let last = turns.count - 1
      switch row.what {
      case .step(let step, let lines, let moved, _):
        turns[last].phrases.append(step.phrase(lines, moved))
      case .waits(_, let wait): turns[last].phrases.append(RunNarrative.waiting(wait))
      case .timer: turns[last].phrases.append("is woken by its timer")
      case .switched(let next, let reason): turns[last].ending = (reason, next)
      case .failed(let error):
        turns[last].phrases.append("fails with \(error.code.rawValue)")
      case .leftOut(let count): turns[last].leftOut += count
      }
    }
    return turns
  }

  private static func waiting(_ wait: WaitReason) -> String {
    if case .sleep(let time) = wait { "sleeps for \(time)" } else { "waits for \(wait.inWords)" }
  }
}
