// How much memory there is, and how much of it the process holds.
#define _GNU_SOURCE
#include "CInprocPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__linux__)

// Opened once: it is read many times. -1 before that, -2 where it can't be opened.
static _Atomic int statm = -1;

static int opened_statm(void) {
  int known = atomic_load(&statm);
  if (known != -1) return known;
  int mine = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (mine < 0) {
    // Without a free descriptor it may still be opened later.
    if (errno == EMFILE || errno == ENFILE || errno == EINTR) return -1;
    mine = -2;
  }
  if (atomic_compare_exchange_strong(&statm, &known, mine)) return mine;
  if (mine >= 0) close(mine);
  return known;
}

int64_t inproc_resident_bytes(void) {
  int file = opened_statm();
  if (file < 0) return -1;
  char text[128];
  ssize_t count = pread(file, text, sizeof text - 1, 0);
  if (count <= 0) return -1;
  text[count] = 0;
  char *rest = NULL;
  strtoll(text, &rest, 10);
  if (rest == text) return -1;
  char *end = NULL;
  long long pages = strtoll(rest, &end, 10);
  if (end == rest) return -1;
  return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

int64_t inproc_machine_bytes(void) {
  long pages = sysconf(_SC_PHYS_PAGES);
  return pages > 0 ? (int64_t)pages * sysconf(_SC_PAGESIZE) : -1;
}

#elif defined(__APPLE__)
// Written against the documentation; not yet run.
#include <mach/mach.h>
#include <sys/sysctl.h>

int64_t inproc_resident_bytes(void) {
  mach_task_basic_info_data_t info;
  mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;
  kern_return_t result =
      task_info(mach_task_self(), MACH_TASK_BASIC_INFO, (task_info_t)&info, &count);
  return result == KERN_SUCCESS ? (int64_t)info.resident_size : -1;
}

int64_t inproc_machine_bytes(void) {
  int64_t bytes = 0;
  size_t size = sizeof bytes;
  return sysctlbyname("hw.memsize", &bytes, &size, NULL, 0) == 0 ? bytes : -1;
}

#else

int64_t inproc_resident_bytes(void) { return -1; }
int64_t inproc_machine_bytes(void) { return -1; }

#endif
