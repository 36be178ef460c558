internal import CEditLine
internal import Synchronization

extension LineEditor {
  /// The output of all threads, in whole lines, also while a line is being edited.
  ///
  /// While a line is being edited, printed lines appear above it, and it and the cursor stay as they
  /// were. Lines keep the order in which they were printed.
  ///
  /// The queue is short: a thread that prints faster than the terminal shows has to wait. So the
  /// effect of a key, such as Ctrl-C, is seen at once, however much is printed.
  public final class Output: @unchecked Sendable {
    // `monitor` protects all of these.
    private let monitor = Monitor()
    private var queue: [UInt8] = []
    private var isEditing = false
    /// The writing thread is in the middle of a burst.
    private var isWriting = false
    private var isClosed = false
    /// The status line, which is rewritten in place below the output: as wanted, and as shown.
    private var status: [UInt8] = []
    private var shownStatus: [UInt8] = []
    /// How often the queue was emptied.
    private var bursts = 0
    private let wake: cel_event
    private let queued = Atomic<Bool>(false)
    /// Above this many bytes printing waits for the next burst.
    static let limit = 8 << 10

    init(wake: cel_event = cel_event_make()) {
      self.wake = wake
      let retained = Unmanaged.passRetained(self)
      if cel_start_thread(writeQueued, retained.toOpaque()) != 0 {
        retained.release()
        isClosed = true
      }
    }

    /// Prints lines; a final line break is added where it is missing.
    ///
    /// Blocks while more than 8 KiB wait to be shown, until they are taken to be written.
    ///
    /// - Parameter text: the lines, with ANSI colours or without.
    public func print(_ text: String) {
      monitor.lock()
      defer { monitor.unlock() }
      if queue.count > Self.limit, !monitor.isOwner {
        // Waiting for one burst is enough, even if other threads fill the queue again first: so no
        // thread waits for long.
        let seen = bursts
        while bursts == seen, !isClosed { monitor.wait() }
      }
      let wasEmpty = queue.isEmpty
      queue += text.utf8
      if text.utf8.last != 10 { queue.append(10) }
      queued.store(true, ordering: .releasing)
      if isClosed {
        flush()
      } else if wasEmpty {
        if isEditing { cel_event_post(wake) } else { monitor.wakeAll() }
      }
    }

    /// Shows a line below everything else while a command runs; empty to take it off. It is gone
    /// once a line is edited.
    ///
    /// - Parameter text: as much of it as fits a row is shown. No colours; there is none on a dumb
    ///   terminal.
    public func showStatus(_ text: String) {
      guard cel_is_dumb() == 0 else { return }
      let (columns, _) = terminalSize()
      // The last column stays free: a line that has wrapped can't be rewritten in place.
      var width = 0
      let cut = text.prefix { character in
        width += displayWidth(String(character))
        return width < columns
      }
      monitor.lock()
      defer { monitor.unlock() }
      guard !isEditing, !isClosed else { return }
      status = Array(cut.utf8)
      monitor.wakeAll()
    }

    var hasQueued: Bool { queued.load(ordering: .acquiring) }

    /// Takes all that is queued, for the editing thread to show.
    func takeQueued() -> [UInt8] {
      monitor.lock()
      defer { monitor.unlock() }
      return take()
    }

    /// Writes what is queued. From now on the calling thread shows what is printed.
    func beginEditing() {
      monitor.lock()
      defer { monitor.unlock() }
      isEditing = true
      monitor.own()
      while isWriting { monitor.wait() }
      status = []
      flush()
    }

    func endEditing() {
      monitor.lock()
      defer { monitor.unlock() }
      isEditing = false
      monitor.wakeAll()
    }

    /// Writes what is queued. From now on each thread writes what it prints itself.
    func close() {
      monitor.lock()
      defer { monitor.unlock() }
      isEditing = false
      isClosed = true
      monitor.wakeAll()
      while isWriting { monitor.wait() }
      status = []
      flush()
    }

    func writeRaw(_ text: String) {
      if !text.isEmpty { writeRaw(Array(text.utf8)) }
    }

    func writeRaw(_ bytes: [UInt8]) {
      cel_write(1, bytes, bytes.count)
    }

    private func take() -> [UInt8] {
      let taken = queue
      queue = []
      queue.reserveCapacity(Self.limit * 2)
      queued.store(false, ordering: .releasing)
      bursts += 1
      monitor.wakeAll()
      return taken
    }

    private func flush() {
      let burst = takeWithStatus()
      if !burst.isEmpty { writeRaw(burst) }
    }

    /// The queued text, with the status line below it.
    private func takeWithStatus() -> [UInt8] {
      let before = shownStatus.isEmpty ? [] : Array("\r\u{1B}[K".utf8)
      shownStatus = status
      return before + (queue.isEmpty ? [] : take()) + status
    }

    /// Writes the queue as long as no line is edited; the writing thread runs this.
    fileprivate func write() {
      monitor.lock()
      defer { monitor.unlock() }
      while !isClosed {
        if isEditing || (queue.isEmpty && status == shownStatus) {
          monitor.wait()
          continue
        }
        let burst = takeWithStatus()
        isWriting = true
        monitor.unlock()
        writeRaw(burst)
        monitor.lock()
        isWriting = false
        monitor.wakeAll()
      }
    }
  }
}

private func writeQueued(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  Unmanaged<LineEditor.Output>.fromOpaque(argument).takeRetainedValue().write()
  return nil
}
