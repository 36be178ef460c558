/// Who has sent a question: its client, and where the one answer goes.
///
/// It lives as long as the request does, be that queued or with whoever has received it. Where it goes
/// before an answer came, none can come, and the asker's wait ends.
final class Question: Origin, @unchecked Sendable {
  // Unchecked as its superclass is.
  let number: UInt64
  private let server: ServerState

  init(number: UInt64, asker: Origin, server: ServerState) {
    self.number = number
    self.server = server
    super.init(id: asker.id, replies: asker.replies)
  }

  deinit {
    guard let answers = server.questions.remove(number) else { return }
    answers.act(.drop) { answers.hangUp() }
  }
}

/// The questions to one server that wait for an answer.
final class Questions: Sendable {
  private struct Entry {
    let asker: Client.ID
    let answers: Channel
    /// While it is being sent; it refers to the question, which goes with its request.
    var connection: Connection?
  }
  private struct State {
    var last: UInt64 = 0
    var open: [UInt64: Entry] = [:]
  }
  private let state = Guarded(State())

  var isEmpty: Bool { state.withLock { $0.open.isEmpty } }
  /// Where their answers go.
  var channels: [Channel] { state.withLock { $0.open.values.map(\.answers) } }

  /// A further question.
  ///
  /// - Parameters:
  ///   - asker: whose.
  ///   - answers: where its answer goes.
  ///   - connect: makes what it is sent over, given its number.
  /// - Returns: that number, and that connection.
  func add(
    from asker: Client.ID, _ answers: Channel, _ connect: (UInt64) -> Connection
  ) -> (number: UInt64, connection: Connection) {
    state.withLock { state in
      state.last += 1
      let connection = connect(state.last)
      state.open[state.last] = Entry(asker: asker, answers: answers, connection: connection)
      return (state.last, connection)
    }
  }

  /// It was sent, and belongs to its request now.
  func wasSent(_ number: UInt64) {
    // Released outside of the lock: it can be the last reference to the question.
    _ = state.withLock { $0.open[number]?.connection.take() }
  }

  /// From here on the question takes no answer.
  ///
  /// - Returns: where that would have gone; nil where one came before, or nobody waits any more.
  @discardableResult
  func remove(_ number: UInt64) -> Channel? {
    let entry = state.withLock { $0.open.removeValue(forKey: number) }
    return entry?.answers
  }

  /// Ends the waits of those who ask, in the order of their questions.
  ///
  /// - Parameters:
  ///   - asker: whose; nil for those of all.
  ///   - channel: where the questions are sent.
  func end(of asker: Client.ID? = nil, at channel: Channel) {
    let ended = state.withLock { state in
      let ended = state.open.filter { asker == nil || $0.value.asker == asker }
      for number in ended.keys { state.open[number] = nil }
      return ended
    }
    for (_, entry) in ended.sorted(by: { $0.key < $1.key }) {
      if let connection = entry.connection { channel.disconnect(connection) }
      entry.answers.hangUp()
    }
  }
}
