internal import CEditLine

/// A thread that takes the signals, and reads what is typed, while the editor's own thread runs a
/// command.
///
/// While that edits it takes them itself, since the order of signals and keys matters there.
final class CommandListener: @unchecked Sendable {
  /// What the thread waits for.
  private enum Attention {
    /// Signals. It must be woken when a command begins.
    case asleep
    /// Signals, and for how long the command that runs takes.
    case awake
    /// Signals and keys.
    case reading
    /// As `reading`, once the terminal is ours again: a job in the background must not read.
    case inBackground
  }

  /// Most commands end sooner; nothing is read while they run.
  private static let patience: Int32 = 20
  private static let backgroundPatience: Int32 = 200

  let event = cel_event_make()
  private var isRunning = false
  private let monitor = Monitor()
  // Protected by `monitor`.
  private var onInterrupt: (@Sendable () -> Void)?
  private var isStopping = false
  private var typed = TypeAhead()
  private var attention = Attention.asleep
  /// How many commands have begun, and which of them the thread knows of.
  private var begun = 0
  private var known = 0
  /// The ends that the command was told of.
  private var reported: UInt32 = 0

  init() {
    let retained = Unmanaged.passRetained(self)
    isRunning = cel_start_thread(listen, retained.toOpaque()) == 0
    if !isRunning { retained.release() }
  }

  /// From now on signals and keys are for a command.
  func begin(_ onInterrupt: @escaping @Sendable () -> Void) {
    monitor.lock()
    self.onInterrupt = onInterrupt
    typed = TypeAhead()
    reported = 0
    begun += 1
    // Signals that came before were heard when nobody listened. A thread that is awake looks by
    // itself: a paste of many short commands does not wake it for each.
    let isDue = attention == .asleep || cel_signals_pending() != 0
    if attention == .asleep { attention = .awake }
    monitor.unlock()
    // A command never stands in a signal's way, then, nor a signal in a command's.
    if isRunning { cel_signals_block(1) }
    if isDue { cel_event_post(event) }
  }

  /// The command has ended; returns once no call of its closure is under way: what was typed.
  func end() -> TypeAhead {
    if isRunning { cel_signals_block(0) }
    monitor.lock()
    defer { monitor.unlock() }
    onInterrupt = nil
    defer { typed = TypeAhead() }
    return typed
  }

  func stop() {
    monitor.lock()
    isStopping = true
    monitor.unlock()
    cel_event_post(event)
  }

  fileprivate func run() {
    var next = Attention.asleep
    while true {
      let (descriptor, limit): (Int32, Int32) =
        switch next {
        case .asleep: (-1, -1)
        case .awake: (-1, Self.patience)
        case .reading: (0, -1)
        case .inBackground: (-1, Self.backgroundPatience)
        }
      // A terminal that takes no output must not hold up the end.
      if cel_is_ending() != 0 { cel_end_if_stuck() }
      let isEnding = cel_is_ending() != 0
      let ready = cel_wait(
        descriptor, event, isEnding ? (limit < 0 ? 50 : min(limit, 50)) : limit)
      if ready & 2 != 0 { cel_event_take(event) }
      monitor.lock()
      defer { monitor.unlock() }
      if isStopping { return }
      if attention == .inBackground { cel_resume_modes() }
      if let onInterrupt {
        hearSignals(onInterrupt)
        if ready & 1 != 0, cel_is_in_foreground() != 0 { typed.read(descriptor: 0) }
      }
      attend()
      next = attention
    }
  }

  private func hearSignals(_ onInterrupt: @Sendable () -> Void) {
    if cel_signals_take(UInt32(CEL_STOP.rawValue)) != 0 { cel_stop_process() }
    let terminations = UInt32(CEL_TERMINATE.rawValue | CEL_HANGUP.rawValue)
    let terminating = cel_signals_pending() & terminations & ~reported
    reported |= terminating
    let isInterrupted = cel_signals_take(UInt32(CEL_INTERRUPT.rawValue)) != 0
    if isInterrupted {
      // What was typed ahead is given up with the command.
      typed.interrupt()
      cel_drop_input()
    }
    if isInterrupted || terminating != 0 { onInterrupt() }
  }

  private func attend() {
    if begun != known {
      known = begun
      attention = .awake
    } else if onInterrupt == nil || !typed.wantsMore {
      attention = .asleep
    } else {
      attention = cel_is_in_foreground() != 0 ? .reading : .inBackground
    }
  }
}

private func listen(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  cel_signals_block(0)
  Unmanaged<CommandListener>.fromOpaque(argument).takeRetainedValue().run()
  return nil
}
