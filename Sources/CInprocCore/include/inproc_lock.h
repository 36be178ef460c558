// A lock that costs its usual holder no locked instruction.
//
// Most queues have one sender and one receiver, and a locked instruction takes 5 ns where the rest
// of a send takes less. After a streak of entries by one thread the lock is biased to it: that
// thread then enters by noting, in a place of its own, which lock it is in, and looking whether it is
// still the owner. Anyone else takes the word, withdraws the bias, lets the kernel pass a barrier
// through every core (membarrier), and waits until the owner is outside.
//
// After Vasudevan, Namjoshi, Edwards, "Simple and Fast Biased Locks" (PACT 2010), and Dice, Moir,
// Scherer, "Quickly Reacquirable Locks" (2003); the note is a hazard pointer (Michael, "Hazard
// Pointers", 2004). Where the kernel has no such barrier nothing is ever biased, and fences stand in
// its place.
#ifndef INPROC_LOCK_H
#define INPROC_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Kinds of locks. A thread that is in a lock it is the owner of enters another one of that kind by
// its word.
#define INPROC_ANY 0u
#define INPROC_SENDERS 1u
#define INPROC_RECEIVERS 2u
#define INPROC_KINDS 3

struct inproc_lock;

// What a thread says of itself. Never freed, because whoever withdraws a bias looks here: a thread
// that begins takes over what one that has ended left, and its biases with it.
struct inproc_thread {
  // For each kind the lock that it is inside of as its owner, or is trying to enter. Atomic.
  struct inproc_lock *_Nullable inside[INPROC_KINDS];
  // The next one that no thread has.
  struct inproc_thread *_Nullable next;
};

struct inproc_lock {
  // Whom the lock is biased to, or NULL. Atomic.
  struct inproc_thread *_Nullable owner;
  // 0 free, 1 taken.
  uint32_t word;
  // Threads that go to sleep, each noted before it looks at the word for the last time, and taken
  // off by whoever wakes it. Can be too high, which costs a call of the kernel, never too low.
  uint32_t sleepers;
  // Changes with each waking; what sleepers sleep on.
  uint32_t wakes;
  // One of the above; never changes.
  uint32_t kind;
  // The rest belongs to who holds the word: who was its last holder and how often in a row, after
  // how many times it gets the bias (0: never), and when the bias was given.
  struct inproc_thread *_Nullable last;
  uint32_t streak;
  uint32_t bias_threshold;
  int64_t biased_since;
};

// Whether inproc_heavy_barrier reaches other cores.
extern bool inproc_is_asymmetric;

// With inproc_light_barrier on another thread: what either wrote before its barrier, or else what
// the other wrote before its own, is seen after it.
void inproc_heavy_barrier(void);

// After how many entries in a row a thread gets the bias, at least.
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

// The calling thread. Not its own until it first takes a lock by the word; the one that all have
// before is never an owner.
extern struct inproc_thread inproc_nobody;
#if defined(__ELF__)
extern _Thread_local struct inproc_thread *_Nonnull inproc_this_thread
    __attribute__((tls_model("initial-exec")));
static inline struct inproc_thread *_Nonnull inproc_self(void) { return inproc_this_thread; }
#else
struct inproc_thread *_Nonnull inproc_self(void);
#endif

// Calls beside the fast path, which keep the registers of who makes them: nothing is spilled for a
// call that seldom happens.
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define INPROC_SLOW_PATH __attribute__((preserve_most, cold))
#else
#define INPROC_SLOW_PATH __attribute__((cold))
#endif
// Swift inlines such a function wherever it is called.
#define INPROC_INLINE static inline __attribute__((always_inline))

// What the calling thread does where it finds a lock taken, in place of sleeping: a scheduler that runs
// one thread at a time lets the one go on that holds it. `wait` returns true once the word is 0, and
// false where it can't wait. NULL, as everywhere else, to sleep.
void inproc_on_contention(
    bool (*_Nullable wait)(void *_Nullable context, const uint32_t *_Nonnull word),
    void *_Nullable context);
// Whether the calling thread has waited in that way.
bool inproc_wait_elsewhere(const uint32_t *_Nonnull word);

INPROC_SLOW_PATH struct inproc_thread *_Nonnull inproc_begin_thread(void);
INPROC_SLOW_PATH void inproc_lock_wait(struct inproc_lock *_Nonnull lock);
INPROC_SLOW_PATH void inproc_lock_wake(struct inproc_lock *_Nonnull lock);
INPROC_SLOW_PATH void inproc_lock_unbias(
    struct inproc_lock *_Nonnull lock, struct inproc_thread *_Nonnull self);
INPROC_SLOW_PATH void inproc_lock_bias(
    struct inproc_lock *_Nonnull lock, struct inproc_thread *_Nonnull self);

// Enters as the owner. Where it returns false, and when it is done, the thread leaves.
INPROC_INLINE bool inproc_enter(
    struct inproc_lock *_Nonnull lock, struct inproc_thread *_Nonnull self, uint32_t kind) {
  // Releasing: who sees the thread in this lock sees what it did in the one before.
  __atomic_store_n(&self->inside[kind], lock, __ATOMIC_RELEASE);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  return __builtin_expect(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == self, true);
}

// What the thread reads afterwards is read as from behind inproc_light_barrier: nothing is biased
// where that is more than this.
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

// How a lock is held: by which thread as its owner, or else by the word.
struct inproc_held {
  struct inproc_thread *_Nullable owner;
};

// Takes the lock. Returns what inproc_unlock asks for.
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

// Gives the lock back. What the thread reads afterwards is read as from behind inproc_light_barrier.
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
