internal import Inproc

/// Answers the last message of a client: `reply server 3`.
struct ReplyCommand: SimpleCommand {
  static let description = CommandDescription(
    "reply", group: .messages,
    operands: [OperandDescription(.handle, "HANDLE", role: .server), .frames],
    summary: "answer the last message",
    details: "The handle is that of a 'bidi' bind; the answer goes to the client that sent the "
      + "message this thread last received there.",
    errors: [
      .noHandleOrVariable,
      ErrorDescription(.notBidirectional, "the handle is a plain bind or connection"),
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
      """)

  static let traits = CommandTraits(results: .none, changesState: true, isDrawn: true)

  let handle: Template
  let frames: [FrameExpression]

  init?(_ parsed: ParsedCommand) {
    guard let handle = parsed.words.first else { return nil }
    self.handle = handle
    frames = parsed.frames
  }

  var operands: [CommandOperand] { [.name(handle)] + .frames(frames) }

  var access: CommandAccess { .handles([handle]) }

  var role: WaitRole { .replies(at: handle) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let handle = try context.handle(handle)
    let message = try frames.message(context.values)
    guard case .server = handle.end else {
      throw CommandError(
        .notBidirectional,
        "'\(handle.name)' takes no requests; 'reply' is for the handle of a 'bidi' bind")
    }
    guard let request = context.thread.requests[handle.number] else {
      throw CommandError(
        .noPeer,
        "this thread has received nothing at '\(handle.name)'; receive a request before replying")
    }
    try context.observed(message, on: handle) { () throws(CommandError) in
      try context.delivering(to: request.client, handle) { () throws(InprocError) in
        try request.reply(message)
      }
    }
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String {
    "replies \(step.frames ?? step.operands) at \(step.name)"
  }
}
