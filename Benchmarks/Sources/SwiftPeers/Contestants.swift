import AsyncAlgorithms
import CPlacement
import Dispatch
import Foundation
import NIOCore

/// Runs one contestant; returns the seconds that so many operations took.
typealias Contestant = @Sendable (_ count: Int, _ cores: Cores) async -> Double

/// By shape and name. A `flow` is sent by a thread, an `async-flow` by a task.
let contestants: [String: Contestant] = [
  "flow nio": { count, cores in
    let (source, sequence) = makeProducer()
    return await received(count, sequence, from: cores) {
      source.yield($0)
    } finish: {
      source.finish()
    }
  },
  "flow async-stream": { count, cores in
    let (stream, continuation) = AsyncStream<Buffer>.makeStream()
    return await received(count, stream, from: cores) {
      continuation.yield($0)
    } finish: {
      continuation.finish()
    }
  },
  "async-flow nio": { count, _ in
    let (source, sequence) = makeProducer()
    return await exchanged(count, sequence) {
      source.yield($0)
    } finish: {
      source.finish()
    }
  },
  "async-flow async-stream": { count, _ in
    let (stream, continuation) = AsyncStream<Buffer>.makeStream()
    return await exchanged(count, stream) {
      continuation.yield($0)
    } finish: {
      continuation.finish()
    }
  },
  "async-flow async-channel": { count, _ in
    let channel = AsyncChannel<Buffer>()
    return await exchanged(count, channel) {
      await channel.send($0)
    } finish: {
      channel.finish()
    }
  },
  "async-ping-pong nio": { count, _ in
    let (there, thereSequence) = makeProducer()
    let (back, backSequence) = makeProducer()
    return await bounced(count, thereSequence, backSequence) {
      there.yield($0)
    } back: {
      back.yield($0)
    }
  },
  "async-ping-pong async-stream": { count, _ in
    let (thereStream, there) = AsyncStream<Buffer>.makeStream()
    let (backStream, back) = AsyncStream<Buffer>.makeStream()
    return await bounced(count, thereStream, backStream) {
      there.yield($0)
    } back: {
      back.yield($0)
    }
  },
  "async-ping-pong async-channel": { count, _ in
    let (there, back) = (AsyncChannel<Buffer>(), AsyncChannel<Buffer>())
    return await bounced(count, there, back) {
      await there.send($0)
    } back: {
      await back.send($0)
    }
  },
  "flow dispatch": { count, cores in await dispatchFlow(count, cores) },
  "ping-pong dispatch": { count, cores in await dispatchPingPong(count, cores) },
]

/// A thread sends, a task receives.
private func received<Messages: AsyncSequence & Sendable>(
  _ count: Int, _ messages: Messages, from cores: Cores,
  send: @escaping @Sendable (Buffer) -> Void, finish: @escaping @Sendable () -> Void
) async -> Double where Messages.Element == Buffer {
  await seconds {
    Thread.detachNewThread {
      _ = placement_pin(cores.sender)
      let buffer = makeBuffer()
      for _ in 0..<count { send(buffer) }
      finish()
    }
    await consume(messages)
  }
}

/// A task sends, a task receives.
private func exchanged<Messages: AsyncSequence & Sendable>(
  _ count: Int, _ messages: Messages,
  send: @escaping @Sendable (Buffer) async -> Void, finish: @escaping @Sendable () -> Void
) async -> Double where Messages.Element == Buffer {
  await seconds {
    async let receiving: Void = consume(messages)
    async let sending: Void = {
      let buffer = makeBuffer()
      for _ in 0..<count { await send(buffer) }
      finish()
    }()
    _ = await (receiving, sending)
  }
}

/// A message goes from task to task and back.
private func bounced<Messages: AsyncSequence & Sendable>(
  _ count: Int, _ there: Messages, _ back: Messages,
  there sendThere: @escaping @Sendable (Buffer) async -> Void,
  back sendBack: @escaping @Sendable (Buffer) async -> Void
) async -> Double where Messages.Element == Buffer {
  await seconds {
    async let answering: Void = {
      var iterator = there.makeAsyncIterator()
      for _ in 0..<count {
        guard let buffer = try? await iterator.next() else { return }
        await sendBack(buffer)
      }
    }()
    async let asking: Void = {
      let buffer = makeBuffer()
      var iterator = back.makeAsyncIterator()
      for _ in 0..<count {
        await sendThere(buffer)
        keep((try? await iterator.next())?.count ?? 0)
      }
    }()
    _ = await (answering, asking)
  }
}

private func consume<Messages: AsyncSequence>(_ messages: Messages) async
where Messages.Element == Buffer {
  var sum = 0
  do { for try await buffer in messages { sum &+= buffer.count } } catch { return }
  keep(sum)
}

// MARK: SwiftNIO

private final class Delegate: NIOAsyncSequenceProducerDelegate {
  func produceMore() {}
  func didTerminate() {}
}

private typealias Producer = NIOAsyncSequenceProducer<
  Buffer, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, Delegate
>

/// Never asks its sender to stop.
private func makeProducer() -> (Producer.Source, Producer) {
  let made = Producer.makeSequence(
    elementType: Buffer.self,
    backPressureStrategy: .init(lowWatermark: Int.max - 1, highWatermark: Int.max),
    finishOnDeinit: false, delegate: Delegate())
  return (made.source, made.sequence)
}

extension NIOAsyncSequenceProducer.Source {
  fileprivate func yield(_ element: Element) {
    let _: YieldResult = yield(contentsOf: CollectionOfOne(element))
  }
}

// MARK: Dispatch

/// Each message is a block on a serial queue.
private func dispatchFlow(_ count: Int, _ cores: Cores) async -> Double {
  let queue = DispatchQueue(label: "inbox")
  return await seconds {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        _ = placement_pin(cores.sender)
        let buffer = makeBuffer()
        for _ in 0..<count { queue.async { keep(buffer.count) } }
        queue.async { continuation.resume() }
      }
    }
  }
}

/// Two serial queues send blocks to each other.
private func dispatchPingPong(_ count: Int, _ cores: Cores) async -> Double {
  let (there, back) = (DispatchQueue(label: "there"), DispatchQueue(label: "back"))
  let buffer = makeBuffer()
  return await seconds {
    await withCheckedContinuation { continuation in
      @Sendable func ask(_ left: Int) {
        guard left > 0 else { return continuation.resume() }
        there.async {
          keep(buffer.count)
          back.async { ask(left - 1) }
        }
      }
      back.async { ask(count) }
    }
  }
}
