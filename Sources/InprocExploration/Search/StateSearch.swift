import InprocText

/// Runs each step that leads from one state of the program to another once, those first that take the
/// fewest preemptions: a search of the graph of states, with edges of length 0 and 1, in place of one
/// of the tree of runs. A run ends where it comes to a state that is known; what can follow there was
/// run, or will be. So it ends wherever there are finitely many states, though runs need not.
///
/// States are compared by ``ChoicePoint/programState`` and by whose turn it is, since that decides what
/// is a preemption. As in explicit-state model checkers, they are kept as hashes (Holzmann, "An
/// improvement in protocol reachability analysis", 1988); a state is come to by running the choices
/// that led there, since threads can't be set back (Godefroid, "VeriSoft", 1997).
package final class StateSearch: Search {
  private struct Node {
    /// The state it was first come from, and the choice there.
    var parent: Int32
    var choice: Choice
    var preemptions: UInt16
    /// Whether there was more than one choice.
    var isBranch: Bool
  }
  private struct Step {
    var from: Int32
    var choice: Int32
  }

  private let bound: Int
  private var nodes: [Node] = []
  private var places: [UInt64: Int32] = [:]
  /// Steps that are still to be run, by how many preemptions it takes with them.
  private var pending: [[Step]] = []
  private struct Edge {
    var from: Int32
    var to: Int32
    var choice: Choice
  }
  private var edges: [Edge] = []
  /// The states behind which some run has come to its end.
  private var ended: Set<Int32> = []
  // The present run.
  private var run: [Choice] = []
  private var position = 0
  private var repeats = 0
  private var last: Int32 = -1
  private var lastChoice = Choice(0, isBranch: false)
  package private(set) var preemptionCount = 0
  /// States of this program can't be told: nothing can be said by this search.
  private var isInapplicable = false
  package private(set) var hitBound = false

  /// - Parameter bound: the most preemptions of a run.
  package init(bound: Int = .max) { self.bound = bound }

  /// How many states were come to.
  package var states: Int { nodes.count }

  package var isPreemptive: Bool { true }
  package var asksForProgramState: Bool { position >= repeats }

  package var choices: [Int] { StateSearch.schedule(run) }
  package var progress: String { "\(counted(states, "state")), \(preemptionCount) preemptions" }
  package var obstacle: SearchObstacle? { isInapplicable ? .inapplicable : nil }

  package func prefixChoice() -> Int? {
    guard position < repeats else { return nil }
    position += 1
    return run[position - 1].taken
  }

  package func choose(_ point: ChoicePoint) -> Int? {
    if let known = prefixChoice() { return known }
    guard let program = point.programState else {
      isInapplicable = true
      return nil
    }
    let state = mix64(program ^ UInt64(bitPattern: Int64(point.current ?? -2)))
    if let known = places[state] {
      edges.append(Edge(from: last, to: known, choice: lastChoice))
      return nil
    }
    let node = Int32(nodes.count)
    let isBranch = point.candidates.count > 1
    places[state] = node
    edges.append(Edge(from: last, to: node, choice: lastChoice))
    nodes.append(
      Node(
        parent: last, choice: lastChoice, preemptions: UInt16(clamping: preemptionCount),
        isBranch: isBranch))
    // The first of those that take as many preemptions is taken out first.
    for candidate in point.candidates.reversed() where candidate != point.defaultChoice {
      add(
        Step(from: node, choice: Int32(candidate)),
        preemptionCount + (point.isPreemption(candidate) ? 1 : 0))
    }
    last = node
    lastChoice = Choice(point.defaultChoice, isBranch: isBranch)
    run.append(lastChoice)
    position += 1
    return point.defaultChoice
  }

  private func add(_ step: Step, _ preemptions: Int) {
    guard preemptions <= bound else {
      hitBound = true
      return
    }
    while pending.count <= preemptions { pending.append([]) }
    pending[preemptions].append(step)
  }

  package func finish(state: UInt64) {}

  package func noteEnd() { ended.insert(last) }

  /// Prepares the next run. Returns false where there is none.
  package func advance() -> Bool {
    guard let preemptions = pending.firstIndex(where: { !$0.isEmpty }),
      let step = pending[preemptions].popLast()
    else { return false }
    last = step.from
    lastChoice = Choice(Int(step.choice), isBranch: true)
    run = path(to: step.from) + [lastChoice]
    repeats = run.count
    position = 0
    preemptionCount = preemptions
    return true
  }

  /// The choices that lead to a state.
  private func path(to state: Int32) -> [Choice] {
    var choices: [Choice] = []
    var node = state
    while node > 0 {
      choices.append(nodes[Int(node)].choice)
      node = nodes[Int(node)].parent
    }
    return choices.reversed()
  }

  // MARK: After all was run

  /// A circle that can't be left for an end, if there is one: that of the state which was come to
  /// first. Only after all was run. O(states and edges).
  var livelock: Livelock? {
    var before: [[Int32]] = Array(repeating: [], count: nodes.count)
    for edge in edges where edge.from >= 0 { before[Int(edge.to)].append(edge.from) }
    var reachesEnd = Array(repeating: false, count: nodes.count)
    var found = Array(ended.filter { $0 >= 0 })
    for node in found { reachesEnd[Int(node)] = true }
    while let node = found.popLast() {
      for earlier in before[Int(node)] where !reachesEnd[Int(earlier)] {
        reachesEnd[Int(earlier)] = true
        found.append(earlier)
      }
    }
    return reachesEnd.firstIndex(of: false).flatMap { circle(from: Int32($0)) }
  }

  /// Goes on from a state, by the steps that were run first, until it comes to one that it was in.
  private func circle(from start: Int32) -> Livelock? {
    var next: [Int32: Edge] = [:]
    for edge in edges.reversed() { next[edge.from] = edge }
    var seen: [Int32: Int] = [:]
    var way: [Choice] = []
    var node = start
    while seen[node] == nil {
      seen[node] = way.count
      guard let edge = next[node] else { return nil }
      way.append(edge.choice)
      node = edge.to
    }
    let entry = seen[node] ?? 0
    return Livelock(beginning: path(to: start) + way[..<entry], circle: Array(way[entry...]))
  }

  /// The choices where there was more than one.
  static func schedule(_ choices: some Sequence<Choice>) -> [Int] {
    choices.filter(\.isBranch).map(\.taken)
  }
}
