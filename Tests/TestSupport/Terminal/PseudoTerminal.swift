import Foundation
package import Glibc

/// glibc's POSIX_SPAWN_SETSID, which Swift does not import.
private let newSession: Int32 = 0x80

/// A program running on a pseudo-terminal of its own, and the screen it draws.
///
/// Blocking; use it inside ``onThread(_:)``.
package final class PseudoTerminal {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
  }

  package var screen: TerminalScreen
  package private(set) var transcript: [UInt8] = []
  package let process: pid_t
  private var controller: Int32
  /// The name of the device that the program reads and writes.
  private let device: String
  package private(set) var isClosed = false
  /// Stays as long as the program runs: that writes its history where it finds no folder, too.
  package var home: TemporaryHome?
  package static let patience: Duration = .seconds(30)

  package init(
    _ path: String, _ arguments: [String] = [], environment: [String: String],
    columns: Int = 80, rows: Int = 24
  ) throws {
    screen = TerminalScreen(columns: columns, rows: rows)
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    var name = [CChar](repeating: 0, count: 128)
    var controller: Int32 = -1
    var terminal: Int32 = -1
    guard openpty(&controller, &terminal, &name, nil, &size) == 0 else {
      throw Failure(description: "openpty: \(errno)")
    }
    _ = fcntl(controller, F_SETFD, FD_CLOEXEC)
    _ = fcntl(controller, F_SETFL, O_NONBLOCK)
    self.controller = controller
    device = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    posix_spawn_file_actions_addclose(&actions, terminal)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(
      &attributes, Int16(newSession | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var child: pid_t = 0
    let words = ([path] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    let result = posix_spawn(&child, path, &actions, &attributes, words, variables)
    for pointer in words + variables { free(pointer) }
    Glibc.close(terminal)
    process = child
    guard result == 0 else { throw Failure(description: "posix_spawn \(path): \(result)") }
  }

  deinit {
    if !isClosed { Glibc.close(controller) }
    if exitStatus == nil {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
  }

  /// Types keys; reads the screen meanwhile, so that neither side waits for the other.
  package func type(_ text: String) throws { try type(bytes: Array(text.utf8)) }

  package func type(bytes: [UInt8]) throws {
    var rest = bytes[...]
    let deadline = ContinuousClock.now + Self.patience
    while !rest.isEmpty {
      guard try step(until: deadline, writing: true) else {
        throw Failure(description: "the program takes no input; \(rest.count) bytes left")
      }
      let count = rest.withUnsafeBytes { write(controller, $0.baseAddress, min($0.count, 4096)) }
      if count > 0 { rest = rest.dropFirst(count) }
    }
  }

  /// Waits until the screen is as wanted.
  package func expect(
    _ what: String, within limit: Duration = patience, _ condition: (TerminalScreen) -> Bool
  ) throws {
    let deadline = ContinuousClock.now + limit
    while !condition(screen) {
      // Conditions may also look at more than the screen: they are asked again now and then.
      let pause = min(deadline, ContinuousClock.now + .milliseconds(50))
      _ = try isEnded || step(until: pause, writing: false)
      guard !isEnded, ContinuousClock.now < deadline else {
        if condition(screen) { return }
        let rows = screen.lines.enumerated().filter { $1 != "" }.map { "  \($0)|\($1)" }
        throw Failure(
          description: """
            not seen: \(what); the cursor is at \(screen.cursor), the screen:
            \(rows.joined(separator: "\n"))
            """)
      }
    }
  }

  /// Waits, and reads nothing, until the terminal takes no more output.
  package func expectFull() throws {
    let terminal = open(device, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    defer { Glibc.close(terminal) }
    let deadline = ContinuousClock.now + Self.patience
    while ContinuousClock.now < deadline {
      var request = pollfd(fd: terminal, events: Int16(POLLOUT), revents: 0)
      if poll(&request, 1, 0) == 0 { return }
      usleep(1000)
    }
    throw Failure(description: "the terminal takes output still")
  }

  /// Waits until a line is on the screen or scrolled off it.
  package func expect(line: String) throws {
    try expect("line '\(line)'") { $0.logicalLines.contains(line) }
  }

  /// Waits until the cursor stands right after this text.
  package func expect(beforeCursor text: String) throws {
    try expect("cursor after '\(text)'") { $0.beforeCursor == text }
  }

  package func resize(columns: Int, rows: Int) {
    screen.resize(columns: columns, rows: rows)
    setSize(columns: columns, rows: rows)
  }

  /// Tells the program of another size.
  package func setSize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
  }

  /// The modes of the terminal, as the program left them.
  package var modes: termios {
    var modes = termios()
    tcgetattr(controller, &modes)
    return modes
  }

  /// The process group that reads the terminal now.
  package var foregroundGroup: pid_t { tcgetpgrp(controller) }

  /// Whether the terminal itself shows what is typed.
  package var echoes: Bool {
    var modes = termios()
    return tcgetattr(controller, &modes) == 0 && modes.c_lflag & tcflag_t(ECHO) != 0
  }

  /// The terminal goes away, as when its window is closed.
  package func hangUp() {
    Glibc.close(controller)
    isClosed = true
  }

  private var exitStatus: Int32?
  private var isEnded = false

  /// Waits for the program's end; its exit status, or 128 and the signal.
  package func waitForExit() throws -> Int32 {
    let deadline = ContinuousClock.now + Self.patience
    while exitStatus == nil {
      var status: Int32 = 0
      if waitpid(process, &status, isClosed || isEnded ? 0 : WNOHANG) == process {
        exitStatus = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
      } else if ContinuousClock.now > deadline {
        throw Failure(description: "the program does not end")
      } else if !isClosed {
        _ = try step(until: min(deadline, ContinuousClock.now + .milliseconds(20)), writing: false)
      }
    }
    while !isClosed, !isEnded, try step(until: ContinuousClock.now, writing: false) {}
    return exitStatus ?? -1
  }

  /// Whether the program has ended; reads nothing of what it prints meanwhile.
  package func takeExit(_ status: inout Int32) -> Bool {
    guard exitStatus == nil else { return true }
    guard waitpid(process, &status, WNOHANG) == process else { return false }
    exitStatus = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return true
  }

  /// Reads what there is; false once the deadline has passed.
  private func step(until deadline: ContinuousClock.Instant, writing: Bool) throws -> Bool {
    let left = deadline - ContinuousClock.now
    let milliseconds = max(0, left / .milliseconds(1))
    let events = Int16(POLLIN | (writing ? POLLOUT : 0))
    var ready = pollfd(fd: controller, events: events, revents: 0)
    let count = poll(&ready, 1, Int32(milliseconds.rounded(.up)))
    if count < 0, errno == EINTR { return true }
    if count == 0 { return false }
    if ready.revents & Int16(POLLIN) != 0 {
      var buffer = [UInt8](repeating: 0, count: 65536)
      let size = read(controller, &buffer, buffer.count)
      if size > 0 {
        transcript += buffer[..<size]
        screen.feed(buffer[..<size])
      } else if size < 0, errno == EIO {
        isEnded = true
      }
    } else if ready.revents & Int16(POLLHUP) != 0 {
      isEnded = true
    }
    return true
  }
}
