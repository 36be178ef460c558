// A lock that costs its usual holder no locked instruction.
//
// Most queues have one sender and one receiver, and a locked instruction takes 5 ns where the rest
// of a send takes as much. After a streak of entries by one thread the lock is biased to it: that
// thread then enters by setting a flag of its own and looking whether it is still the owner. Anyone
// else takes the word, withdraws the bias, lets the kernel pass a barrier through every core
// (membarrier), and waits until the owner is outside.
//
// After Vasudevan, Namjoshi, Edwards, "Simple and Fast Biased Locks" (PACT 2010), and Dice, Moir,
// Scherer, "Quickly Reacquirable Locks" (2003). Where the kernel has no such barrier nothing is ever
// biased, and fences stand in its place.
#ifndef INPROC_LOCK_H
#define INPROC_LOCK_H

#include <stdbool.h>
#include <stdint.h>

// How many threads a lock can be biased to, one after the other.
#define INPROC_BIASES 4

struct inproc_lock {
  // The thread the lock is biased to, and in its low bits which of the flags below is its own; or 0.
  uintptr_t owner;
  // The owner is inside. A flag stays with the thread that got it, so that a former owner, stopped in
  // the middle of entering, can't clear that of a later one.
  uint32_t inside[INPROC_BIASES];
  // 0 free, 1 taken.
  uint32_t word;
  // Threads that go to sleep, each noted before it looks at the word for the last time, and taken
  // off by whoever wakes it. Can be too high, which costs a call of the kernel, never too low.
  uint32_t sleepers;
  // Changes with each waking; what sleepers sleep on.
  uint32_t wakes;
  // The rest belongs to who holds the word: how often in a row its last holder took it, after how
  // many times it gets the bias (0: never), whose the flags are, and when the bias was given.
  uint32_t streak;
  uint32_t patience;
  uint32_t flags_given;
  uintptr_t last;
  uintptr_t flagged[INPROC_BIASES];
  int64_t biased_since;
};

// Whether inproc_heavy_barrier reaches other cores.
extern bool inproc_is_asymmetric;

// With inproc_light_barrier on another thread: what either wrote before its barrier, or else what
// the other wrote before its own, is seen after it.
void inproc_heavy_barrier(void);

static inline void inproc_light_barrier(void) {
  if (__builtin_expect(inproc_is_asymmetric, true)) {
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
  } else {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
  }
}

// A number that no other living thread has; its low four bits are 0.
#if defined(__ELF__)
struct inproc_place {
  char byte;
} __attribute__((aligned(16)));
extern _Thread_local struct inproc_place inproc_thread_place
    __attribute__((tls_model("initial-exec")));
static inline uintptr_t inproc_self(void) { return (uintptr_t)&inproc_thread_place; }
#else
uintptr_t inproc_self(void);
#endif

// Calls beside the fast path, which keep the registers of who makes them: nothing is spilled for a
// call that seldom happens.
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define INPROC_BESIDE __attribute__((preserve_most, cold))
#else
#define INPROC_BESIDE __attribute__((cold))
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

void inproc_lock_initialize(struct inproc_lock *_Nonnull lock);
INPROC_BESIDE void inproc_lock_wait(struct inproc_lock *_Nonnull lock);
INPROC_BESIDE void inproc_lock_wake(struct inproc_lock *_Nonnull lock);
INPROC_BESIDE void inproc_lock_unbias(struct inproc_lock *_Nonnull lock);
INPROC_BESIDE void inproc_lock_bias(struct inproc_lock *_Nonnull lock, uintptr_t self);

// Takes the lock by its word.
INPROC_INLINE uint32_t *_Nonnull inproc_lock_word(
    struct inproc_lock *_Nonnull lock, uintptr_t self) {
  uint32_t expected = 0;
  if (__builtin_expect(
          !__atomic_compare_exchange_n(
              &lock->word, &expected, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED),
          false)) {
    inproc_lock_wait(lock);
  }
  if (__builtin_expect(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != 0, false)) {
    inproc_lock_unbias(lock);
  } else if (lock->last != self) {
    lock->last = self;
    lock->streak = 0;
  } else if (__builtin_expect(++lock->streak == lock->patience, false)) {
    inproc_lock_bias(lock, self);
  }
  return &lock->word;
}

// Takes the lock. Returns what inproc_unlock asks for: what says that it is taken.
INPROC_INLINE uint32_t *_Nonnull inproc_lock(struct inproc_lock *_Nonnull lock) {
  uintptr_t self = inproc_self();
  uintptr_t owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
  // The owner's number without its low bits is that of the thread.
  uintptr_t flag = owner - self;
  if (flag < INPROC_BIASES) {
    uint32_t *inside = &lock->inside[flag];
    // Acquiring, for a thread that got the identity of one that has ended.
    (void)__atomic_load_n(inside, __ATOMIC_ACQUIRE);
    __atomic_store_n(inside, 1, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (__builtin_expect(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == owner, true)) {
      return inside;
    }
    __atomic_store_n(inside, 0, __ATOMIC_RELEASE);
  }
  return inproc_lock_word(lock, self);
}

// Gives the lock back. What the thread reads afterwards is read as from behind inproc_light_barrier.
INPROC_INLINE void inproc_unlock(struct inproc_lock *_Nonnull lock, uint32_t *_Nonnull held) {
  __atomic_store_n(held, 0, __ATOMIC_RELEASE);
  if (held == &lock->word) {
    inproc_light_barrier();
    if (__builtin_expect(__atomic_load_n(&lock->sleepers, __ATOMIC_RELAXED) != 0, false)) {
      inproc_lock_wake(lock);
    }
  } else {
    // Nothing is biased where the barrier is more than this.
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
  }
}

#endif
