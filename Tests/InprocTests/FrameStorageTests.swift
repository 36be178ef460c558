import AllocationCounting
import Foundation
import Inproc
import InprocFoundation
import Synchronization
import TestSupport
import Testing

/// How often a closure calls the allocator, once it has run before.
private func allocations(_ body: () -> Void) -> Int {
  body()
  let before = allocations_so_far()
  body()
  return allocations_so_far() - before
}

/// Keeps the optimizer from seeing that a value is not used.
@inline(never) private func use<Value>(_ value: borrowing Value) {}

@Suite("What frames and messages cost", .serialized)
struct FrameStorageTests {
  @Test("a frame and a message take 16 bytes, alone and as optionals")
  func sizes() {
    #expect(MemoryLayout<Frame>.size == 16 && MemoryLayout<Frame?>.size == 16)
    #expect(MemoryLayout<Message>.size == 16 && MemoryLayout<Message?>.size == 16)
  }

  @Test("up to 15 bytes lie in the frame, and a message of it needs no allocation either")
  func inline() {
    for count in 0...15 {
      let bytes = [UInt8](0..<15).prefix(count)
      #expect([UInt8](Frame(bytes)) == Array(bytes))
      #expect(Frame(Array(bytes)).count == count)
    }
    guard counts_allocations() else { return }
    let bytes = [UInt8](0..<15)
    let text = "fifteen letters"
    #expect(text.utf8.count == 15)
    #expect(allocations { use(Message(Frame(bytes))) } == 0)
    #expect(allocations { use(Frame(text)) } == 0)
    #expect(allocations { use(Frame(bytes[3...])) } == 0)
    #expect(allocations { bytes.withUnsafeBytes { use(Frame(copying: $0)) } } == 0)
    let frame = Frame(bytes)
    #expect(allocations { use(frame[2..<9] as Frame) } == 0)
  }

  @Test("a literal is neither copied nor allocated, whatever its length")
  func literals() {
    let places = (0..<2).map { _ in
      address("a literal of more than fifteen bytes, which is not copied")
    }
    #expect(places[0] == places[1])
    guard counts_allocations() else { return }
    #expect(allocations { use("a literal of more than fifteen bytes" as Frame) } == 0)
    #expect(allocations { use("a literal of more than fifteen bytes" as Message) } == 0)
  }

  @Test("literals of any script and length hold their UTF-8")
  func literalBytes() {
    let frames: [Frame] = ["", "x", "ü", "日本語", "日本語日本語日本語", "👩‍👩‍👧"]
    let texts = ["", "x", "ü", "日本語", "日本語日本語日本語", "👩‍👩‍👧"]
    #expect(frames.map { String($0) } == texts)
  }

  @Test("an array goes in and comes out without a copy, and a slice of it shares it")
  func arrays() {
    let bytes = [UInt8](repeating: 7, count: 100)
    let place = bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    let frame = Frame(bytes)
    #expect(address(frame) == place)
    #expect([UInt8](frame).withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } == place)
    let part: Frame = frame[10..<40]
    #expect(
      ArraySlice(part).withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } == place + 10)
    #expect([UInt8](part) == [UInt8](repeating: 7, count: 30))
    let large = [UInt8](repeating: 1, count: 5000)
    let slice = large[1000...]
    #expect(
      address(Frame(slice)) == slice.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) })
  }

  @Test("small copies share a block: of a thousand of 64 bytes few call the allocator")
  func slabs() {
    let bytes = [UInt8](0..<64)
    let frames = (0..<200).map { number in
      var copy = bytes
      copy[0] = UInt8(number)
      return copy.withUnsafeBytes { Frame(copying: $0) }
    }
    for (number, frame) in frames.enumerated() {
      #expect(frame[0] == UInt8(number) && frame[63] == 63)
    }
    guard counts_allocations() else { return }
    let count = allocations {
      bytes.withUnsafeBytes { for _ in 0..<1000 { use(Frame(copying: $0)) } }
    }
    #expect(count < 50)
  }

  @Test("frames of every small size keep their bytes beside each other")
  func neighbours() {
    let frames = (0..<700).map { Frame(copying: $0) }
    for (count, frame) in frames.enumerated() {
      #expect(frame.count == count && frame.allSatisfy { $0 == UInt8(truncatingIfNeeded: count) })
    }
  }

  @Test("frames outlive the thread that made them")
  func threads() async {
    let frames = await onThread { (16..<80).map { Frame(copying: $0) } }
    #expect(frames.map(\.count) == Array(16..<80))
    #expect(frames.allSatisfy { $0.allSatisfy { $0 >= 16 } })
  }

  @Test("memory of someone else is not copied, and given back once, after the last slice")
  func foreign() {
    let released = Released()
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 1)
    defer { memory.deallocate() }
    memory.copyBytes(from: [1, 2, 3, 4])
    var part: Frame?
    do {
      let frame = Frame(bytesNoCopy: UnsafeRawBufferPointer(memory)) { released.note() }
      #expect(address(frame) == UInt(bitPattern: memory.baseAddress))
      part = frame[1..<3]
    }
    #expect(released.count == 0)
    #expect(part == [2, 3])
    part = nil
    #expect(released.count == 1)
  }

  @Test("a part at an offset of more than 256 MiB is as any other")
  func huge() {
    let size = 1 << 28 + 100
    // Untouched zero pages: only what is read takes memory.
    let memory = UnsafeMutableRawPointer(calloc(size, 1))
    guard let memory else { return }
    memory.storeBytes(of: 9, toByteOffset: size - 1, as: UInt8.self)
    let frame = Frame(bytesNoCopy: UnsafeRawBufferPointer(start: memory, count: size)) {
      [address = UInt(bitPattern: memory)] in free(UnsafeMutableRawPointer(bitPattern: address))
    }
    #expect(frame.count == size && frame[size - 1] == 9)
    let most: Frame = frame[1...]
    #expect(most.count == size - 1 && most[size - 2] == 9)
    let end: Frame = most[(size - 3)...]
    #expect(end == [0, 9] && address(end) == address(frame) + UInt(size - 2))
    let nothing: Frame = end[2...]
    #expect(nothing.isEmpty)
  }

  @Test("data goes in and comes out")
  func data() {
    for count in [0, 5, 15, 16, 100, 1024, 100_000] {
      var data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
      let frame = Frame(data)
      #expect(frame.elementsEqual(data))
      #expect(Data(frame) == data)
      if count > 0 {
        data[0] = 99
        #expect(frame[0] == 0)
        var copy = Data(frame)
        copy[0] = 77
        #expect(frame[0] == 0)
      }
      let part: Frame = frame[(count / 2)...]
      #expect(Data(part).elementsEqual(part))
    }
  }

  @Test("large data is shared both ways")
  func sharedData() {
    let data = Data(repeating: 5, count: 4096)[100...]
    let place = data.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    let frame = Frame(data)
    #expect(address(frame) == place)
    #expect(Data(frame).withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } == place)
  }

  @Test("sending and receiving a frame leaves its bytes where they are")
  func sending() throws {
    let receiver = try Registry().bind("inproc://place")
    let sender = receiver.makeSender()
    let frame = Frame([UInt8](repeating: 1, count: 1 << 20))
    _ = try sender.trySend([frame, "x"])
    #expect(try receiver.tryReceive().map { address($0[0]) } == address(frame))
  }
}

extension Frame {
  /// So many bytes, each the count.
  fileprivate init(copying count: Int) {
    self = [UInt8](repeating: UInt8(truncatingIfNeeded: count), count: count)
      .withUnsafeBytes { Frame(copying: $0) }
  }
}

private final class Released: Sendable {
  private let number = Atomic(0)
  func note() { number.add(1, ordering: .relaxed) }
  var count: Int { number.load(ordering: .relaxed) }
}
