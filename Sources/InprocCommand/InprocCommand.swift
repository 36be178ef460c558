import ArgumentParser
import Foundation
import InprocScript

/// The program: a prompt on a terminal, commands from `-c` or standard input, or a subcommand.
@main
struct InprocCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inproc",
    abstract: "Messages between the threads of one process: typed, replayed and explored.",
    discussion: """
      Without arguments it is a prompt on a terminal, and reads commands from standard input \
      otherwise. Type 'help' at the prompt for the commands.
      """,
    subcommands: [Replay.self, Step.self, Check.self, Format.self, Bench.self])

  @ArgumentParser.Option(name: .short, help: "Run these commands, separated by ';' or line ends.")
  var c: String?

  static func main() {
    Signals.endQuietly()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// Usage errors exit with 2, as the exit statuses of this program say; help with 0.
  private static func end(with error: any Error) -> Never {
    if let exit = error as? ExitCode { Foundation.exit(exit.rawValue) }
    let message = fullMessage(for: error)
    let isHelp = exitCode(for: error) == .success
    emit(message, to: isHelp ? .standardOutput : .standardError)
    Foundation.exit(isHelp ? 0 : 2)
  }

  func run() throws {
    if let c {
      throw ExitCode(Batch.run(Array(c.utf8), name: "-c"))
    } else if Terminal.isInteractive {
      throw ExitCode(Prompt.run())
    } else {
      throw ExitCode(Batch.run(Array(FileHandle.standardInput.readDataToEndOfFile()), name: "-"))
    }
  }
}
