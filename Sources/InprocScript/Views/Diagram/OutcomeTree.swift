internal import Inproc

/// A decision tree of a scenario: where its runs diverge, and which outcome each branch reaches.
///
/// It is made from one run for each outcome. Their common beginning is the root; a branch leaves where
/// the next step of a run is another.
package struct OutcomeTree: Sendable {
  /// An outcome and the run that shows it.
  package struct Leaf: Sendable {
    package var outcome: String
    /// The number of schedules, the grade and the comment of the outcome.
    package var remark: String
    package var isForbidden: Bool
    package var isInteresting: Bool
    package var timeline: Timeline

    package init(
      outcome: String, remark: String, isForbidden: Bool, isInteresting: Bool, timeline: Timeline
    ) {
      self.outcome = outcome
      self.remark = remark
      self.isForbidden = isForbidden
      self.isInteresting = isInteresting
      self.timeline = timeline
    }
  }

  /// Steps that all runs of a subtree have in common.
  struct Node: Sendable {
    /// The steps in order; consecutive ones of the same thread form a turn.
    var turns: [(thread: Int, steps: [String])] = []
    var children: [Node] = []
    /// The index in ``leaves`` of the outcome that is reached here; nil where branches follow.
    var leaf: Int?

    var leafCount: Int { leaf == nil ? children.reduce(0) { $0 + $1.leafCount } : 1 }
    var depth: Int { 1 + (children.map(\.depth).max() ?? 0) }
  }

  package var title: String
  var leaves: [Leaf]
  var root: Node
  /// The names of the threads that ``Node/turns`` refers to by index.
  var threads: [String]

  package init(title: String, _ leaves: [Leaf]) {
    // Texts are escaped here, so that each takes one line in every format.
    self.title = title.escapingUnprintable
    self.leaves = leaves.map { leaf in
      var leaf = leaf
      leaf.outcome = leaf.outcome.escapingUnprintable
      leaf.remark = leaf.remark.escapingUnprintable
      return leaf
    }
    var threads: [String] = []
    let paths = leaves.map { leaf in
      leaf.timeline.steps.map { step -> OutcomeStep in
        let number = threads.firstIndex(of: step.thread) ?? threads.count
        if number == threads.count { threads.append(step.thread) }
        return OutcomeStep(thread: number, command: step.command.escapingUnprintable)
      }
    }
    root = OutcomeTree.node(Array(leaves.indices), paths, from: 0)
    self.threads = threads.map(\.escapingUnprintable)
  }

  /// The subtree of the runs of some leaves from a step on. O(leaves · steps).
  private static func node(_ members: [Int], _ paths: [[OutcomeStep]], from start: Int) -> Node {
    var node = Node()
    guard let first = members.first else { return node }
    var end = start
    if members.count == 1 {
      end = paths[first].count
    } else {
      while paths[first].indices.contains(end),
        members.allSatisfy({
          paths[$0].indices.contains(end) && paths[$0][end] == paths[first][end]
        })
      { end += 1 }
    }
    for step in paths[first][start..<end] {
      if let last = node.turns.indices.last, node.turns[last].thread == step.thread {
        node.turns[last].steps.append(step.command)
      } else {
        node.turns.append((step.thread, [step.command]))
      }
    }
    if members.count == 1 {
      node.leaf = first
      return node
    }
    // Children keep the order of the leaves. A run that has ended already is a child of its own.
    var groups: [(key: OutcomeStep?, members: [Int])] = []
    for member in members {
      let key = paths[member].indices.contains(end) ? paths[member][end] : nil
      if let index = groups.firstIndex(where: { $0.key == key && key != nil }) {
        groups[index].members.append(member)
      } else {
        groups.append((key, [member]))
      }
    }
    node.children = groups.map { OutcomeTree.node($0.members, paths, from: end) }
    return node
  }
}

private struct OutcomeStep: Hashable {
  var thread: Int
  var command: String
}

extension Timeline {
  /// The steps of a run in the order in which they ended, without those that hold others.
  fileprivate var steps: [(thread: String, command: String)] {
    var steps: [(thread: String, command: String)] = []
    var open: [Int: (step: Step, sent: [Transfer], isBlock: Bool)] = [:]
    var innermost: [Int: [Int]] = [:]
    func end(_ number: Int, of thread: Int) {
      guard let step = open.removeValue(forKey: number), !step.isBlock else { return }
      steps.append((name(of: thread), step.step.text(moving: step.sent)))
    }
    for event in events {
      switch event.what {
      case .stepBegan(let step):
        if let outer = innermost[event.thread]?.last { open[outer]?.isBlock = true }
        open[step.number] = (step, [], false)
        innermost[event.thread, default: []].append(step.number)
      case .sent(let transfer):
        if let number = innermost[event.thread]?.last { open[number]?.sent.append(transfer) }
      case .stepEnded(let number, _):
        if let index = innermost[event.thread]?.lastIndex(of: number) {
          innermost[event.thread]?.removeSubrange(index...)
        }
        end(number, of: event.thread)
      case .threadEnded:
        // An error or a `break` has left these steps.
        for number in innermost.removeValue(forKey: event.thread) ?? [] {
          end(number, of: event.thread)
        }
      default: break
      }
    }
    return steps
  }
}
