#include <sched.h>

#include "CInprocPlatform.h"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

// A yield returns within microseconds where the core is idle, or where the thread that runs meanwhile
// is one of those that pass messages to each other. Where a stranger computes, the kernel gives it the
// rest of this thread's time slice: milliseconds, several of them with several strangers. A thread
// that is woken from a futex comes ahead of those that compute; one that yielded never does.
//
// So the process remembers what its yields have cost. After one that took a millisecond or more, none
// of its threads yields for a multiple of that time, and callers sleep instead. The multiple doubles
// with each slow yield that follows, and falls back once a yield is quick again.

static const int64_t slow_nanoseconds = 1000000;
static const int64_t longest_rest_nanoseconds = 4000000000;
static const uint32_t least_multiple = 16;
static const uint32_t greatest_multiple = 1024;

// When yields may be tried again, in the time of inproc_nanoseconds; 0 where the last one was quick.
// Atomic.
static int64_t rests_until;
// What the cost of the next slow yield is multiplied by. Atomic.
static uint32_t multiple = least_multiple;

// A clock that takes few nanoseconds to read, for deciding whether a look at the real one is due.
#if defined(__x86_64__)
// Fewer ticks than a millisecond has on any processor that counts 250 million a second or more.
static const uint64_t suspicious_ticks = 250000;
static inline uint64_t ticks(void) { return __rdtsc(); }
#else
static const uint64_t suspicious_ticks = 1000000;
static inline uint64_t ticks(void) { return (uint64_t)inproc_nanoseconds(); }
#endif

// Where both clocks stood when the process began, which tells how long a tick is.
static uint64_t first_tick;
static int64_t first_nanosecond;

__attribute__((constructor)) static void begin_counting(void) {
  first_tick = ticks();
  first_nanosecond = inproc_nanoseconds();
}

// Notes what a yield has cost that may have been a slow one. Returns whether it was.
static bool was_slow(uint64_t taken) {
  int64_t now = inproc_nanoseconds();
  double tick = (double)(now - first_nanosecond) / (double)(ticks() - first_tick);
  double cost = (double)taken * tick;
  if (!(cost >= (double)slow_nanoseconds)) return false;
  uint32_t factor = __atomic_load_n(&multiple, __ATOMIC_RELAXED);
  double rest = cost * factor;
  int64_t limited =
      rest < (double)longest_rest_nanoseconds ? (int64_t)rest : longest_rest_nanoseconds;
  if (factor < greatest_multiple) __atomic_store_n(&multiple, factor * 2, __ATOMIC_RELAXED);
  __atomic_store_n(&rests_until, now + limited, __ATOMIC_RELAXED);
  return true;
}

bool inproc_yield(void) {
  int64_t until = __atomic_load_n(&rests_until, __ATOMIC_RELAXED);
  if (until != 0) {
    int64_t now = inproc_nanoseconds();
    if (now < until) return false;
    // One thread tries what a yield costs now; the others wait for what it finds.
    if (!__atomic_compare_exchange_n(
            &rests_until, &until, now + longest_rest_nanoseconds, false, __ATOMIC_RELAXED,
            __ATOMIC_RELAXED))
      return false;
  }
  uint64_t start = ticks();
  sched_yield();
  uint64_t taken = ticks() - start;
  // The counters of two cores may differ: for a thread that came from one to the other the difference
  // may be less than 0, which says nothing.
  if ((int64_t)taken >= (int64_t)suspicious_ticks && was_slow(taken)) return true;
  if (until != 0) {
    uint32_t factor = __atomic_load_n(&multiple, __ATOMIC_RELAXED);
    if (factor > least_multiple) __atomic_store_n(&multiple, factor / 2, __ATOMIC_RELAXED);
    __atomic_store_n(&rests_until, 0, __ATOMIC_RELAXED);
  }
  return true;
}
