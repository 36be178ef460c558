// This library as a contestant: runs what its arguments say once and prints the figures.
import CPlacement
import Foundation
import Inproc
import InprocBenchmarks

do {
  let arguments = Arguments(CommandLine.arguments.dropFirst())
  arguments.stayOnOneCore()
  switch arguments["shape"] {
  case "memory": try memory(arguments)
  case "blocked": try blocked(arguments)
  default:
    var run = try arguments.run()
    let count = run.count
    run.count = min(count, run.senders * run.receivers * 1000)
    _ = try run()
    run.count = count
    let figures = try run()
    print("seconds \(figures.seconds)\noperations \(figures.operations)")
  }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(error is Unsupported ? 3 : 1)
}
