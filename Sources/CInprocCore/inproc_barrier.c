// The barrier that passes through every core, which withdrawing a bias needs.
#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif

#include <stdio.h>
#include <stdlib.h>

#include "inproc_lock.h"

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool register_barrier(void) {
  return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

static bool reach_all_cores(void) {
  return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
}

// Runs the calling thread on each core in turn. A core that another thread of the process runs on switches
// to this thread and back, and a switch is a barrier. Returns false if the kernel refuses that.
static bool visit_all_cores(void) {
  int count = (int)sysconf(_SC_NPROCESSORS_CONF);
  size_t size = CPU_ALLOC_SIZE(count);
  cpu_set_t *before = CPU_ALLOC(count);
  cpu_set_t *one = CPU_ALLOC(count);
  // The calls themselves: those of the C library do the same, and one of musl's is a stub.
  bool succeeds = before && one && syscall(SYS_sched_getaffinity, 0, size, before) > 0;
  int visited = 0;
  for (int core = 0; succeeds && core < count; core++) {
    CPU_ZERO_S(size, one);
    CPU_SET_S(core, size, one);
    // A core where no thread of this process may run is refused.
    if (syscall(SYS_sched_setaffinity, 0, size, one) == 0) visited++;
  }
  if (visited > 0) syscall(SYS_sched_setaffinity, 0, size, before);
  CPU_FREE(before);
  CPU_FREE(one);
  return visited > 0;
}
#else
static bool register_barrier(void) { return false; }
static bool reach_all_cores(void) { return false; }
static bool visit_all_cores(void) { return false; }
#endif

bool inproc_is_asymmetric;

// Runs before the library starts a thread; no lock is biased earlier.
__attribute__((constructor)) static void look_for_barrier(void) {
  inproc_is_asymmetric = register_barrier() && reach_all_cores();
}

void inproc_heavy_barrier(void) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if (inproc_is_asymmetric && !reach_all_cores()) {
    // The process has lost its registration, or has forbidden itself the call after it started. Owners of
    // biased locks count on a barrier, so another one has to be found.
    if (!(register_barrier() && reach_all_cores()) && !visit_all_cores()) {
      fputs(
          "inproc: this process has forbidden itself membarrier and sched_setaffinity after it started, "
          "and one of them is needed to wake threads; forbid membarrier before the program starts, "
          "or allow it\n",
          stderr);
      abort();
    }
  }
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
