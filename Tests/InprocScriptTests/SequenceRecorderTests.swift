import Inproc
import InprocDiagram
import Synchronization
import TestSupport
import Testing

private final class Freed: Sendable {
  let isFreed = Atomic(false)
}

@Suite("Pictures of a program", .timeLimit(.minutes(1)))
struct SequenceRecorderTests {
  @Test("a program's messages are arrows between its threads, its waits are marked")
  func program() async throws {
    let registry = Registry()
    let recorder = SequenceRecorder(registry)
    let inbox = try registry.bind("inproc://inbox", capacity: .bounded(1))
    let sender = try registry.connect(to: "inproc://inbox")
    try await sender.send(["first", Frame([0xFF, 0xFE])])
    let received = try await onThread { Result { try inbox.receive() } }.get()
    #expect(received.count == 2)
    try await sender.send(["never read"])
    sender.close()
    let lines = recorder.diagram(title: "A program", maximumRows: 20).textLines(width: 90)
      .map { $0.drop { $0 != "┃" && $0 != "│" && $0 != "├" && $0 != "○" && $0 != "◀" } }
    #expect(lines.contains { $0.hasSuffix("bind inproc://inbox (capacity 1)") })
    #expect(lines.contains { $0.hasPrefix("├── inbox: first (2 bytes) ─") && $0.hasSuffix("▶") })
    #expect(lines.contains { $0.hasPrefix("○ inbox: never read") })
    #expect(lines.contains { $0.hasSuffix("disconnect inproc://inbox") })
    recorder.clear()
    #expect(recorder.diagram(title: "").textLines().count <= 3)
  }

  @Test("a large message is gone once it is received, and its text is there as far as it is drawn")
  func large() async throws {
    let registry = Registry()
    let recorder = SequenceRecorder(registry)
    let inbox = try registry.bind("inproc://inbox")
    let sender = try registry.connect(to: "inproc://inbox")
    // Constant memory: that it is given back is all there is to see.
    let text: StaticString = "a text of more bytes than lie in a frame"
    let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    let freed = Freed()
    try await sender.send(
      Message(Frame(bytesNoCopy: bytes) { freed.isFreed.store(true, ordering: .relaxed) }))
    try await sender.send(Message([Frame](repeating: "small", count: 100)))
    _ = try await inbox.receive()
    let isFreed = freed.isFreed.load(ordering: .relaxed)
    #expect(isFreed)
    let arrows = recorder.diagram(title: "").mermaid
    #expect(arrows.contains("inbox: \(text)"))
    #expect(arrows.contains("small small"))
  }
}
