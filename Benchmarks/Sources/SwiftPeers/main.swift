// Swift's own ways between threads and tasks, as contestants: runs what its arguments say once and
// prints the figures. Each message is an array of 64 bytes that all share.
import CPlacement
import Foundation

var words: [String: String] = [:]
for word in CommandLine.arguments.dropFirst() {
  let parts = word.split(separator: "=", maxSplits: 1)
  if parts.count == 2 { words[String(parts[0])] = String(parts[1]) }
}
let (contestant, shape) = (words["contestant"] ?? "", words["shape"] ?? "")
let count = words["count"].flatMap { Int($0) } ?? 1_000_000
let cores = Cores(
  sender: words["sender-core"].flatMap { Int32($0) } ?? -1,
  receiver: words["receiver-core"].flatMap { Int32($0) } ?? -1)

// The threads of the tasks' pool and of Dispatch inherit the core of those that start them.
_ = placement_pin(cores.receiver)

guard words["payload"] == "shared" || words["payload"] == nil,
  let run = contestants["\(shape) \(contestant)"] ?? valueContestants["\(shape) \(contestant)"]
else {
  FileHandle.standardError.write(Data("unsupported: \(shape) \(contestant)\n".utf8))
  exit(3)
}
_ = wait { await run(min(count, 1000), cores) }
let seconds = wait { await run(count, cores) }
print("seconds \(seconds)\noperations \(count)")
