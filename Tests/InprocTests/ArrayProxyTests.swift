import CInprocCore
import Synchronization
import TestSupport
import Testing

@testable import Inproc

/// An array that knows where it is, and whether anything else refers to it.
private final class Owned {
  private var bytes: [UInt8]
  let address: UInt

  init(_ value: UInt8, count: Int = 100) {
    bytes = [UInt8](repeating: value, count: count)
    address = bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  }

  var frame: Frame { Frame(bytes) }

  /// Changing an array that something else refers to makes a copy elsewhere; so ask only once.
  func isAlone() -> Bool {
    bytes.withUnsafeMutableBytes { UInt(bitPattern: $0.baseAddress) } == address
  }
}

/// Whether the receiving end has an array proxy.
private func standsIn(_ receiver: Receiver) -> Bool {
  inproc_has_proxy(receiver.cQueue)
}

/// A receiver with so many messages of one frame, for which an object stands in.
private func standingIn(
  _ array: Owned, _ count: Int = 20
) throws -> (receiver: Receiver, out: Sender) {
  let receiver = try Registry().bind("inproc://again")
  let out = receiver.makeSender()
  for _ in 0...count { try out.send(Message(array.frame)) }
  _ = try receiver.tryReceive()
  receiver.channel.queue.installProxyIfWorthwhile()
  #expect(standsIn(receiver))
  return (receiver, out)
}

/// A frame that is handed out once.
private final class HandOut: Sendable {
  private let frame: Mutex<Frame?>

  init(_ frame: Frame) { self.frame = Mutex(frame) }

  func take() -> Frame? { frame.withLock { $0.take() } }
}

private func send(_ frame: consuming Frame?, _ count: Int, over out: Sender) {
  guard let frame else { return }
  for _ in 0..<count { try? out.send(Message(frame)) }
}

@Suite("One array again and again", .timeLimit(.minutes(1)))
struct ArrayProxyTests {
  @Test("the compiler lays messages out so that a proxy can replace an array")
  func layout() throws {
    let layout = try #require(ArrayProxyLayout.current)
    #expect(layout.arrayTag != layout.objectTag)
  }

  @Test("messages show the array itself, which comes out of them without a copy")
  func shares() throws {
    let array = Owned(7)
    let (receiver, _) = try standingIn(array)
    for _ in 0..<20 {
      let message = try receiver.receive()
      #expect(message == [Frame([UInt8](repeating: 7, count: 100))])
      #expect(address(message[0]) == array.address)
      let bytes = [UInt8](message[0])
      #expect(bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } == array.address)
      let part = ArraySlice(message[0][10..<40] as Frame)
      #expect(part.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } == array.address + 10)
    }
  }

  @Test("who finds nothing, drains or lets go of the receiver keeps the array no longer")
  func givesBack() throws {
    let array = Owned(7)
    do {
      let (receiver, _) = try standingIn(array)
      for _ in 0..<20 { _ = try receiver.receive() }
      #expect(standsIn(receiver))
      #expect(try receiver.tryReceive() == nil)
      #expect(!standsIn(receiver) && array.isAlone())
    }
    do {
      let (receiver, _) = try standingIn(array)
      #expect(receiver.drain().count == 20)
      #expect(!standsIn(receiver) && array.isAlone())
    }
    do {
      let (receiver, _) = try standingIn(array)
      for _ in 0..<5 { _ = try receiver.receive() }
    }
    #expect(array.isAlone())
    do {
      let (receiver, _) = try standingIn(array)
      for _ in 0..<5 { _ = try receiver.receive() }
      receiver.close()
      for _ in 0..<15 { _ = try receiver.receive() }
      #expect(failureCode { try receiver.receive() } == .closed)
      #expect(!standsIn(receiver) && array.isAlone())
    }
  }

  @Test("who waits keeps the array no longer")
  func waits() async throws {
    let array = Owned(7)
    let (receiver, out) = try standingIn(array)
    let last = await onThread {
      for _ in 0..<20 { _ = try? receiver.receive() }
      return try? receiver.receive(timeout: .milliseconds(1))
    }
    #expect(last == nil && !standsIn(receiver) && array.isAlone())
    out.close()
  }

  @Test("what lies between is received as it was sent, whatever its kind")
  func mixed() throws {
    let array = Owned(7)
    let (receiver, out) = try standingIn(array)
    let long = [UInt8](repeating: 1, count: 40)
    let others: [Message] = [
      "short", "a literal of more than fifteen bytes", Message(Frame(long)),
      ["two", "frames"], Message(long.withUnsafeBytes { Frame(copying: $0) }), Message(),
      Message(array.frame[3..<50] as Frame),
    ]
    for other in others {
      try out.send(other)
      try out.send(Message(array.frame))
    }
    for _ in 0..<20 { #expect(try receiver.receive() == Message(array.frame)) }
    for other in others {
      #expect(try receiver.receive() == other)
      #expect(try receiver.receive() == Message(array.frame))
    }
    #expect(standsIn(receiver))
  }

  @Test("another array that comes again and again takes the place; all else ends it")
  func changes() throws {
    let (first, second) = (Owned(1), Owned(2))
    let (receiver, out) = try standingIn(first)
    for _ in 0..<30 { try out.send(Message(second.frame)) }
    for number in 0..<50 {
      #expect(try receiver.receive() == Message(number < 20 ? first.frame : second.frame))
    }
    #expect(standsIn(receiver) && first.isAlone())
    for number in 0..<40 {
      try out.send(Message(Frame([UInt8](repeating: UInt8(number), count: 50))))
    }
    for number in 0..<40 { #expect(try receiver.receive()[0][0] == UInt8(number)) }
    #expect(!standsIn(receiver) && second.isAlone())
  }

  @Test(
    "a receiver that is released with a backlog keeps nothing, even if that looks like another core's"
  )
  func backlog() throws {
    let array = Owned(7)
    do {
      let receiver = try Registry().bind("inproc://again")
      let out = receiver.makeSender()
      for _ in 0..<2000 { try out.send(Message(array.frame)) }
      // The next end of a block is the third at which more had come.
      receiver.cQueue.pointee.growths = 2
      receiver.cQueue.pointee.tail_before = -1
    }
    #expect(array.isAlone())
  }

  @Test("as many as are sent are counted, beyond what is counted at once")
  func many() throws {
    let array = Owned(7)
    do {
      let (receiver, _) = try standingIn(array, 20_000)
      var kept: [Message] = []
      for number in 0..<20_000 {
        let message = try receiver.receive()
        if number % 3 == 0 { kept.append(message) }
      }
      #expect(standsIn(receiver) && kept.allSatisfy { $0[0].count == 100 })
    }
    #expect(array.isAlone())
  }

  @Test(
    "threads of both ends: none is lost, none is kept",
    arguments: [Capacity.unbounded, .bounded(64)], [1, 3])
  func threads(capacity: Capacity, receivers: Int) async throws {
    let count = 30_000
    var arrays = [[UInt8](repeating: 1, count: 100), [UInt8](repeating: 2, count: 100)]
    let places = arrays.map { $0.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
    var received = [0, 0]
    do {
      let receiver = try Registry().bind("inproc://again", capacity: capacity)
      // A thread's closure lives a little longer than what it does: it hands the frame out.
      let frames = arrays.map { HandOut(Frame($0)) }
      async let sent: Void = withTaskGroup(of: Void.self) { group in
        for frame in frames {
          let out = receiver.makeSender()
          group.addTask {
            await onThread { send(frame.take(), count, over: out) }
          }
        }
      }
      await withTaskGroup(of: [Int].self) { group in
        for _ in 0..<receivers {
          group.addTask {
            await onThread {
              var mine = [0, 0]
              for _ in 0..<(2 * count / receivers) {
                if let message = try? receiver.receive() { mine[Int(message[0][0]) - 1] += 1 }
              }
              return mine
            }
          }
        }
        for await mine in group { for index in 0...1 { received[index] += mine[index] } }
      }
      await sent
      // The closures have the receiver, too.
      #expect(receiver.drain().isEmpty)
      #expect(received == [count, count])
    }
    for index in 0...1 {
      #expect(
        arrays[index].withUnsafeMutableBytes { UInt(bitPattern: $0.baseAddress) } == places[index])
    }
  }

  @Test("nobody stands in under a schedule, or where each message is told of")
  func never() throws {
    let array = Owned(7)
    let receiver = try Registry().bind("inproc://again")
    let out = receiver.makeSender()
    receiver.channel.queue.setAnnouncesReceives(true)
    for _ in 0..<20 { try out.send(Message(array.frame)) }
    _ = try receiver.receive()
    receiver.channel.queue.installProxyIfWorthwhile()
    #expect(!standsIn(receiver))
  }
}
