import Foundation

/// The terminal that the program is connected to, if it is to one.
enum Terminal {
  /// Someone types, and reads the answers.
  static var isInteractive: Bool { isatty(0) == 1 && isatty(1) == 1 }

  /// Whether the environment asks for UTF-8, or for nothing: then terminals use it.
  static var isUTF8: Bool {
    let environment = ProcessInfo.processInfo.environment
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { $0 != "" }
    guard let name = locale?.uppercased() else { return true }
    return name.contains("UTF-8") || name.contains("UTF8")
  }

  /// How many columns the terminal at a stream has; 80 where there is none.
  static func columns(of descriptor: Int32 = STDOUT_FILENO) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
