import Inproc
import InprocScript

/// Runs the commands on standard input as they come, so that another program can drive it through
/// pipes: each line, or block, as soon as it is complete.
struct StreamedCommands {
  private static let name = "-"
  /// The source lines that reports can still show.
  private static let keptLines = 10_000
  /// The most bytes that a block may have, none of which runs before the block's end.
  private static let longestPiece = 64 << 20

  private let input: InputLines
  private var parser = StreamParser(commands: .prompt)
  private var pieces = StreamPieces()
  private var session: StreamedSession?
  /// The piece that did not parse, until the next line shows whether that was expected.
  private var mistake: Mistake?
  private var lines: [String] = []
  private var firstLine = 1
  private let console = Console()

  /// Runs all of standard input. Returns the exit status.
  static func run() -> Int32 {
    do throws(CommandError) {
      var commands = StreamedCommands(
        input: try InputLines(longest: StreamParser.longestLine))
      return try commands.runToEnd()
    } catch {
      emit("\(name): error: \(error.text)", to: .standardError)
      return 2
    }
  }

  private init(input: InputLines) { self.input = input }

  /// How the input ended before its end.
  private struct Stop: Error {
    /// The exit status; nil where the session's result decides it.
    var status: Int32?
  }

  private mutating func runToEnd() throws(CommandError) -> Int32 {
    var ending: Stop?
    reading: while ending == nil {
      switch try input.next() {
      case .woken: ending = Stop()
      case .line(let bytes):
        for piece in pieces.take(bytes) where ending == nil { ending = take(piece) }
        if ending == nil, pieces.pendingLength > StreamedCommands.longestPiece {
          emit(
            "\(StreamedCommands.name):\(pieces.count):1: error: this block is over "
              + "\(StreamedCommands.longestPiece >> 20) MiB; write it as several",
            to: .standardError)
          ending = Stop(status: 2)
        }
      case .end:
        if let piece = pieces.end() { ending = take(piece) }
        break reading
      }
    }
    if ending == nil, mistake != nil { ending = endWithMistake() }
    if let status = ending?.status { return status }
    guard let session else { return 0 }
    return report(ending == nil ? session.finish(line: max(1, pieces.count)) : session.end())
  }

  /// Runs a piece. Returns how that ended the input, if it did.
  private mutating func take(_ piece: StreamPieces.Piece) -> Stop? {
    do {
      try run(piece)
      return nil
    } catch let stop as Stop {
      return stop
    } catch let error as SyntaxError {
      mistake = Mistake(error: error)
      return endWithMistake()
    } catch {
      emit("\(StreamedCommands.name): error: \(error)", to: .standardError)
      return Stop(status: 2)
    }
  }

  private mutating func run(_ piece: StreamPieces.Piece) throws {
    let script: Script
    do {
      script = try parser.parse(
        piece.bytes, firstLine: piece.firstLine, mode: piece.isScreen ? .file : .prompt)
    } catch {
      if mistake != nil { throw Stop(status: endWithMistake().status) }
      try goOn(session?.settle())
      guard !piece.isScreen, error.code == .syntax else { throw error }
      // The error is printed as the prompt prints it, so that a program that reads the answers sees
      // it at once.
      for diagnostic in error.diagnostics {
        console.line(.error(CommandError(diagnostic.code, diagnostic.summary)), thread: nil)
      }
      mistake = Mistake(error: error)
      return
    }
    keep(script.lines)
    if !script.leadingExpectations.isEmpty { try expect(script.leadingExpectations) }
    if script.statements.isEmpty, !piece.isScreen { return }
    if let mistake, !mistake.isExpected { throw Stop(status: endWithMistake().status) }
    mistake = nil
    let session = try runningSession()
    try goOn(piece.isScreen ? session.runScreen(script) : session.run(script))
  }

  /// Checks expectations that follow a command, or a line that did not parse.
  private mutating func expect(_ expectations: [Expectation]) throws {
    if mistake != nil {
      for expectation in expectations {
        guard mistake?.accept(expectation) == true else {
          throw Stop(status: endWithMistake().status)
        }
      }
    } else if let session, session.hasPending {
      try goOn(session.expect(expectations))
    } else if let first = expectations.first {
      throw SyntaxError([
        SyntaxDiagnostic(
          line: first.range.line, column: first.range.column, length: 2,
          message: Expectation.withoutCommand.message, sourceLine: first.text,
          hint: Expectation.withoutCommand.hint)
      ])
    }
  }

  private mutating func runningSession() throws -> StreamedSession {
    if let session { return session }
    var options = Session.Options()
    options.maximumSteps = parser.directives.steps ?? Int.max
    let started = try StreamedSession(
      output: console, options: options, file: StreamedCommands.name, onEnd: input.wakeUp)
    session = started
    return started
  }

  private func goOn(_ ending: StreamedSession.Ending?) throws {
    if case .ended? = ending { throw Stop() }
  }

  private mutating func keep(_ new: [String]) {
    lines += new
    if lines.count > 2 * StreamedCommands.keptLines {
      let dropped = lines.count - StreamedCommands.keptLines
      lines.removeFirst(dropped)
      firstLine += dropped
    }
  }

  private mutating func endWithMistake() -> Stop {
    guard let mistake, !mistake.isExpected else { return Stop() }
    emit(mistake.error.rendered(file: StreamedCommands.name), to: .standardError)
    return Stop(status: 2)
  }

  private func report(_ result: RunResult) -> Int32 {
    let report = FailureReport(
      file: StreamedCommands.name, lines: lines, firstLine: firstLine, schedule: nil)
    return Batch.exitStatus(of: result, report, expectsDeadlock: parser.directives.expectsDeadlock)
  }
}

/// A piece that did not parse.
private struct Mistake {
  let error: SyntaxError
  var isExpected = false

  /// Checks an expectation that follows. Returns whether it expects this error.
  mutating func accept(_ expectation: Expectation) -> Bool {
    let isMet = error.diagnostics.contains { diagnostic in
      let line = ResultLine.error(CommandError(diagnostic.code, diagnostic.summary))
      return (try? expectation.matches(line, variables: NoVariables())) == true
    }
    if isMet { isExpected = true }
    return isMet
  }

  private struct NoVariables: VariableLookup {
    func message(named name: String) -> Message? { nil }
  }
}
