#include "inproc_lock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "CInprocPlatform.h"

struct inproc_thread inproc_nobody __attribute__((aligned(64)));

#if defined(__ELF__)
_Thread_local struct inproc_thread *inproc_this_thread = &inproc_nobody;
#else
static _Thread_local struct inproc_thread *inproc_this_thread = &inproc_nobody;
struct inproc_thread *inproc_self(void) { return inproc_this_thread; }
#endif

static pthread_mutex_t threads_lock = PTHREAD_MUTEX_INITIALIZER;
static struct inproc_thread *ended_threads;
static pthread_key_t thread_key;
static pthread_once_t thread_once = PTHREAD_ONCE_INIT;

// A destructor of another key can take a lock after this one has run: then the thread begins anew.
static void end_thread(void *argument) {
  struct inproc_thread *self = argument;
  inproc_this_thread = &inproc_nobody;
  pthread_mutex_lock(&threads_lock);
  self->next = ended_threads;
  ended_threads = self;
  pthread_mutex_unlock(&threads_lock);
}

static void make_thread_key(void) { pthread_key_create(&thread_key, end_thread); }

INPROC_SLOW_PATH struct inproc_thread *inproc_begin_thread(void) {
  pthread_once(&thread_once, make_thread_key);
  pthread_mutex_lock(&threads_lock);
  struct inproc_thread *self = ended_threads;
  if (self) ended_threads = self->next;
  pthread_mutex_unlock(&threads_lock);
  if (!self) {
    // A cache line of its own.
    void *memory;
    if (posix_memalign(&memory, 64, 64)) abort();
    self = memset(memory, 0, 64);
  }
  pthread_setspecific(thread_key, self);
  inproc_this_thread = self;
  return self;
}

// The highest bias threshold.
enum { most_bias_threshold = 1 << 24 };

static _Thread_local bool (*contention_wait)(void *, const uint32_t *);
static _Thread_local void *contention_context;

void inproc_on_contention(bool (*wait)(void *, const uint32_t *), void *context) {
  contention_wait = wait;
  contention_context = context;
}

bool inproc_wait_elsewhere(const uint32_t *word) {
  return contention_wait && contention_wait(contention_context, word);
}

INPROC_SLOW_PATH void inproc_lock_wait(struct inproc_lock *lock) {
  while (inproc_wait_elsewhere(&lock->word)) {
    uint32_t expected = 0;
    if (__atomic_compare_exchange_n(
            &lock->word, &expected, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
      return;
    }
  }
  // Spin first: critical sections under this lock are tens of nanoseconds long.
  for (int round = 0; round < 40; round++) {
    uint32_t expected = 0;
    if (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) == 0 &&
        __atomic_compare_exchange_n(
            &lock->word, &expected, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
      return;
    }
    inproc_pause();
  }
  while (true) {
    uint32_t wakes = __atomic_load_n(&lock->wakes, __ATOMIC_ACQUIRE);
    __atomic_fetch_add(&lock->sleepers, 1, __ATOMIC_SEQ_CST);
    // A thread that frees the word from here on sees the sleeper; if it did so before, this thread
    // sees the free word.
    inproc_heavy_barrier();
    if (__atomic_exchange_n(&lock->word, 1, __ATOMIC_ACQUIRE) == 0) return;
    inproc_wait_on(&lock->wakes, wakes, -1);
  }
}

INPROC_SLOW_PATH void inproc_lock_wake(struct inproc_lock *lock) {
  uint32_t sleepers = __atomic_load_n(&lock->sleepers, __ATOMIC_RELAXED);
  do {
    if (sleepers == 0) return;
  } while (!__atomic_compare_exchange_n(
      &lock->sleepers, &sleepers, sleepers - 1, true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
  __atomic_fetch_add(&lock->wakes, 1, __ATOMIC_RELEASE);
  inproc_wake_one(&lock->wakes);
}

INPROC_SLOW_PATH void inproc_lock_bias(struct inproc_lock *lock, struct inproc_thread *self) {
  lock->biased_since = inproc_nanoseconds();
  __atomic_store_n(&lock->owner, self, __ATOMIC_RELAXED);
}

INPROC_SLOW_PATH void inproc_lock_unbias(struct inproc_lock *lock, struct inproc_thread *self) {
  lock->last = self;
  lock->streak = 0;
  // The lock is biased to this very thread, which is inside another lock of this kind.
  if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == self) {
    __atomic_store_n(&lock->owner, NULL, __ATOMIC_RELAXED);
    return;
  }
  int64_t start = inproc_nanoseconds();
  struct inproc_thread *owner = __atomic_exchange_n(&lock->owner, NULL, __ATOMIC_SEQ_CST);
  struct inproc_lock **inside = &owner->inside[lock->kind];
  // From here on either this thread sees the owner inside, or the owner sees that it has lost the
  // bias.
  inproc_heavy_barrier();
  int64_t cost = inproc_nanoseconds() - start;
  for (int round = 0; __atomic_load_n(inside, __ATOMIC_ACQUIRE) == lock; round++) {
    // The owner may have been preempted inside: then sleep a little, and let it run.
    if (round < 40) {
      inproc_pause();
    } else {
      // The kernel compares 32 bits. Where these are not the lower ones the call returns at once.
      inproc_wait_on((uint32_t *)inside, (uint32_t)(uintptr_t)lock, 50000);
    }
  }
  // A bias pays off if it lasted many times as long as withdrawing it takes. Four threads on one core
  // get the bias in turn; threads on two cores that alternate quickly soon get none.
  if (start - lock->biased_since > 16 * cost) {
    if (lock->bias_threshold > INPROC_LEAST_BIAS_THRESHOLD) lock->bias_threshold /= 8;
  } else if (lock->bias_threshold < most_bias_threshold) {
    lock->bias_threshold *= 8;
  }
}
