internal import CEditLine
internal import Synchronization

extension LineEditor {
  /// Where any thread prints whole lines while a line may be being edited.
  ///
  /// While one is, what is printed appears above it, and the line and the cursor stay as they
  /// were; otherwise it is written at once. Lines keep the order in which they were printed.
  public final class Output: @unchecked Sendable {
    // `monitor` protects `queue`, `isEditing` and `editingThread`.
    private let monitor = Monitor()
    private var queue: [UInt8] = []
    private var isEditing = false
    private let wake: Int32
    private let queued = Atomic<Bool>(false)
    private static let limit = 4 << 20

    init(wake: Int32) {
      self.wake = wake
    }

    /// Prints lines; a final line break is added where it is missing.
    ///
    /// Blocks while some MiB of other output wait to be shown.
    ///
    /// - Parameter text: the lines, with ANSI colours or without.
    public func print(_ text: String) {
      monitor.lock()
      defer { monitor.unlock() }
      while isEditing, queue.count > Self.limit, !monitor.isOwner { monitor.wait() }
      if isEditing {
        let wasEmpty = queue.isEmpty
        append(text)
        queued.store(true, ordering: .releasing)
        if wasEmpty { cel_event_post(wake) }
      } else {
        append(text)
        flush()
      }
    }

    var hasQueued: Bool { queued.load(ordering: .acquiring) }

    /// All that is queued, for the editing thread to show.
    func takeQueued() -> [UInt8] {
      monitor.lock()
      defer { monitor.unlock() }
      let taken = queue
      queue = []
      queued.store(false, ordering: .releasing)
      monitor.wakeAll()
      return taken
    }

    func beginEditing() {
      monitor.lock()
      defer { monitor.unlock() }
      isEditing = true
      monitor.own()
    }

    func endEditing() {
      monitor.lock()
      defer { monitor.unlock() }
      isEditing = false
      flush()
      queued.store(false, ordering: .releasing)
      monitor.wakeAll()
    }

    func writeRaw(_ text: String) {
      writeRaw(Array(text.utf8))
    }

    func writeRaw(_ bytes: [UInt8]) {
      bytes.withUnsafeBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        cel_write(1, base.assumingMemoryBound(to: CChar.self), buffer.count)
      }
    }

    private func append(_ text: String) {
      queue += text.utf8
      if text.utf8.last != 10 { queue.append(10) }
    }

    private func flush() {
      guard !queue.isEmpty else { return }
      writeRaw(queue)
      queue.removeAll(keepingCapacity: queue.count < 65536)
    }
  }
}
