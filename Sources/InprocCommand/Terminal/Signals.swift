import Foundation

/// What signals do outside of the prompt.
enum Signals {
  /// Ctrl-C ends the program with 130, at once or as ``Interrupt`` has it; SIGTERM ends it at once,
  /// and Ctrl-\ by SIGQUIT, which Swift's backtracer would take for a crash.
  static func endQuietly() {
    // The parent process may have blocked signals, and a mask is inherited.
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    Interrupt.prepare()
    signal(SIGINT) { _ in Interrupt.handle() }
    signal(SIGTERM) { _ in
      ProgressLine.takeAwayInSignalHandler()
      // The signal is blocked while its handler runs, so it ends the process as soon as this
      // returns.
      signal(SIGTERM, SIG_DFL)
      kill(getpid(), SIGTERM)
    }
    signal(SIGQUIT, SIG_DFL)
  }
}
