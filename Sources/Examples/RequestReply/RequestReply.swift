import Inproc

// A service of a task, and clients that are tasks too: requests are answered to whoever asked, a
// client that gives up loses nothing, and cancelling the service ends it.

/// Answers until it is cancelled or closed.
func serve(_ server: Server) async throws {
  for await request in server {
    let name = String(request.message[0]) ?? "?"
    // A client that is gone by now is no reason to stop.
    try? request.reply([Frame("hello, \(name)")])
  }
}

func ask(_ name: String, of registry: Registry) async throws -> String {
  let client = try registry.connectBidirectional(to: "inproc://greeter")
  try await client.send([Frame(name)])
  let reply = try await client.receive(timeout: .seconds(5))
  return String(reply[0]) ?? ""
}

@main
struct RequestReply {
  static func main() async throws {
    let registry = Registry()
    let server = try registry.bindBidirectional("inproc://greeter")
    let service = Task { try await serve(server) }

    let replies = try await withThrowingTaskGroup(of: String.self) { group in
      for name in ["alice", "bob", "carol"] {
        group.addTask { try await ask(name, of: registry) }
      }
      var replies: [String] = []
      for try await reply in group { replies.append(reply) }
      return replies
    }
    for reply in replies.sorted() { print(reply) }

    // A client that waits for what never comes is cancelled, and says so.
    let quiet = try registry.bind("inproc://quiet")
    let waiting = Task { try await quiet.receive() }
    waiting.cancel()
    do {
      _ = try await waiting.value
    } catch let error as InprocError {
      print("a wait was \(error.code.rawValue)")
    }

    service.cancel()
    try await service.value
    print("the service has ended")
  }
}
