import ArgumentParser
import Foundation
import Inproc
import InprocScript

/// The program: a prompt on a terminal, commands from `-c` or standard input, or a subcommand.
@main
struct InprocCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inproc",
    abstract: "Messages between the threads of one process: typed, replayed and explored.",
    discussion: """
      Without arguments it is a prompt on a terminal, and reads commands from standard input \
      otherwise. Type 'help' at the prompt for the commands. 'inproc replay FILE' runs a scenario.
      """,
    version: "inproc \(Version.number)",
    subcommands: [Replay.self, Step.self, Check.self, Format.self, Bench.self])

  @ArgumentParser.Option(name: .short, help: "Run these commands, separated by ';' or line ends.")
  var c: String?

  static func main() {
    StandardStreams.prepare()
    Signals.endQuietly()
    if let advice = adviceOnFirstArgument() {
      emit("error: \(advice)", to: .standardError)
      Output.exit(2)
    }
    do {
      var command = try parseAsRoot(Array(FileName.arguments.dropFirst()))
      try command.run()
      Output.exit(0)
    } catch {
      end(with: error)
    }
  }

  /// The hint for a scenario that is named without a subcommand.
  private static func adviceOnFirstArgument() -> String? {
    guard let first = FileName.arguments.dropFirst().first, first != "help",
      !first.hasPrefix("-"),
      !configuration.subcommands.contains(where: { $0._commandName == first }),
      FileName.hasSuffix(first, ".scn") || access(FileName.system(first), F_OK) == 0
    else { return nil }
    let words = FileName.shellWord(first)
    return
      "to run a scenario, write 'inproc replay \(words)'; 'inproc --help' shows what else there is"
  }

  /// Usage errors exit with 2, as the exit statuses of this program say; help with 0.
  private static func end(with error: any Error) -> Never {
    if let exit = error as? ExitCode { Output.exit(exit.rawValue) }
    if exitCode(for: error) == .success {
      emit(fullMessage(for: error), to: .standardOutput)
      Output.exit(0)
    }
    emit(usageMessage(for: error), to: .standardError)
    Output.exit(2)
  }

  /// The text of a usage error. It quotes arguments, and no argument may look like a line of it.
  private static func usageMessage(for error: any Error) -> String {
    let arguments = Array(FileName.arguments.dropFirst())
    let escaped = arguments.map { FileName.shown($0) }
    if escaped != arguments {
      // The error is made again, from arguments with their unprintable characters escaped.
      do {
        _ = try parseAsRoot(escaped)
      } catch {
        if exitCode(for: error) != .success { return fullMessage(for: error) }
      }
    }
    return fullMessage(for: error)
  }

  func run() throws {
    if let c {
      throw ExitCode(Batch.run(FileName.bytes(of: c), name: "-c"))
    } else if Terminal.isInteractive {
      throw ExitCode(Prompt.run())
    } else {
      throw ExitCode(StreamedCommands.run())
    }
  }
}
