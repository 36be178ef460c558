// Lets a process forbid itself system calls, as a sandbox does after a program has started.
#ifndef SYSTEM_CALL_FILTER_H
#define SYSTEM_CALL_FILTER_H

#include <stdbool.h>

// Forbids this process `membarrier`, and for `affinity` also `sched_setaffinity`. Returns false where the
// system has no such filter.
bool forbid_membarrier(bool affinity);

#endif
