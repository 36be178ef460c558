// Who calls, asked of Swift's runtime by two functions of its stable interface. What the standard
// library offers for that is generic over a type whose size is known at run time only, and takes
// several times as long as the look itself.
#ifndef INPROC_TASK_H
#define INPROC_TASK_H

#include <stdbool.h>

__attribute__((swiftcall)) void *_Nullable swift_task_getCurrent(void);
__attribute__((swiftcall)) bool swift_task_isCancelled(void *_Nonnull task);

// The task that runs on this thread.
static inline void *_Nullable inproc_current_task(void) { return swift_task_getCurrent(); }

static inline bool inproc_is_cancelled(void *_Nonnull task) {
  return swift_task_isCancelled(task);
}

#endif
