import Foundation

/// What signals do outside of the prompt.
enum Signals {
  /// Ctrl-C ends the program with 130, and Ctrl-\ by SIGQUIT, which Swift's backtracer would take for
  /// a crash.
  static func endQuietly() {
    // Whoever started the program may have had them blocked, and a blocked mask is inherited.
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    signal(SIGINT) { _ in _exit(130) }
    signal(SIGQUIT, SIG_DFL)
  }
}

/// What the program is connected to.
enum Terminal {
  /// Someone types, and reads the answers.
  static var isInteractive: Bool { isatty(0) == 1 && isatty(1) == 1 }
}
