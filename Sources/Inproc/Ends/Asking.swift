// A question and its answer: sent, waited for and matched in one call.

extension Client {
  /// Asks the server, and waits for the answer to this very question. Blocks while the server's queue
  /// is full, and until the server has replied to the request.
  ///
  /// ```swift
  /// let price = try client.ask(["price of", "10"], timeout: .seconds(1))
  /// ```
  ///
  /// One client may ask any number of questions at once, from any threads and tasks. An answer that
  /// comes after its time is dropped, as are further replies to one request: ``receive()`` gives
  /// neither.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - timeout: the longest wait for both; nil waits without limit.
  /// - Returns: what the server replied.
  /// - Throws: `.timedOut`, `.interrupted`; `.noPeer` once the server has dropped the request without
  ///   a reply; `.closed` if the server or this client is closed.
  @available(
    *, noasync,
    message: "use 'try await ask(_:timeout:)'; at the top level of main.swift, within a function"
  )
  public func ask(_ message: Message, timeout: Duration? = nil) throws(InprocError) -> Message {
    try ask(message, Deadline(timeout))
  }

  /// Asks the server, and waits for the answer at the latest until an instant. As
  /// `ask(_:timeout:)`.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - deadline: when to give up.
  /// - Returns: what the server replied.
  /// - Throws: `.timedOut`, `.interrupted`, `.noPeer`, `.closed`.
  @available(
    *, noasync,
    message: "use 'try await ask(_:until:)'; at the top level of main.swift, within a function"
  )
  public func ask(
    _ message: Message, until deadline: ContinuousClock.Instant
  ) throws(InprocError) -> Message {
    try ask(message, .at(deadline))
  }

  /// Asks the server, and waits for the answer to this very question. Suspends while the server's
  /// queue is full, and until the server has replied to the request.
  ///
  /// One client may ask any number of questions at once, from any threads and tasks. An answer that
  /// comes after its time is dropped, as are further replies to one request: ``receive()`` gives
  /// neither.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - timeout: the longest wait for both; nil waits without limit.
  /// - Returns: what the server replied.
  /// - Throws: `.timedOut`, `.cancelled`; `.noPeer` once the server has dropped the request without a
  ///   reply; `.closed` if the server or this client is closed.
  public func ask(
    _ message: Message, timeout: Duration? = nil
  ) async throws(InprocError) -> Message {
    try await ask(message, Deadline(timeout))
  }

  /// Asks the server, and waits for the answer at the latest until an instant. As
  /// `ask(_:timeout:)`.
  ///
  /// - Parameters:
  ///   - message: is not copied.
  ///   - deadline: when to give up.
  /// - Returns: what the server replied.
  /// - Throws: `.timedOut`, `.cancelled`, `.noPeer`, `.closed`.
  public func ask(
    _ message: Message, until deadline: ContinuousClock.Instant
  ) async throws(InprocError) -> Message {
    try await ask(message, .at(deadline))
  }

  // MARK: With one frame

  /// Asks with one frame. Blocks as `ask(_:timeout:)` does.
  ///
  /// - Parameters:
  ///   - frame: a ``Frame``, text or bytes.
  ///   - timeout: the longest wait for both; nil waits without limit.
  /// - Returns: what the server replied.
  /// - Throws: `.timedOut`, `.interrupted`, `.noPeer`, `.closed`.
  @available(
    *, noasync,
    message: "use 'try await ask(_:timeout:)'; at the top level of main.swift, within a function"
  )
  @_disfavoredOverload
  public func ask(
    _ frame: some FrameConvertible, timeout: Duration? = nil
  ) throws(InprocError) -> Message {
    try ask(Message(frame), Deadline(timeout))
  }

  /// Asks with one frame. Suspends as `ask(_:timeout:)` does.
  ///
  /// - Parameters:
  ///   - frame: a ``Frame``, text or bytes.
  ///   - timeout: the longest wait for both; nil waits without limit.
  /// - Returns: what the server replied.
  /// - Throws: `.timedOut`, `.cancelled`, `.noPeer`, `.closed`.
  @_disfavoredOverload
  public func ask(
    _ frame: some FrameConvertible, timeout: Duration? = nil
  ) async throws(InprocError) -> Message {
    try await ask(Message(frame), Deadline(timeout))
  }

  // MARK: What all of them do

  private func ask(_ message: Message, _ deadline: Deadline) throws(InprocError) -> Message {
    let channel = server.channel
    return try channel.instrumented(.ask, sending: message) { () throws(InprocError) in
      let deadline = deadline.fixed(channel.scheduler)
      let answers = server.makeAnswers()
      defer { answers.retire() }
      let number = try send(message, answers, deadline)
      defer { server.questions.remove(number) }
      do throws(InprocError) {
        return try answers.receive(until: deadline).message
      } catch {
        throw unanswered(error)
      }
    }
  }

  private func ask(_ message: Message, _ deadline: Deadline) async throws(InprocError) -> Message {
    let channel = server.channel
    return try await channel.instrumented(.ask, sending: message) { () async throws(InprocError) in
      let deadline = deadline.fixed(channel.scheduler)
      let answers = server.makeAnswers()
      defer { answers.retire() }
      let number = try await send(message, answers, deadline)
      defer { server.questions.remove(number) }
      do throws(InprocError) {
        return try await answers.receive(until: deadline).message
      } catch {
        throw unanswered(error)
      }
    }
  }

  // Functions of their own, so that nothing here refers to the question once it was sent: it is to go
  // when the server drops it.

  private func send(
    _ message: Message, _ answers: Channel, _ deadline: Deadline
  ) throws(InprocError) -> UInt64 {
    let (number, connection) = try pose(answers)
    do throws(InprocError) {
      let envelope = Envelope(message: message, origin: connection.origin)
      try server.channel.send(envelope, over: connection, until: deadline)
    } catch {
      server.questions.remove(number)
      throw error
    }
    server.questions.wasSent(number)
    return number
  }

  private func send(
    _ message: Message, _ answers: Channel, _ deadline: Deadline
  ) async throws(InprocError) -> UInt64 {
    let (number, connection) = try pose(answers)
    do throws(InprocError) {
      let envelope = Envelope(message: message, origin: connection.origin)
      let outbound = Outbound(channel: server.channel, connection: connection)
      if !outbound.sendAtOnce(message) {
        try await server.channel.send(envelope, over: connection, until: deadline)
      }
    } catch {
      server.questions.remove(number)
      throw error
    }
    server.questions.wasSent(number)
    return number
  }

  /// - Throws: `.closed` if this client is.
  private func pose(
    _ answers: Channel
  ) throws(InprocError) -> (number: UInt64, connection: Connection) {
    let posed = server.questions.add(from: id, answers) { number in
      RelayedConnection(
        of: connection, origin: Question(number: number, asker: origin, server: server))
    }
    // Whoever closes the client first says so, and then ends the questions that it finds.
    if connection.hasEnded {
      server.questions.remove(posed.number)
      throw closed()
    }
    return posed
  }

  private func closed() -> InprocError {
    InprocError(
      .closed,
      "this connection to \(Excerpt(endpoint.description)) is closed; connect again to ask")
  }

  /// Why no answer came, after the wait for one has failed.
  private func unanswered(_ error: InprocError) -> InprocError {
    let name = Excerpt(endpoint.description)
    switch error.code {
    case .timedOut:
      return InprocError(
        .timedOut, "\(name) did not answer in time; an answer that still comes is dropped")
    case .cancelled:
      return InprocError(
        .cancelled,
        "the task was cancelled while it waited for an answer of \(name), which is dropped")
    case .interrupted:
      return InprocError(
        .interrupted,
        "the wait for an answer of \(name) was interrupted; an answer that still comes is dropped")
    case .closed where connection.hasEnded: return closed()
    case .closed where server.isHungUp:
      return InprocError(
        .closed, "the server of \(name) was closed before it answered; ask again once it is bound")
    case .closed:
      return InprocError(
        .noPeer, "the server of \(name) has dropped the request without a reply; ask again")
    default: return error
    }
  }
}

extension ServerState {
  /// Where the answer to one question goes.
  func makeAnswers() -> Channel {
    Channel(
      endpoint: channel.endpoint, capacity: .unbounded, canConnect: true, isReplies: true,
      context: channel.context)
  }

  /// Answers a request that was a question; the first answer counts.
  ///
  /// - Throws: `.noPeer` once its client is gone, `.closed` once the server is.
  func answer(_ question: Question, _ message: Message) throws(InprocError) {
    guard !isHungUp, let answers = questions.remove(question.number) else {
      return try requirePeer(question.id)
    }
    // Fails only where nobody waits for it any more, since this very moment.
    _ = try? answers.trySend(Envelope(message: message, origin: nil), over: ownConnection)
  }
}

extension Channel {
  /// Nobody waits for an answer here any more.
  fileprivate func retire() { _ = update { $0.close(dropping: true, wakes: &$1) } }
}
