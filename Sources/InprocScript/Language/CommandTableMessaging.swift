extension CommandTable {
  static let endpoints: [CommandDescription] = [
    CommandDescription(
      "bind", group: .endpoints, operands: [.endpoint],
      options: [
        .asName, OptionDescription("bidi", .flag), OptionDescription("capacity", .integer, "N"),
      ],
      summary: "bind an endpoint",
      details: """
        NAME (default: the lowest free of b1, b2, …) receives what clients send, and is the bind's \
        own sending half. With 'bidi' clients can be replied to. 'capacity' is the most messages \
        that may be queued: unbounded without it, 0 hands each message over directly.
        """,
      results: "the handle's name",
      errors: [
        ErrorDescription(.invalidEndpoint, "the text is no 'inproc://NAME'"),
        ErrorDescription(.invalidValue, "the capacity is negative"),
        ErrorDescription(.nameInUse, "a handle or thread has this name"),
        ErrorDescription(.addressInUse, "the endpoint is bound; that binding is untouched"),
      ],
      example: "bind inproc://jobs as inbox capacity=4"),
    CommandDescription(
      "connect", group: .endpoints, operands: [.endpoint],
      options: [
        .asName, OptionDescription("bidi", .flag),
        OptionDescription("wait", .duration(orWord: "forever"), "DURATION|forever"),
      ],
      summary: "connect to a bound endpoint",
      details: """
        NAME (default: the lowest free of c1, c2, …) sends to the endpoint; with 'bidi' it also \
        receives the replies to it. 'wait' waits that long for the endpoint to be bound; without \
        it an unbound endpoint is an error at once.
        """,
      results: "the handle's name",
      errors: [
        ErrorDescription(.invalidEndpoint, "the text is no 'inproc://NAME'"),
        ErrorDescription(.nameInUse, "a handle or thread has this name"),
        ErrorDescription(.notFound, "the endpoint is not bound"),
        ErrorDescription(.timedOut, "it was not bound within 'wait'"),
        ErrorDescription(.notBidirectional, "'bidi', but the bind has none"),
        ErrorDescription(.interrupted, "Ctrl-C or 'stop'"),
      ],
      example: "bind inproc://jobs as inbox\nconnect inproc://jobs as alice"),
    CommandDescription(
      "close", group: .endpoints, operands: [.handle],
      summary: "close a handle",
      details: """
        Closing a bind also takes its endpoint off the registry; what was queued and not received \
        is dropped. Closing the last connection lets a receiver know that nothing comes any more.
        """,
      errors: [ErrorDescription(.unknownName, "no such handle")],
      example: "bind inproc://jobs as inbox\nclose inbox"),
    CommandDescription(
      "unbind", group: .endpoints, operands: [.endpoint],
      summary: "take an endpoint off",
      details: "Existing connections stay usable; new ones are refused. The name is free again.",
      errors: [
        ErrorDescription(.invalidEndpoint, "the text is no 'inproc://NAME'"),
        ErrorDescription(.notFound, "the endpoint is not bound"),
      ],
      example: "bind inproc://jobs as inbox\nunbind inproc://jobs"),
    CommandDescription(
      "list", group: .endpoints,
      operands: [OperandDescription(.scope, "endpoints|handles|threads", .optional)],
      summary: "show what exists",
      details:
        "Sorted by name, as words are: t10 stands before t2. Without a word all three, in this order.",
      results: "a line each, or (none)",
      example: "bind inproc://jobs as inbox\nlist endpoints"),
  ]

  static let messages: [CommandDescription] = [
    CommandDescription(
      "send", group: .messages, operands: [.handle, .frames],
      options: [.timeout, OptionDescription("to", .handle, "CLIENT")],
      summary: "send one message",
      details: """
        Each FRAME is a word, a string, bytes or a variable. It waits while a bounded endpoint is \
        full. On the handle of a 'bidi' bind it needs 'to=' a client's handle, or exactly one \
        connected client.
        """,
      errors: [
        ErrorDescription(.unknownName, "no such handle or variable"),
        ErrorDescription(.closed, "the receiving end is gone"),
        ErrorDescription(.timedOut, "there was no room within the timeout"),
        ErrorDescription(.wouldBlock, "'timeout=now' and there is no room"),
        ErrorDescription(.noPeer, "a 'bidi' bind without 'to=' has no client, or several"),
        ErrorDescription(.notBidirectional, "'to=' on a plain bind or connection"),
        ErrorDescription(.limit, "over 1 GiB or 65,536 frames"),
        ErrorDescription(.interrupted, "Ctrl-C or 'stop'"),
      ],
      example: "bind inproc://jobs as inbox\nsend inbox hello \"wide world\" 0xDEAD"),
    CommandDescription(
      "recv", group: .messages, operands: [.handle], options: [.timeout, .asVariable],
      summary: "receive the oldest message",
      details: "It waits while there is none. 'as VAR' also keeps the message in a variable.",
      results: "one line, the frames",
      errors: [
        ErrorDescription(.unknownName, "no such handle"),
        ErrorDescription(.closed, "nothing is queued and nothing can come"),
        ErrorDescription(.timedOut, "nothing came within the timeout"),
        ErrorDescription(.wouldBlock, "'timeout=now' and nothing is there"),
        ErrorDescription(.notBidirectional, "a plain connection receives nothing"),
        ErrorDescription(.interrupted, "Ctrl-C or 'stop'"),
      ],
      example: "bind inproc://jobs as inbox\nsend inbox hello\nrecv inbox as job timeout=1s"),
    CommandDescription(
      "reply", group: .messages, operands: [.handle, .frames],
      summary: "answer the last message",
      details: "The handle is that of a 'bidi' bind; the answer goes to the client that sent the "
        + "message this thread last received there.",
      errors: [
        ErrorDescription(.unknownName, "no such handle or variable"),
        ErrorDescription(.notBidirectional, "a plain bind or connection"),
        ErrorDescription(.noPeer, "nothing was received, or the client has closed"),
        ErrorDescription(.limit, "over 1 GiB or 65,536 frames"),
      ],
      example: """
        bind inproc://sum as server bidi
        connect inproc://sum as client bidi
        send client 1 2
        recv server
        reply server 3
        recv client
        """),
    CommandDescription(
      "select", group: .messages,
      operands: [OperandDescription(.handle, "HANDLE", .several)],
      options: [.timeout, .asVariable],
      summary: "wait for one of some handles",
      details: "Waits until one has a message or is closed, and takes nothing. The first named "
        + "wins a tie. 'as VAR' keeps the name in a variable.",
      results: "the handle's name",
      errors: [
        ErrorDescription(.unknownName, "no such handle"),
        ErrorDescription(.timedOut, "nothing came within the timeout"),
        ErrorDescription(.wouldBlock, "'timeout=now' and nothing is there"),
        ErrorDescription(.notBidirectional, "a plain connection receives nothing"),
        ErrorDescription(.interrupted, "Ctrl-C or 'stop'"),
      ],
      example: """
        bind inproc://a as a
        bind inproc://b as b
        send b hello
        select a b as ready
        recv $ready
        """),
    CommandDescription(
      "drain", group: .messages, operands: [.handle],
      summary: "take all queued messages",
      details: "It never waits. What is closed gives (none).",
      results: "one line a message, or (none)",
      errors: [
        ErrorDescription(.unknownName, "no such handle"),
        ErrorDescription(.notBidirectional, "a plain connection receives nothing"),
      ],
      example: "bind inproc://jobs as inbox\nsend inbox one\nsend inbox two\ndrain inbox"),
  ]
}
