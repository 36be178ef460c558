import AsyncAlgorithms

/// What the workloads of values send: 40 bytes without references.
private struct Value: Sendable {
  var number: Int
  var rest: (Int, Int, Int, Int) = (1, 2, 3, 4)
}

/// As ``contestants``, of values.
let valueContestants: [String: Contestant] = [
  "async-value-flow async-stream": { count, _ in
    let (stream, continuation) = AsyncStream<Value>.makeStream()
    return await exchanged(count, stream) {
      continuation.yield($0)
    } finish: {
      continuation.finish()
    }
  },
  "async-value-flow async-channel": { count, _ in
    let channel = AsyncChannel<Value>()
    return await exchanged(count, channel) {
      await channel.send($0)
    } finish: {
      channel.finish()
    }
  },
]

/// A task sends, a task receives.
private func exchanged<Values: AsyncSequence & Sendable>(
  _ count: Int, _ values: Values,
  send: @escaping @Sendable (Value) async -> Void, finish: @escaping @Sendable () -> Void
) async -> Double where Values.Element == Value {
  await seconds {
    async let receiving: Void = {
      var sum = 0
      do { for try await value in values { sum &+= value.number } } catch { return }
      keep(sum)
    }()
    async let sending: Void = {
      for number in 0..<count { await send(Value(number: number)) }
      finish()
    }()
    _ = await (receiving, sending)
  }
}
