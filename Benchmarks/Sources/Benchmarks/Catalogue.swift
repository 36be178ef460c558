/// Which contestants run which workloads where. Nothing else knows that.
enum Catalogue {
  static let workloads: [Workload] =
    oneToOne + manyThreads + bounded + single + turns + registry + usage + [observed] + tasks
    + values + selecting

  // MARK: Contestants

  private static func rust(_ name: String) -> Contestant { Contestant(name: name, program: .rust) }
  private static func cpp(_ name: String) -> Contestant { Contestant(name: name, program: .cpp) }
  private static func swift(_ name: String) -> Contestant {
    Contestant(name: name, program: .swift)
  }

  private static let std = rust("std")
  private static let crossbeam = rust("crossbeam")
  private static let flume = rust("flume")
  private static let asyncChannelOfRust = rust("async-channel")
  private static let moodycamel = cpp("moodycamel")
  private static let tbb = cpp("tbb")
  private static let zmq = cpp("zmq")
  private static let nng = cpp("nng")
  private static let dispatch = swift("dispatch")
  private static let nio = swift("nio")
  private static let asyncStream = swift("async-stream")
  private static let asyncChannel = swift("async-channel")
  private static let go = Contestant(name: "go", program: .go)
  /// Goroutines are no threads of the kernel: where threads are compared they are shown only.
  private static let goShown = Contestant(name: "go", program: .go, role: .reported)

  private static let ofRust = [std, crossbeam, flume, asyncChannelOfRust]
  private static let queues = ofRust + [moodycamel, tbb]
  private static func vectors(_ frames: Int, _ contestants: [Contestant]) -> [Contestant] {
    contestants.map { $0.with(["frames": "\(frames)"]) }
  }

  // MARK: Workloads

  private static let oneToOne: [Workload] = [
    Workload(
      name: "shared", title: "1 to 1, one shared 64 B frame",
      parameters: ["shape": "flow", "payload": "shared"],
      contestants: [.ours] + queues + [zmq, nng, nio, dispatch, asyncStream, goShown]),
    Workload(
      name: "shared-bytes", title: "1 to 1, one shared 64 B frame, against Bytes, which slices too",
      parameters: ["shape": "flow", "payload": "shared"],
      contestants: [.ours] + ofRust.map { $0.with(["payload": "bytes"]) }),
    Workload(
      name: "shared-vector", title: "1 to 1, one shared 64 B frame, against a vector of frames",
      parameters: ["shape": "flow", "payload": "shared"],
      contestants: [.ours] + vectors(1, queues)),
    Workload(
      name: "shared-3", title: "1 to 1, three shared 64 B frames",
      parameters: ["shape": "flow", "payload": "shared", "frames": "3"],
      contestants: [.ours] + queues + [zmq]),
    Workload(
      name: "fresh", title: "1 to 1, one 64 B frame built for each message",
      parameters: ["shape": "flow", "payload": "fresh"],
      contestants: [.ours] + queues + [zmq, nng, goShown]),
    Workload(
      name: "fresh-3", title: "1 to 1, three 64 B frames built for each message",
      parameters: ["shape": "flow", "payload": "fresh", "frames": "3"],
      contestants: [.ours] + queues + [zmq]),
    Workload(
      name: "word", title: "1 to 1, one 8 B frame, against a bare 64-bit integer",
      parameters: ["shape": "flow", "payload": "word"],
      contestants: [
        .ours,
        Contestant(
          name: "inproc, made from the integer", program: .ours, role: .reported,
          parameters: ["payload": "number"]),
      ] + queues + [zmq, goShown]),
    Workload(
      name: "word-3", title: "1 to 1, three 8 B frames, against a vector of integers",
      parameters: ["shape": "flow", "payload": "word", "frames": "3"],
      contestants: [.ours] + queues),
    Workload(
      name: "large", title: "1 to 1, one shared 1 MiB frame",
      parameters: ["shape": "flow", "payload": "large"],
      contestants: [
        .ours,
        Contestant(
          name: "inproc, 64 B", program: .ours, role: .reported, parameters: ["payload": "shared"]),
      ] + queues + [zmq, goShown]),
  ]

  private static let manyThreads: [Workload] = [
    Workload(
      name: "four-to-one", title: "4 senders, 1 receiver",
      parameters: ["shape": "flow", "payload": "shared", "senders": "4"],
      contestants: [.ours] + queues + [zmq, goShown]),
    Workload(
      name: "four-to-four", title: "4 senders, 4 receivers",
      parameters: ["shape": "flow", "payload": "shared", "senders": "4", "receivers": "4"],
      contestants: [.ours, crossbeam, flume, asyncChannelOfRust, moodycamel, tbb, goShown]),
  ]

  private static let bounded = [1024, 64, 1].map { capacity in
    Workload(
      name: "bounded-\(capacity)",
      title: capacity == 1024 ? "bounded 1,024" : "bounded \(capacity)",
      parameters: ["shape": "flow", "payload": "shared", "capacity": "\(capacity)"],
      contestants: [.ours] + ofRust + [tbb, goShown])
  }

  private static let single: [Workload] = [
    Workload(
      name: "burst", title: "burst of 1,000 on one thread",
      parameters: ["shape": "burst", "payload": "shared"], isTime: true, placements: [.oneCore],
      contestants: [.ours] + queues + [zmq, goShown]),
    Workload(
      name: "burst-vector", title: "burst of 1,000 on one thread, against a vector of frames",
      parameters: ["shape": "burst", "payload": "shared"], isTime: true, placements: [.oneCore],
      contestants: [.ours] + vectors(1, queues)),
  ]

  private static let turns: [Workload] = [
    Workload(
      name: "ping-pong", title: "ping-pong",
      parameters: ["shape": "ping-pong", "payload": "shared"], isTime: true,
      contestants: [.ours] + queues + [zmq, nng, dispatch, goShown]),
    Workload(
      name: "rendezvous", title: "rendezvous",
      parameters: ["shape": "flow", "payload": "shared", "capacity": "0"], isTime: true,
      contestants: [.ours, std, crossbeam, flume, goShown]),
  ]

  private static let registry: [Workload] = ["connect", "bind"].flatMap { shape in
    [10, 1_000, 100_000].flatMap { endpoints in
      [registry(shape, endpoints, threads: 1), registry(shape, endpoints, threads: 2)]
    }
  }

  private static func registry(_ shape: String, _ endpoints: Int, threads: Int) -> Workload {
    let what = shape == "bind" ? "bind and unbind" : "connect"
    let number = endpoints >= 100_000 ? "100,000" : endpoints >= 1_000 ? "1,000" : "10"
    // A socket of libzmq takes a file descriptor, and no two threads can share one.
    let hasSockets = threads == 1 && endpoints <= 1_000
    return Workload(
      name: "\(shape)-\(endpoints)" + (threads == 1 ? "" : "-x\(threads)"),
      title: "\(what), \(number) endpoints" + (threads == 1 ? "" : ", \(threads) threads"),
      parameters: [
        "shape": shape, "endpoints": "\(endpoints)", "senders": "\(threads)", "payload": "shared",
      ],
      isTime: true,
      placements: threads == 1 ? [.oneCore] : [.pinned],
      contestants: [.ours, rust("dashmap")] + (hasSockets ? [zmq] : []))
  }

  private static let usage: [Workload] = [
    Workload(
      name: "memory", title: "bytes a queued message of one shared frame",
      parameters: ["shape": "memory", "payload": "shared"], figure: .bytes,
      placements: [.oneCore], contestants: [.ours] + ofRust + [moodycamel, zmq]),
    Workload(
      name: "blocked", title: "CPU time of a blocked receiver",
      parameters: ["shape": "blocked", "payload": "shared"], figure: .cpu,
      placements: [.kernel], contestants: [.ours] + queues + [goShown]),
  ]

  private static let observed = Workload(
    name: "observed", title: "1 to 1, with and without an observer",
    parameters: ["shape": "flow", "payload": "shared"],
    contestants: [
      .ours,
      Contestant(
        name: "inproc, observed", program: .ours, role: .reported,
        parameters: ["observed": "yes"]),
    ])

  private static let tasks: [Workload] = [
    Workload(
      name: "async-flow", title: "task to task",
      parameters: ["shape": "async-flow", "payload": "shared"], placements: [.oneCore, .kernel],
      contestants: [.ours, nio, asyncStream, asyncChannel, goShown]),
    Workload(
      name: "async-ping-pong", title: "ping-pong of two tasks",
      parameters: ["shape": "async-ping-pong", "payload": "shared"], isTime: true,
      placements: [.oneCore, .kernel],
      contestants: [.ours, nio, asyncStream, asyncChannel, goShown]),
  ]

  private static let values: [Workload] = [
    Workload(
      name: "values", title: "values of 40 B from thread to thread",
      parameters: ["shape": "value-flow"],
      contestants: [.ours]
        + ofRust.map { $0.with(["shape": "flow", "payload": "value"]) }),
    Workload(
      name: "async-values", title: "values of 40 B from task to task",
      parameters: ["shape": "async-value-flow"], placements: [.oneCore, .kernel],
      contestants: [.ours, asyncStream, asyncChannel]),
  ]

  private static let selecting = [2, 16, 256].map { receivers in
    Workload(
      name: "select-\(receivers)", title: "select over \(receivers) receivers",
      parameters: ["shape": "select", "payload": "shared", "receivers": "\(receivers)"],
      contestants: [.ours, ours("fair"), ours("select")] + (receivers == 2 ? [ours("cases")] : [])
        + [crossbeam, flume, zmq, goShown])
  }

  /// Ours, waiting in another way.
  private static func ours(_ waiting: String) -> Contestant {
    Contestant(
      name: "inproc, \(waiting)", program: .ours, role: .reported,
      parameters: ["waiting": waiting])
  }
}
