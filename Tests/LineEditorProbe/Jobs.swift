import Glibc
import LineEditor

/// What a thread of the probe prints.
final class Job: Sendable {
  let output: LineEditor.Output
  let lines: [String]
  let path: String?

  init(_ output: LineEditor.Output, _ thread: Int, _ count: Int) {
    self.output = output
    path = nil
    lines = (0..<count).map { "[t\(thread)] line \($0)" }
  }

  init(_ output: LineEditor.Output, listeningTo path: String) {
    self.output = output
    self.path = path
    lines = []
  }

  func run() {
    for line in lines { output.print(line) }
    guard let path, let pipe = fopen(path, "r") else { return }
    var buffer = [CChar](repeating: 0, count: 4096)
    while fgets(&buffer, 4096, pipe) != nil {
      let length = strlen(buffer)
      output.print(String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    fclose(pipe)
  }
}

/// Starts a detached thread; it takes no signals.
func start(_ job: Job) {
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(job).toOpaque()
  var all = sigset_t()
  var old = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &old)
  pthread_create(&thread, nil, runJob, argument)
  pthread_sigmask(SIG_SETMASK, &old, nil)
  pthread_detach(thread)
}

private func runJob(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run() }
  return nil
}

/// Opens once; whoever waits goes on.
final class Gate: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }
  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func open() { sem_post(semaphore) }
  func wait() { while sem_wait(semaphore) != 0 {} }
}
