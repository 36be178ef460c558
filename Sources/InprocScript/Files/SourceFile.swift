internal import Inproc

/// Reading scenarios: the one way from a file or from standard input into the program.
///
/// Only regular files are opened by name, so that no read waits for a writer that never comes.
package enum SourceFile {
  /// The longest text that is read, in bytes: 64 MiB. A longer one is refused, a file before any of
  /// it is read.
  package static let maximumSize = 64 << 20

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - path: its name.
  ///   - root: the folder it has to lie in; nil for any.
  /// - Returns: all of them.
  /// - Throws: `io`, naming the file and the system's reason, or what it is if it is no file; `limit`
  ///   for one that is too long.
  package static func read(
    _ path: String, within root: SourceRoot? = nil
  ) throws(CommandError) -> [UInt8] {
    try FileName.check(path)
    let name = FileName.system(path)
    try root?.admit(path, name)
    // Opening a pipe or a device can have an effect, so the kind is checked before.
    try check(path) { () throws(SystemReason) in try FileStatus(path) }
    return try FileBytes.read(path, atMost: maximumSize) { descriptor throws(CommandError) in
      try root?.admit(path, name, opened: descriptor)
      try check(path) { () throws(SystemReason) in try FileStatus(descriptor: descriptor) }
    } _: { reason in
      reason == .tooLarge ? tooLong(FileName.quoted(path)) : problem(path, reason)
    }
  }

  /// Refuses what is no regular file, or too long.
  private static func check(
    _ path: String, _ status: () throws(SystemReason) -> FileStatus
  ) throws(CommandError) {
    let found: FileStatus
    do throws(SystemReason) { found = try status() } catch { throw problem(path, error) }
    guard found.kind == .regular else { throw refusal(path, found.kind) }
    if found.size > maximumSize { throw tooLong(FileName.quoted(path)) }
  }

  static func refusal(_ path: String, _ kind: FileKind) -> CommandError {
    CommandError(
      .io, "can't read \(FileName.quoted(path)): it is \(kind.words); \(kind.advice)")
  }

  static func problem(_ path: String, _ reason: SystemReason) -> CommandError {
    CommandError(.io, "can't read \(FileName.quoted(path)): \(reason)")
  }

  static func tooLong(_ name: String) -> CommandError {
    CommandError(
      .limit, "\(name) holds more than \(maximumSize >> 20) MiB; split it into several scenarios")
  }

  /// Loads the file that a `source` names.
  ///
  /// - Parameters:
  ///   - path: as the command names it, relative to the file that it stands in.
  ///   - current: that file.
  ///   - root: the folder that it has to lie in; nil for any.
  ///   - limits: what reading and parsing it may take.
  ///   - commands: the commands that may stand in it.
  /// - Returns: its name from the current folder on, and its script.
  /// - Throws: `io` if it can't be read, `syntax` if it does not parse. The error tells the place of a
  ///   mistake and nothing of the text: the file may be one that its reader should not see.
  static func load(
    _ path: String, from current: String, within root: SourceRoot? = nil,
    limits: RunLimits? = nil, commands: CommandTable
  ) throws(CommandError) -> (String, Script) {
    let isAbsolute = path.utf8.first == UInt8(ascii: "/")
    let resolved = isAbsolute ? path : FileName.folder(of: current) + path
    let bytes = try read(resolved, within: root)
    do throws(SyntaxError) {
      return (resolved, try Parser.parse(bytes, limits: limits, commands: commands))
    } catch {
      if let passed = limits?.passed { throw passed }
      let first = error.diagnostics.first
      throw CommandError(
        error.code,
        "\(FileName.quoted(resolved)) does not parse: there is a mistake at line "
          + "\(first?.line ?? 1), column \(first?.column ?? 1); 'inproc check' of that file says which"
      )
    }
  }
}
