import Foundation

/// One command line of the program over some files.
final class Trial {
  enum Kind { case replay, check, format, commands, input, usage }

  let kind: Kind
  let options: Options?
  /// What a shell runs, but for the redirections of its output.
  private(set) var line = ""
  /// A folder of its own, which is gone at the end where nothing was found.
  let folder: String
  /// Whether one of the files that are named has a first command that fails.
  private(set) var mustFail = false
  private(set) var runCount = 0
  private(set) var status: Int32?
  private let files: [(name: String, bytes: [UInt8])]

  init(program: String, corpus: Corpus, using random: inout RandomSource) {
    folder = NSTemporaryDirectory() + "inproc-fuzz-\(UUID().uuidString)"
    kind = random.pick([
      .replay, .replay, .replay, .replay, .replay, .replay, .check, .format, .commands, .input,
      .usage,
    ])
    var files = [("f0.scn", corpus.file(using: &random)), ("f1.scn", corpus.file(using: &random))]
    let plants = random.isOnce(in: 3)
    if plants { files[0].1 = Corpus.failing(files[0].1) }
    let odd = random.isOnce(in: 6) ? random.pick(OddFile.allCases) : nil
    var paths = random.pick([["f0.scn"], ["f0.scn"], ["f0.scn", "f1.scn"], ["."], ["-"]])
    if let odd { paths.append(odd.name) }
    var words = [quoted(program)]
    var input = "/dev/null"
    switch kind {
    case .replay:
      let options = Options(replayUsing: &random)
      self.options = options
      words += ["replay"] + options.words + paths.map(quoted)
    case .check:
      options = nil
      words += ["check"] + paths.map(quoted)
    case .format:
      options = nil
      words += ["format"] + random.pick([[], ["--check"]]) + paths.map(quoted)
    case .commands:
      options = nil
      words += ["-c", "\"$(tr -d '\\000' < f0.scn)\""]
    case .input:
      options = nil
      input = "f0.scn"
    case .usage:
      options = nil
      words += random.pick(Trial.usages).map(quoted)
    }
    if paths.contains("-") { input = "f0.scn" }
    if random.isOnce(in: 12) { input = random.pick(["/dev/null", ".", "&-"]) }
    let readsFile = input == "f0.scn"
    let namesFile = paths.contains("f0.scn") || paths.contains(".")
    mustFail =
      plants
      && (kind == .replay ? namesFile || readsFile : kind == .input ? readsFile : kind == .commands)
    self.files = files
    let prefix = random.isOnce(in: 25) ? random.pick(Trial.limits) : ""
    line = "\(odd?.recipe ?? "")exec \(prefix)\(words.joined(separator: " ")) <\(input)"
  }

  private static let usages: [[String]] = [
    ["--help"], ["help"], ["--version"], ["help", "replay"], ["replay"], ["replay", "--help"],
    ["f0.scn"], ["nonsense"], ["step", "f0.scn"], ["step", "-"], ["replay", "nowhere.scn"],
    ["-c"], ["--nonsense"], ["\u{1B}[31mred"], ["replay", "--filter", "\u{1B}]0;x\u{7}(", "."],
    ["bench", "--time", "soon"],
  ]

  /// Little of what a process needs. Allocations that fail may end the program by a signal.
  private static let limits = [
    "prlimit --as=200000000 ", "prlimit --as=1000000000 ", "prlimit --fsize=0 ",
    "prlimit --nofile=4 ",
    "setpriv --reuid 65534 --regid 65534 --clear-groups prlimit --nproc=1 ",
  ]

  private var isLimited: Bool { line.contains("prlimit") }

  /// Runs it, some of it several times.
  ///
  /// - Returns: what should not have happened.
  /// - Throws: where the folder can't be made or no process be started.
  func run() throws -> [Find] {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o777])
    for (name, bytes) in files {
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    let first = try perform(">../\(output) 2>../\(errors)")
    status = first.ended.status
    var finds = Oracle(trial: self, first, isLimited: isLimited).finds
    if !isLimited, finds.isEmpty {
      finds += changedFiles()
      finds += try repeated(first)
      finds += try withoutOutput(first)
    }
    for name in [output, errors] {
      let path = NSTemporaryDirectory() + name
      if finds.isEmpty { try? FileManager.default.removeItem(atPath: path) }
    }
    if finds.isEmpty { try? FileManager.default.removeItem(atPath: folder) }
    return finds
  }

  /// Whether it may have written into a scenario, which a second run then finds as it should be.
  private var hasWritten: Bool {
    kind == .format && !line.contains("--check") || options?.has("--bless") == true
  }

  private var output: String { URL(fileURLWithPath: folder).lastPathComponent + ".out" }
  private var errors: String { URL(fileURLWithPath: folder).lastPathComponent + ".err" }

  private func perform(_ redirection: String) throws -> Run {
    runCount += 1
    let ended = try shell("\(line) \(redirection)", in: folder, limit: 20)
    let read = { (name: String) in
      (try? Data(contentsOf: URL(fileURLWithPath: NSTemporaryDirectory() + name))) ?? Data()
    }
    return Run(ended: ended, output: [UInt8](read(output)), errors: [UInt8](read(errors)))
  }

  /// Only `--bless` and `format` may write into a scenario, and nothing else stays behind.
  private func changedFiles() -> [Find] {
    if hasWritten { return [] }
    var finds: [Find] = []
    for (name, bytes) in files
    where FileManager.default.contents(atPath: folder + "/" + name).map({ [UInt8]($0) }) != bytes {
      finds.append(Find("'\(name)' was changed"))
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let allowed: Set<String> = Set(files.map(\.name) + OddFile.allCases.map(\.name))
      .union(["report.out", "d.svg", "d.mmd", "d.txt"])
    for name in names where !allowed.contains(name) {
      finds.append(Find("'\(name)' was left behind"))
    }
    return finds
  }

  /// A replay gives the same bytes again.
  private func repeated(_ first: Run) throws -> [Find] {
    guard kind == .replay, let options, !options.has("--free"), !options.has("--bless"),
      options.value("--timeout") == "1s", !first.mentionsLimits
    else { return [] }
    let second = try perform(">../\(output) 2>../\(errors)")
    if second.mentionsLimits { return [] }
    return second.output == first.output && second.errors == first.errors
      && second.ended.status == first.ended.status
      ? [] : [Find("the second run of it printed something else")]
  }

  /// Output that can't be written is an error.
  private func withoutOutput(_ first: Run) throws -> [Find] {
    // What has been written has nothing more to tell.
    guard !first.output.isEmpty, !first.mentionsLimits, !hasWritten else { return [] }
    let (name, redirection) =
      runCount % 2 == 0 ? ("/dev/full", ">/dev/full") : ("closed output", ">&-")
    let ended = try perform("\(redirection) 2>/dev/null").ended
    return ended.status == 2 || ended.status == first.ended.status && ended.status >= 128
      ? [] : [Find("with \(name) the exit status is \(ended.status), not 2")]
  }
}

/// Something beside the two files that is no common file.
enum OddFile: CaseIterable {
  case pipe, link, loop, closed, folder, device, bytes

  var name: String {
    switch self {
    case .pipe: "pipe.scn"
    case .link: "link.scn"
    case .loop: "loop"
    case .closed: "closed"
    case .folder: "folder.scn"
    case .device: "device.scn"
    case .bytes: "bytes.scn"
    }
  }

  /// What makes it, in a shell.
  var recipe: String {
    let make =
      switch self {
      case .pipe: "mkfifo pipe.scn"
      case .link: "ln -s nowhere link.scn"
      case .loop: "ln -s . loop"
      case .closed: "mkdir closed; chmod 0 closed"
      case .folder: "mkdir folder.scn"
      case .device: "ln -s /dev/zero device.scn"
      case .bytes: "echo 'echo a' > bytes.scn"
      }
    return "{ \(make); } 2>/dev/null; "
  }
}
