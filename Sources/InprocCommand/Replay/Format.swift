import ArgumentParser
import Foundation
import Inproc
import InprocScript

/// `inproc format PATH…`
struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write scenario files in their canonical form.",
    discussion: """
      Indentation, blanks and empty lines are made regular; words and comments stay. Exit status: \
      0 done; 1 with --check, if a file would change; 2 a usage or syntax error, no scenario was \
      found, or output was lost.
      """)

  @Argument(
    help: "Scenario files, folders of them, or '-': standard input to standard output.")
  var paths: [String]

  @Flag(help: "Write nothing; list the files that would change.")
  var check = false

  func run() throws {
    let files = try ScenarioFiles.some(ScenarioFiles.find(paths))
    var status: Int32 = 0
    for found in files {
      let file = found.name
      do {
        if let problem = found.problem { throw problem }
        let bytes = try ParsedFile.bytes(of: file)
        let limits = RunLimits(memory: .usual)
        let text = try Formatter.formatKeepingLineEnds(
          bytes, limits: limits, commands: .prompt)
        if file == "-", !check {
          let text = String(decoding: text, as: UTF8.self)
          emit(text, to: .standardOutput, endsLine: false, isRaw: true)
        } else if text != bytes {
          if check {
            status = max(status, 1)
          } else {
            try AtomicFile.write(text, to: file, over: bytes)
          }
          emit(FileName.shown(file), to: .standardOutput)
        }
      } catch let error as SyntaxError {
        emit(error.rendered(file: FileName.shown(file)), to: .standardError)
        status = 2
      } catch let error as CommandError {
        let text = "\(FileName.shown(file)): error: \(error.text)"
        emit(text.escapingUnprintable, to: .standardError)
        status = 2
      }
    }
    throw ExitCode(status)
  }
}
