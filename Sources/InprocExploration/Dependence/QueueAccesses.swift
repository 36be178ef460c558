/// What the queues of a run's endpoints have been used for, as far as that tells steps apart: sends
/// commute with receives, and each receive depends on the send of its message only.
struct QueueAccesses {
  private struct Queue {
    let endpoint: Resource
    var sent = 0
    var received = 0
    var isKnown = false
    var isDisturbed = false
  }
  /// Those of the endpoints that were accessed, which are few.
  private var queues: [Queue] = []
  /// Whether a step can end within an operation. Then each use of a queue accesses all of it.
  let isDivided: Bool

  init(isDivided: Bool) { self.isDivided = isDivided }

  /// Notes a use of a queue, and adds what it accesses to the step's footprint.
  mutating func access(_ endpoint: Resource, _ use: QueueUse, adding footprint: inout Footprint) {
    let index = queues.firstIndex { $0.endpoint == endpoint } ?? queues.count
    if index == queues.count { queues.append(Queue(endpoint: endpoint)) }
    switch use {
    case .disturbing:
      // The first one binds it.
      queues[index].isDisturbed = queues[index].isKnown || queues[index].sent > 0
      queues[index].isKnown = true
      footprint.add(endpoint, writes: true)
      return
    case .sending: queues[index].sent += 1
    case .receiving: queues[index].received += 1
    }
    add(use, at: queues[index], to: &footprint)
  }

  /// What the next receive at an endpoint accesses.
  func receiving(at endpoint: Resource) -> Footprint {
    var footprint = Footprint()
    var queue = queues.first { $0.endpoint == endpoint } ?? Queue(endpoint: endpoint)
    queue.received += 1
    add(.receiving, at: queue, to: &footprint)
    return footprint
  }

  /// The endpoints where messages are queued.
  var nonEmptyQueues: [Resource] { queues.filter { $0.sent > $0.received }.map(\.endpoint) }

  /// Adds what the newest send or receive of a queue accesses.
  private func add(_ use: QueueUse, at queue: Queue, to footprint: inout Footprint) {
    let endpoint = queue.endpoint
    guard !queue.isDisturbed, !isDivided else {
      footprint.add(endpoint, writes: true)
      return
    }
    // Sends come in order, so do receives, and a receive comes after the send of its message.
    let isSend = use == .sending
    footprint.add(endpoint, writes: false)
    footprint.add(endpoint.part(isSend ? 1 : 2), writes: true)
    footprint.add(
      endpoint.part(16 + UInt64(isSend ? queue.sent : queue.received)), writes: isSend,
      isOrder: true)
  }
}

/// What a step does with the queue of an endpoint.
package enum QueueUse: Sendable {
  case sending
  case receiving
  /// Anything that takes or drops messages otherwise, or makes another queue of that name.
  case disturbing
}
