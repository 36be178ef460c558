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

#define INPROC_BIASES 8

struct inproc_lock {
  // The thread the lock is biased to, and in its low bits which of the flags below is its own; or 0.
  uintptr_t owner;
  // The owner is inside. A flag is given out once, so that a former owner, stopped in the middle of
  // entering, can't clear that of a later one.
  uint32_t inside[INPROC_BIASES];
  // 0 free, 1 taken.
  uint32_t word;
  // Threads that go to sleep, each noted before it looks at the word for the last time, and taken
  // off by whoever wakes it. Can be too high, which costs a call of the kernel, never too low.
  uint32_t sleepers;
  // Changes with each waking; what sleepers sleep on.
  uint32_t wakes;
  // The rest belongs to who holds the word: how often in a row its last holder took it, after how
  // many times it gets the bias (0: never), and how many flags are given out.
  uint32_t streak;
  uint32_t patience;
  uint32_t biases;
  uintptr_t last;
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

void inproc_lock_initialize(struct inproc_lock *_Nonnull lock);
void inproc_lock_wait(struct inproc_lock *_Nonnull lock);
void inproc_lock_wake(struct inproc_lock *_Nonnull lock);
void inproc_lock_unbias(struct inproc_lock *_Nonnull lock);
void inproc_lock_bias(struct inproc_lock *_Nonnull lock, uintptr_t self);

// Takes the lock. Returns what inproc_unlock asks for.
static inline int inproc_lock(struct inproc_lock *_Nonnull lock) {
  uintptr_t self = inproc_self();
  uintptr_t owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
  if ((owner & ~(uintptr_t)15) == self) {
    int flag = (int)(owner & 15);
    // Acquiring, for a thread that got the identity of one that has ended.
    (void)__atomic_load_n(&lock->inside[flag], __ATOMIC_ACQUIRE);
    __atomic_store_n(&lock->inside[flag], 1, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == owner) return flag;
    __atomic_store_n(&lock->inside[flag], 0, __ATOMIC_RELEASE);
  }
  uint32_t expected = 0;
  if (!__atomic_compare_exchange_n(
          &lock->word, &expected, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
    inproc_lock_wait(lock);
  }
  if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED)) {
    inproc_lock_unbias(lock);
  } else if (lock->last != self) {
    lock->last = self;
    lock->streak = 0;
  } else if (++lock->streak == lock->patience) {
    inproc_lock_bias(lock, self);
  }
  return -1;
}

static inline void inproc_unlock(struct inproc_lock *_Nonnull lock, int held) {
  if (held >= 0) {
    __atomic_store_n(&lock->inside[held], 0, __ATOMIC_RELEASE);
  } else {
    __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
    inproc_light_barrier();
    if (__atomic_load_n(&lock->sleepers, __ATOMIC_RELAXED)) inproc_lock_wake(lock);
  }
}

#endif
