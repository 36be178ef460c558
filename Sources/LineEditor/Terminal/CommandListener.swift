internal import CEditLine

/// A thread that handles signals and reads keys while the editor's own thread runs a command.
///
/// While the editor's thread edits a line it handles both itself, since their order matters there.
final class CommandListener: @unchecked Sendable {
  /// The events that the thread waits for.
  private enum Attention {
    /// The thread waits for signals only, and must be woken when a command begins.
    case asleep
    /// The thread waits for signals, and for the command to run longer than most do.
    case awake
    /// The thread waits for signals and keys.
    case reading
    /// The thread waits for signals, and until the process is in the foreground again: a job in the
    /// background must not read the terminal.
    case inBackground
  }

  /// How many milliseconds a command runs before keys are read: most commands end sooner.
  private static let millisecondsBeforeReading: Int32 = 20
  /// How many milliseconds pass between two checks of whether the process is in the foreground.
  private static let backgroundInterval: Int32 = 200

  let event = cel_event_make()
  private var isRunning = false
  private let monitor = Monitor()
  // Protected by `monitor`.
  private var onInterrupt: (@Sendable () -> Void)?
  private var isStopping = false
  private var typed = TypeAhead()
  private var attention = Attention.asleep
  /// How many commands have begun, and how many of those the thread has noticed.
  private var begun = 0
  private var known = 0
  /// The terminating signals that the command was notified of.
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
    // The wake-ups of signals that came before the command are used up, so the thread must check for
    // those signals now. A thread that is awake checks by itself, so that a paste of many short
    // commands does not wake it for each.
    let isDue = attention == .asleep || cel_signals_pending() != 0
    if attention == .asleep { attention = .awake }
    monitor.unlock()
    // Signals go to the listening thread, and interrupt no system call of the command.
    if isRunning { cel_signals_block(1) }
    if isDue { cel_event_post(event) }
  }

  /// Ends the command. Returns what was typed meanwhile, once no call of the command's closure is
  /// under way.
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
        case .awake: (-1, Self.millisecondsBeforeReading)
        case .reading: (0, -1)
        case .inBackground: (-1, Self.backgroundInterval)
        }
      // A terminal that accepts no output must not keep the process from ending.
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
        handleSignals(onInterrupt)
        if ready & 1 != 0, cel_is_in_foreground() != 0 { typed.read(descriptor: 0) }
      }
      attend()
      next = attention
    }
  }

  private func handleSignals(_ onInterrupt: @Sendable () -> Void) {
    if cel_signals_take(UInt32(CEL_STOP.rawValue)) != 0 { cel_stop_process() }
    let terminations = UInt32(CEL_TERMINATE.rawValue | CEL_HANGUP.rawValue)
    let terminating = cel_signals_pending() & terminations & ~reported
    reported |= terminating
    let isInterrupted = cel_signals_take(UInt32(CEL_INTERRUPT.rawValue)) != 0
    if isInterrupted {
      // Ctrl-C also discards what was typed ahead of it.
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
