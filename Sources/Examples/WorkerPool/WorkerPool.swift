import Foundation
import Inproc

// A pool of threads that share jobs: each job goes to exactly one worker, and a bounded queue holds
// the producer back while all are busy.

/// Adds the numbers up to `count` on some threads; returns the sum and how many jobs there were.
func sumInPool(upTo count: Int, workers: Int) throws -> (sum: Int, jobs: Int) {
  let registry = Registry()
  let jobs = try registry.bind("inproc://jobs", capacity: .bounded(8))
  let results = try registry.bind("inproc://results")

  for _ in 0..<workers {
    let results = try registry.connect(to: "inproc://results")
    Thread {
      // Ends when the jobs are closed and used up.
      for job in jobs.messages {
        guard let text = String(job[0]), let number = Int(text) else { continue }
        try? results.send([Frame("\(number * number)")])
      }
      // The last worker's close tells the main thread that no result can come any more.
      results.close()
    }.start()
  }
  try registry.unbind("inproc://results")

  let feed = try registry.connect(to: "inproc://jobs")
  for number in 1...count { try feed.send([Frame("\(number)")]) }
  try registry.unbind("inproc://jobs")
  feed.close()

  var sum = 0
  var received = 0
  for result in results.messages {
    sum += String(result[0]).flatMap(Int.init) ?? 0
    received += 1
  }
  return (sum, received)
}

@main
struct WorkerPool {
  static func main() throws {
    let (sum, jobs) = try sumInPool(upTo: 1_000, workers: 4)
    print("\(jobs) squares add up to \(sum)")
  }
}
