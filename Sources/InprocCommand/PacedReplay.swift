import Foundation
import InprocScript

/// `replay --pace`: shows a run as if it were typed, command by command, with real time between them.
///
/// The run itself is over before: it is replayed and written down first, so that the pace can change
/// nothing about it.
struct PacedReplay {
  let pace: Duration
  let palette: Palette
  /// Whether letters appear one by one.
  let types: Bool

  func show(_ timeline: Timeline, title: String) {
    emit(palette("# \(title)", .note), to: .standardOutput)
    for event in timeline.events {
      let name = timeline.name(of: event.thread)
      let prefix = name == "main" ? "" : palette("[\(name)] ", .thread)
      switch event.what {
      case .stepBegan(let step):
        type(step.command, after: prefix + palette("inproc>", .prompt) + " ")
      case .stepEnded(_, let lines):
        for line in lines {
          emit(prefix + palette(line, line.hasPrefix("=!") ? .error : .result), to: .standardOutput)
        }
      case .blocked(_, let on):
        emit(prefix + palette("# waits: \(on)", .note), to: .standardOutput)
      case .threadEnded(let error?): emit(prefix + palette(error, .error), to: .standardOutput)
      default: break
      }
    }
  }

  private func type(_ command: String, after prompt: String) {
    emit(prompt, to: .standardOutput, endsLine: false)
    let shown = command.escapingUnprintable
    guard types else {
      pause(pace)
      emit(shown, to: .standardOutput)
      return
    }
    // Half of the time for typing, the other half for the audience to read it.
    let letter = pace / (2 * max(shown.count, 1))
    for character in shown {
      emit(String(character), to: .standardOutput, endsLine: false)
      pause(letter)
    }
    pause(pace / 2)
    emit("", to: .standardOutput)
  }

  private func pause(_ time: Duration) {
    Thread.sleep(forTimeInterval: max(0, time / .seconds(1)))
  }
}
