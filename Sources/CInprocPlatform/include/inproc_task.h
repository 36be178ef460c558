// Who calls, and whether that is cancelled, asked of Swift's runtime by functions of its stable
// interface. What the standard library makes of the first two is generic over a type whose size is
// known at run time only, of the others an async function; both take several times as long as what
// they call.
#ifndef INPROC_TASK_H
#define INPROC_TASK_H

#include <stdbool.h>

__attribute__((swiftcall)) void *_Nullable swift_task_getCurrent(void);
__attribute__((swiftcall)) bool swift_task_isCancelled(void *_Nonnull task);

__attribute__((swiftcall)) void *_Nonnull swift_task_addCancellationHandler(
    __attribute__((swiftcall)) void (*_Nonnull handler)(
        __attribute__((swift_context)) void *_Nonnull context),
    void *_Nonnull context);
__attribute__((swiftcall)) void swift_task_removeCancellationHandler(void *_Nonnull record);

// The task that runs on this thread.
static inline void *_Nullable inproc_current_task(void) { return swift_task_getCurrent(); }

static inline bool inproc_is_cancelled(void *_Nonnull task) {
  return swift_task_isCancelled(task);
}

// Ends a task's wait because the task is cancelled; written in Swift.
void inproc_cancel_waiter(void *_Nonnull waiter);

static __attribute__((swiftcall)) void inproc_was_cancelled(
    __attribute__((swift_context)) void *_Nonnull waiter) {
  inproc_cancel_waiter(waiter);
}

// From now on cancelling the calling task ends this wait, at once if it is cancelled. The task calls
// inproc_end_cancellable afterwards with what this returns; the record is on its stack.
static inline void *_Nonnull inproc_begin_cancellable(void *_Nonnull waiter) {
  return swift_task_addCancellationHandler(inproc_was_cancelled, waiter);
}

static inline void inproc_end_cancellable(void *_Nonnull record) {
  swift_task_removeCancellationHandler(record);
}

#endif
