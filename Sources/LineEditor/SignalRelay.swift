internal import CEditLine

/// A thread that hears of signals while the editor's own thread runs a command.
final class SignalRelay: @unchecked Sendable {
  let event = cel_event_make()
  private let monitor = Monitor()
  // Protected by `monitor`.
  private var onInterrupt: (@Sendable () -> Void)?
  private var isStopping = false
  private var wasInterrupted = false

  init() {
    let retained = Unmanaged.passRetained(self)
    if cel_start_thread(relaySignals, retained.toOpaque()) != 0 { retained.release() }
  }

  /// From now on signals are for a command.
  func begin(_ onInterrupt: @escaping @Sendable () -> Void) {
    monitor.lock()
    self.onInterrupt = onInterrupt
    wasInterrupted = false
    monitor.unlock()
    // Those that came before were heard when nobody listened.
    if cel_signals_pending() != 0 { cel_event_post(event) }
  }

  /// The command has ended; returns once no call of its closure is under way: whether there was one
  /// for Ctrl-C.
  func end() -> Bool {
    monitor.lock()
    defer { monitor.unlock() }
    onInterrupt = nil
    return wasInterrupted
  }

  func stop() {
    monitor.lock()
    isStopping = true
    monitor.unlock()
    cel_event_post(event)
  }

  fileprivate func relay() {
    var reported: UInt32 = 0
    let terminations = UInt32(CEL_TERMINATE.rawValue | CEL_HANGUP.rawValue)
    while true {
      guard cel_wait(-1, event, -1) & 2 != 0 else { continue }
      cel_event_take(event)
      monitor.lock()
      defer { monitor.unlock() }
      if isStopping { return }
      guard let onInterrupt else {
        reported = 0
        continue
      }
      if cel_signals_take(UInt32(CEL_STOP.rawValue)) != 0 { cel_stop_process() }
      let interrupted = cel_signals_take(UInt32(CEL_INTERRUPT.rawValue)) != 0
      let terminating = cel_signals_pending() & terminations & ~reported
      reported |= terminating
      if interrupted {
        // What was typed ahead is given up with the command.
        cel_drop_input()
        wasInterrupted = true
      }
      if interrupted || terminating != 0 { onInterrupt() }
    }
  }
}

private func relaySignals(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  Unmanaged<SignalRelay>.fromOpaque(argument).takeRetainedValue().relay()
  return nil
}
