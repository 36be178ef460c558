import Inproc

// Three stages, each a task, with short queues between them: whoever is slowest sets the pace, and
// closing the first stage ends the others one after the other.

/// Passes messages on, changed, until there are none left; then the next stage's sender is closed.
func stage(
  from receiver: Receiver, to sender: Sender, _ change: (Message) -> Message?
) async throws {
  for await message in receiver {
    if let changed = change(message) { try await sender.send(changed) }
  }
  sender.close()
}

@main
struct Pipeline {
  static func main() async throws {
    let registry = Registry()
    let words = try registry.bind("inproc://words", capacity: .bounded(2))
    let long = try registry.bind("inproc://long", capacity: .bounded(2))
    let shouted = try registry.bind("inproc://shouted", capacity: .bounded(2))
    let feed = try registry.connect(to: "inproc://words")
    let toLong = try registry.connect(to: "inproc://long")
    let toShouted = try registry.connect(to: "inproc://shouted")
    // Each stage ends when the one before it closes its sender: nobody else can connect.
    for endpoint in ["inproc://words", "inproc://long", "inproc://shouted"] {
      try registry.unbind(endpoint)
    }

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let text = "a queue between stages holds the fast ones back"
        // Any asynchronous sequence can feed a sender; it is asked for no more than there is room.
        let sequence = AsyncStream { continuation in
          for word in text.split(separator: " ") {
            continuation.yield([Frame(String(word))] as Message)
          }
          continuation.finish()
        }
        try await feed.send(contentsOf: sequence)
        feed.close()
      }
      group.addTask { try await stage(from: words, to: toLong) { $0[0].count > 3 ? $0 : nil } }
      group.addTask {
        try await stage(from: long, to: toShouted) { [Frame((String($0[0]) ?? "").uppercased())] }
      }
      for await message in shouted { print(String(message[0]) ?? "") }
      try await group.waitForAll()
    }
  }
}
