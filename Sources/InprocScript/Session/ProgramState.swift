internal import Inproc
internal import InprocExploration

// The state of a scenario, whichever way it came to be in it: what its threads are at and know, what
// the names stand for, what the endpoints hold. Two runs in one state have the same futures: the same
// outcomes, failures and deadlocks.

extension Session {
  /// A hash of the session's state, except what its scheduler knows: which threads can run, and
  /// when timers fire. It is the same in every process. It is nil if a part of the state can't be
  /// hashed; states must not be compared then.
  ///
  /// It is one of 64 bits. Two different states of a search share one with a probability of *n*² / 2⁶⁵
  /// where *n* states are compared: one in 37 million for a million states.
  ///
  /// Call it only while no other thread runs. O(all that is queued and all variables).
  var stateHash: UInt64? {
    // Results that become expectations are not part of the hash.
    if options.observer?.takenFile != nil { return nil }
    let table = table.withLock { $0 }
    var hash = StableHash()
    hash.add(table.handlesMade)
    hash.add(table.threadsMade)
    for thread in table.threads + table.observers.sorted(by: { $0.number < $1.number }) {
      guard thread.requests.isEmpty else { return nil }
      thread.addState(to: &hash)
    }
    var handles: [Handle] = []
    for (name, entry) in table.entries.sorted(by: { $0.key < $1.key }) {
      hash.add(name)
      switch entry {
      case .handle(let handle):
        hash.add(handle.number)
        handles.append(handle)
      case .thread(let thread): hash.add(-thread.number)
      case .mutex(let mutex): mutex.add(to: &hash)
      }
    }
    guard addQueues(of: handles.sorted { $0.number < $1.number }, to: &hash) else { return nil }
    hash.add(shared.values)
    for (thread, failure) in record.withLock({ $0.threadFailures }) {
      hash.add(thread.number)
      hash.add(failure)
    }
    return hash.value
  }

  /// Adds the queues that handles are ends of, numbered in their order. Returns whether all could
  /// be hashed.
  private func addQueues(of handles: [Handle], to hash: inout StableHash) -> Bool {
    var numbers: [ObjectIdentifier: Int] = [:]
    for handle in handles {
      let identity: ObjectIdentifier
      let contents: ChannelContents?
      switch handle.end {
      case .receiver(let receiver, _):
        (identity, contents) = (receiver.queueIdentity, receiver.contents)
      case .sender(let sender):
        guard sender.clientID == nil, !sender.sendsToTopic else { return false }
        (identity, contents) = (sender.queueIdentity, sender.contents)
      case .server, .client, .topic, .subscription: return false
      }
      hash.add(handle.endpoint.name)
      if let known = numbers[identity] {
        hash.add(known)
        continue
      }
      guard let contents else { return false }
      numbers[identity] = numbers.count
      hash.add(numbers.count)
      hash.add(contents)
    }
    return true
  }
}

extension SessionThread {
  fileprivate func addState(to hash: inout StableHash) {
    let status = status.withLock { $0 }
    hash.add(name)
    hash.add(number)
    hash.add(status.phase == .running ? 0 : status.phase == .finished ? 1 : 2)
    hash.add(
      (status.isJoined ? 1 : 0) + (status.isAcknowledged ? 2 : 0) + (status.isPaused ? 4 : 0))
    if let failure = status.failure { hash.add(failure) }
    // A thread that has not begun is at the beginning of its block.
    let range = status.statement?.range ?? body?.statements.first?.range
    hash.add(range.map { Int(truncatingIfNeeded: place(at: $0)) } ?? -1)
    hash.add(status.statement == nil ? 0 : 1)
    for group in groups {
      hash.add(group.current)
      hash.add(group.count)
      for result in group.results { hash.add(result.line) }
    }
    hash.add(tryDepth)
    hash.add(atomicDepth)
    hash.add(callDepth)
    hash.add(returned)
    readings.add(to: &hash)
    switch progress {
    case .none: hash.add(0)
    case .waitEnded(let reason, let wasNotified):
      hash.add(1 + Int(reason.rawValue) * 2 + (wasNotified ? 1 : 0))
    case .leaves(let flow): hash.add(flow == .next ? -1 : flow == .leaveLoop ? -2 : -3)
    case .fails(let failure):
      hash.add(-4)
      hash.add(failure)
    }
    if let pendingWrite {
      hash.add(pendingWrite.name)
      hash.add(pendingWrite.value)
    }
    hash.add(captures.count)
    for capture in captures { capture.add(to: &hash) }
    hash.add(named.count)
    for number in named { hash.add(number) }
    hash.add(observed.count)
    for frame in observed { hash.add(frame) }
    hash.add(results.count)
    for result in results { hash.add(result) }
  }
}

/// How far a command has come at which a schedule chooses more than once.
enum CommandProgress {
  case none
  /// A `wait` has ended early, and the thread waits for the mutex.
  case waitEnded(WaitEnd, wasNotified: Bool)
  /// The block of a `lock` has ended, and the mutex is still held.
  case leaves(Executor.Flow)
  case fails(Failure)
}

extension StableHash {
  fileprivate mutating func add(_ failure: Failure) {
    add(failure.error?.code.rawValue ?? "")
    add(failure.file)
    add(failure.range.line)
    add(failure.range.column)
  }
}
