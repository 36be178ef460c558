import Foundation

/// Runs each command again and again, and lets another call of the system fail each time: the
/// output is whole, or the exit status is not 0.
struct Injection {
  let program: String
  let corpus: Corpus

  private static let commands = [
    "-c 'bind inproc://a as a; send a hello; recv a'", "<in.scn", "replay a.scn",
    "replay --explore --outcomes b.scn", "replay --free a.scn", "replay --jobs 2 a.scn b.scn",
    "replay --report junit a.scn", "replay --report json --output report.out a.scn",
    "replay --report tap .", "replay --trace a.scn", "replay --diagram d.svg a.scn",
    "replay - <in.scn", "check .", "format --check a.scn", "format - <c.scn", "help", "--help",
    "--version", "replay --help",
  ]

  private static let failures: [(call: String, errors: [String])] = [
    ("write", ["ENOSPC", "EPIPE", "EIO", "EINTR", "EAGAIN"]), ("read", ["EIO", "EINTR"]),
    ("openat", ["EMFILE", "EACCES", "EIO"]), ("clone3", ["EAGAIN"]), ("clone", ["EAGAIN"]),
    ("membarrier", ["EPERM", "ENOSYS"]), ("mmap", ["ENOMEM"]), ("mprotect", ["ENOMEM"]),
    ("fstat", ["EIO"]), ("newfstatat", ["EIO"]), ("getdents64", ["EIO"]), ("rename", ["EIO"]),
    ("linkat", ["EIO", "EXDEV"]), ("fsync", ["EIO"]), ("ftruncate", ["EIO"]),
    ("sched_setaffinity", ["EPERM"]),
  ]

  private static let files = [
    "a.scn": "bind inproc://a as a\nspawn w { send a hello }\nrecv a\n=> hello\n",
    "b.scn": """
    bind inproc://a as a
    spawn x { send a 1 }
    spawn y { send a 2 }
    recv a as m
    observe $m

    """,
    "c.scn": "echo   a\n", "in.scn": "echo one\n=> one\necho two\n=> two\n",
  ]

  /// Tries them all.
  func run(_ tally: Tally) {
    for command in Injection.commands {
      do { try run(command, tally) } catch {
        tally.find("'\(command)' can't be tried: \(error)")
      }
    }
  }

  private func run(_ command: String, _ tally: Tally) throws {
    let words = "\(quoted(program)) \(command)"
    let whole = try perform("exec \(words)", tally)
    guard whole.status == 0 else {
      tally.find("'\(command)' ends with \(whole.status) where nothing fails")
      return
    }
    for (call, errors) in Injection.failures {
      for error in errors {
        var number = 1
        // Calls behind the first hundred are of the same kinds.
        while number <= 100 {
          let inject =
            "strace -f --seccomp-bpf -qqq -o trace "
            + "-e inject=\(call):error=\(error):when=\(number)"
          let ran = try perform("exec \(inject) -e trace=\(call) \(words)", tally)
          if ran.hasHung { tally.find("'\(command)' hung: \(call) \(error) \(number)") }
          if ran.status == 0, ran.output != whole.output || ran.report != whole.report {
            tally.find(
              "'\(command)' is 0 with other output: \(call) fails with \(error), call \(number)")
          }
          if !ran.wasInjected { break }
          number += max(1, number / 5)
        }
      }
    }
  }

  private struct Result {
    var status: Int32
    var hasHung: Bool
    var output: Data
    var report: Data
    var wasInjected: Bool
  }

  private func perform(_ line: String, _ tally: Tally) throws -> Result {
    let folder = NSTemporaryDirectory() + "inproc-inject-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in Injection.files {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    tally.countRun()
    let ended = try shell("\(line) >out 2>err", in: folder, limit: 20)
    let read = { (name: String) in
      FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
    }
    return Result(
      status: ended.status, hasHung: ended.hasHung, output: read("out"),
      report: read("report.out") + read("d.svg"),
      wasInjected: String(decoding: read("trace"), as: UTF8.self).contains("(INJECTED)"))
  }
}
