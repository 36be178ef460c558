/// Where threads run. That decides what is measured.
enum Placement: String, Codable, CaseIterable, Sendable {
  /// Senders on one core, receivers on another.
  case pinned
  /// All on one core, where the kernel puts threads as soon as anything else runs.
  case oneCore = "one core"
  /// Left to the kernel: reported, not judged.
  case kernel

  /// The arguments that tell a contestant.
  ///
  /// - Parameter cores: those that may be used.
  /// - Returns: the core of each side, or nothing.
  func parameters(_ cores: [Int]) -> [String: String] {
    guard let first = cores.first, let last = cores.prefix(2).last else { return [:] }
    switch self {
    case .pinned: return ["sender-core": "\(first)", "receiver-core": "\(last)"]
    case .oneCore: return ["sender-core": "\(first)", "receiver-core": "\(first)"]
    case .kernel: return [:]
    }
  }
}

/// An executable that holds contestants.
enum Program: String, Sendable {
  case ours = ".build/release/Ours"
  case swift = ".build/release/SwiftPeers"
  case rust = "Peers/rust/target/release/rust-peers"
  case cpp = "Peers/cpp/build/cpp-peers"
  case go = "Peers/go/go-peers"
}

/// One that takes part in a workload.
struct Contestant: Sendable {
  /// What it is there for.
  enum Role: Sendable {
    /// This library.
    case ours
    /// One to be ahead of.
    case peer
    /// Shown beside them: what it does is not the same.
    case reported
  }

  var name: String
  var program: Program
  var role = Role.peer
  /// Added to the workload's.
  var parameters: [String: String] = [:]

  /// The same, with further parameters.
  func with(_ parameters: [String: String]) -> Contestant {
    var changed = self
    changed.parameters.merge(parameters) { $1 }
    return changed
  }

  static let ours = Contestant(name: "inproc", program: .ours, role: .ours)
}

/// One thing that is measured.
struct Workload: Sendable {
  /// What its contestants print.
  enum Figure: String, Codable, Sendable {
    /// Nanoseconds an operation, from the lines `seconds` and `operations`.
    case nanoseconds
    /// Bytes a queued message, from the line `bytes`.
    case bytes
    /// The share of a core that waiting takes, from the line `cpu`.
    case cpu
  }

  var name: String
  var title: String
  var parameters: [String: String]
  var figure = Figure.nanoseconds
  /// Whether a time is usual for it; else operations a second are.
  var isTime = false
  var placements = Placement.allCases
  var contestants: [Contestant]
}
