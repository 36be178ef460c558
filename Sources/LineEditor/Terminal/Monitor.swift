#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A lock with a condition, on pthreads, which the thread sanitizer understands.
final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  // Protected by `mutex`.
  private var owner: pthread_t?

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }
  func wait() { pthread_cond_wait(condition, mutex) }
  func wakeAll() { pthread_cond_broadcast(condition) }

  /// Makes this thread the owner, which others wait for. Call it with the lock held.
  func own() { owner = pthread_self() }

  /// Whether this thread is the owner. Call it with the lock held.
  var isOwner: Bool { owner.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
}
