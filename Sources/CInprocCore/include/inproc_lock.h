// A lock that costs its usual holder no locked instruction.
//
// Most queues have one sender and one receiver, and a locked instruction takes 5 ns, more than the rest
// of a send. After a streak of entries by one thread the lock is biased to that thread, its owner: the
// owner enters by storing, in memory of its own, which lock it is in, and then checking that it still is
// the owner. Any other thread takes the lock's word, revokes the bias, has the kernel pass a barrier
// through every core (membarrier), and waits until the owner is outside.
//
// After Vasudevan, Namjoshi, Edwards, "Simple and Fast Biased Locks" (PACT 2010), and Dice, Moir,
// Scherer, "Quickly Reacquirable Locks" (2003); what the owner stores is a hazard pointer (Michael,
// "Hazard Pointers", 2004). Where the kernel has no such barrier no lock is ever biased, and fences are
// used instead.
#ifndef INPROC_LOCK_H
#define INPROC_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Kinds of locks. While a thread is inside a lock as its owner it enters further locks of that kind by
// their word.
#define INPROC_ANY 0u
#define INPROC_SENDERS 1u
#define INPROC_RECEIVERS 2u
#define INPROC_KINDS 3

struct inproc_lock;

// A thread's record, which threads that revoke a bias read. It is never freed: a new thread takes over
// the record of one that has ended, and the biases with it.
struct inproc_thread {
  // For each kind of lock, the one that the thread is inside of as its owner, or tries to enter. Atomic.
  struct inproc_lock *_Nullable inside[INPROC_KINDS];
  // The next record that no thread uses.
  struct inproc_thread *_Nullable next;
};

struct inproc_lock {
  // The thread that the lock is biased to, or NULL. Atomic.
  struct inproc_thread *_Nullable owner;
  // 0 free, 1 taken.
  uint32_t word;
  // The number of sleeping threads. A thread adds itself before its last attempt to take the word, and
  // the thread that wakes it subtracts it. It can be too high, which costs a system call, never too low.
  uint32_t sleepers;
  // Counts wake-ups. It is the futex that threads sleep on.
  uint32_t wakes;
  // The kind of lock, as above. It never changes.
  uint32_t kind;
  // The rest is protected by the word: its last holder, how often in a row that thread took it, after
  // how many times the thread gets the bias (0: never), and when the bias was granted.
  struct inproc_thread *_Nullable last;
  uint32_t streak;
  uint32_t bias_threshold;
  int64_t biased_since;
};

// Whether inproc_heavy_barrier runs a barrier on the other cores.
extern bool inproc_is_asymmetric;

// Pairs with inproc_light_barrier on another thread: of the two threads at least one sees, after its
// barrier, what the other wrote before its own.
void inproc_heavy_barrier(void);

// The lowest bias threshold: after how many entries in a row a thread gets the bias.
#define INPROC_LEAST_BIAS_THRESHOLD 64u

static inline void inproc_lock_initialize(struct inproc_lock *_Nonnull lock, uint32_t kind) {
  *lock = (struct inproc_lock){
      .kind = kind, .bias_threshold = inproc_is_asymmetric ? INPROC_LEAST_BIAS_THRESHOLD : 0};
}

static inline void inproc_light_barrier(void) {
  if (__builtin_expect(inproc_is_asymmetric, true)) {
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
  } else {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
  }
}

// The calling thread's record. Until a thread first takes a lock by its word it has the shared record
// inproc_nobody, which is never an owner.
extern struct inproc_thread inproc_nobody;
#if defined(__ELF__)
extern _Thread_local struct inproc_thread *_Nonnull inproc_this_thread
    __attribute__((tls_model("initial-exec")));
static inline struct inproc_thread *_Nonnull inproc_self(void) { return inproc_this_thread; }
#else
struct inproc_thread *_Nonnull inproc_self(void);
#endif

// Marks calls off the fast path. They preserve the caller's registers, so the caller spills nothing for
// a call that seldom happens.
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define INPROC_SLOW_PATH __attribute__((preserve_most, cold))
#else
#define INPROC_SLOW_PATH __attribute__((cold))
#endif
// Swift inlines such a function wherever it is called.
#define INPROC_INLINE static inline __attribute__((always_inline))

// Sets what the calling thread does when it finds a lock taken. A scheduler that runs one thread at a
// time lets the holder go on. `wait` returns true once the word is 0, and false if it can't wait. NULL,
// the default, sleeps in the kernel.
void inproc_on_contention(
    bool (*_Nullable wait)(void *_Nullable context, const uint32_t *_Nonnull word),
    void *_Nullable context);
// Waits as inproc_on_contention says. Returns false if nothing was set, or it can't wait.
bool inproc_wait_elsewhere(const uint32_t *_Nonnull word);

INPROC_SLOW_PATH struct inproc_thread *_Nonnull inproc_begin_thread(void);
INPROC_SLOW_PATH void inproc_lock_wait(struct inproc_lock *_Nonnull lock);
INPROC_SLOW_PATH void inproc_lock_wake(struct inproc_lock *_Nonnull lock);
INPROC_SLOW_PATH void inproc_lock_unbias(
    struct inproc_lock *_Nonnull lock, struct inproc_thread *_Nonnull self);
INPROC_SLOW_PATH void inproc_lock_bias(
    struct inproc_lock *_Nonnull lock, struct inproc_thread *_Nonnull self);

// Enters as the owner; returns whether the thread is the owner. In either case the thread must leave.
INPROC_INLINE bool inproc_enter(
    struct inproc_lock *_Nonnull lock, struct inproc_thread *_Nonnull self, uint32_t kind) {
  // Releasing: a thread that reads this lock here sees what the owner did in the lock before.
  __atomic_store_n(&self->inside[kind], lock, __ATOMIC_RELEASE);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  return __builtin_expect(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == self, true);
}

// Also a light barrier for what the thread reads afterwards: no lock is biased where a light barrier
// takes more than this.
INPROC_INLINE void inproc_leave(struct inproc_thread *_Nonnull self, uint32_t kind) {
  __atomic_store_n(&self->inside[kind], NULL, __ATOMIC_RELEASE);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

// Takes the lock by its word.
INPROC_INLINE void inproc_lock_word(
    struct inproc_lock *_Nonnull lock, struct inproc_thread *_Nonnull self) {
  uint32_t expected = 0;
  if (__builtin_expect(
          !__atomic_compare_exchange_n(
              &lock->word, &expected, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED),
          false)) {
    inproc_lock_wait(lock);
  }
  if (__builtin_expect(self == &inproc_nobody, false)) self = inproc_begin_thread();
  if (__builtin_expect(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != NULL, false)) {
    inproc_lock_unbias(lock, self);
  } else if (lock->last != self) {
    lock->last = self;
    lock->streak = 0;
  } else if (__builtin_expect(++lock->streak == lock->bias_threshold, false)) {
    inproc_lock_bias(lock, self);
  }
}

// How a lock is held: by its owner, or by the word if that is NULL.
struct inproc_held {
  struct inproc_thread *_Nullable owner;
};

// Takes the lock. Returns what inproc_unlock needs.
INPROC_INLINE struct inproc_held inproc_lock(struct inproc_lock *_Nonnull lock) {
  struct inproc_thread *self = inproc_self();
  struct inproc_held held = {self};
  uint32_t kind = lock->kind;
  if (__builtin_expect(
          __atomic_load_n(&self->inside[kind], __ATOMIC_RELAXED) == NULL || self == &inproc_nobody,
          true)) {
    if (inproc_enter(lock, self, kind)) return held;
    inproc_leave(self, kind);
  }
  inproc_lock_word(lock, self);
  held.owner = NULL;
  return held;
}

// Releases the lock. Also a light barrier for what the thread reads afterwards.
INPROC_INLINE void inproc_unlock(
    struct inproc_lock *_Nonnull lock, struct inproc_held held) {
  if (held.owner) {
    inproc_leave(held.owner, lock->kind);
    return;
  }
  __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
  inproc_light_barrier();
  if (__builtin_expect(__atomic_load_n(&lock->sleepers, __ATOMIC_RELAXED) != 0, false)) {
    inproc_lock_wake(lock);
  }
}

#endif
