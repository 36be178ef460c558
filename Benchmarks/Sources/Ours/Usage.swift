import CPlacement
import Foundation
import Inproc
import InprocBenchmarks

/// Bytes that a queued message takes beyond what it shares, and what is left of them afterwards.
func memory(_ arguments: Arguments) throws {
  let count = arguments.count
  let registry = Registry()
  let inbox = try registry.bind("inproc://memory")
  let out = try registry.connect(to: "inproc://memory")
  let frame = Frame([UInt8](repeating: 7, count: 64))
  try out.send(Message(frame))
  benchKeep(try inbox.receive().count)
  let before = placement_allocated()
  for _ in 0..<count { try out.send(Message(frame)) }
  let full = placement_allocated()
  for _ in 0..<count { benchKeep(try inbox.receive().count) }
  let after = placement_allocated()
  print("bytes \(Double(full) / Double(count) - Double(before) / Double(count))")
  print("left \(max(0, Double(after) - Double(before)) / Double(count))")
  withExtendedLifetime((inbox, out)) {}
}

/// The CPU time that waiting takes.
func blocked(_ arguments: Arguments) throws {
  let registry = Registry()
  let inbox = try registry.bind("inproc://blocked")
  let out = try registry.connect(to: "inproc://blocked")
  let ended = DispatchSemaphore(value: 0)
  Thread.detachNewThread {
    arguments.place(.receiver)
    benchKeep((try? inbox.receive())?.count ?? 0)
    ended.signal()
  }
  Thread.sleep(forTimeInterval: 0.05)
  let (before, start) = (placement_cpu_seconds(), ContinuousClock.now)
  Thread.sleep(forTimeInterval: 0.3)
  let used = placement_cpu_seconds() - before
  let waited = (ContinuousClock.now - start) / .seconds(1)
  try out.send("end")
  ended.wait()
  print("cpu \(used / waited)")
}
