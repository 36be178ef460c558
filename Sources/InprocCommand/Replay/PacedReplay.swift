import Foundation
import Inproc
import InprocScript

/// `replay --pace`: shows a run as if its commands were typed one by one in real time.
///
/// The run is recorded before it is shown, so that the pace has no influence on it.
struct PacedReplay {
  let pace: Duration
  let palette: Palette
  /// Whether the letters of a command appear one by one.
  let types: Bool

  func show(_ timeline: Timeline, title: String) {
    line(palette("# \(title.escapingUnprintable)", .note))
    for event in timeline.events {
      let name = timeline.name(of: event.thread).escapingUnprintable
      let prefix = name == "main" ? "" : palette("[\(name)] ", .thread)
      switch event.what {
      case .stepBegan(let step):
        type(step.text, after: prefix + palette("inproc>", .prompt) + " ")
      case .stepEnded(_, let lines):
        for result in lines {
          let kind: Palette.Style = result.error == nil ? .result : .error
          line(prefix + palette(result.printed.escapingUnprintable, kind))
        }
      case .blocked(_, let on):
        line(prefix + palette("# waits: \(on.text.escapingUnprintable)", .note))
      case .threadEnded(let error?):
        line(prefix + palette(error.printed.escapingUnprintable, .error))
      default: break
      }
    }
  }

  private func type(_ command: String, after prompt: String) {
    part(prompt)
    let shown = command.escapingUnprintable
    guard types else {
      pause(pace)
      line(shown)
      return
    }
    // Half of the time is for typing, the other half for reading.
    let letter = pace / (2 * max(shown.count, 1))
    for character in shown {
      part(String(character))
      pause(letter)
    }
    pause(pace / 2)
    line("")
  }

  // The output is raw, so that colours stay.
  private func line(_ text: String) {
    emit(palette.escapingUnprintable(text), to: .standardOutput, isRaw: true)
  }

  private func part(_ text: String) {
    emit(palette.escapingUnprintable(text), to: .standardOutput, endsLine: false, isRaw: true)
  }

  private func pause(_ time: Duration) {
    Thread.sleep(forTimeInterval: max(0, time / .seconds(1)))
  }
}
