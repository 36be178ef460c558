// A hand-off slot: a spinning sender that found the queue full publishes its message here, a spinning
// receiver that found the queue empty publishes that it wants one. Their counterpart takes or fills the
// slot. So more than one message passes each time that two threads on one core yield to each other.
//
// After Scherer, Lea, Scott, "A Scalable Elimination-based Exchange Channel" (SCOOL 2005). One thread
// at a time owns the slot: the owner claims it, publishes it, and makes it vacant again. The counterpart
// moves it from `published` to `moving`, and then to `done`, once the message was moved, or to
// `cancelled`.
#ifndef INPROC_HANDOFF_H
#define INPROC_HANDOFF_H

#include <stdbool.h>
#include <stdint.h>

#define INPROC_VACANT 0u
// The owner waits for a counterpart.
#define INPROC_PUBLISHED 1u
// A counterpart moves a message, or the owner prepares the slot.
#define INPROC_MOVING 2u
// The message was moved.
#define INPROC_DONE 3u
// The owner must retry by itself.
#define INPROC_CANCELLED 4u

struct inproc_handoff {
  // One of the above. Atomic.
  uint32_t state;
  // A message, and its origin where messages carry one.
  uint64_t slot[3];
};

static inline void *_Nonnull inproc_handoff_slot(struct inproc_handoff *_Nonnull handoff) {
  return handoff->slot;
}

static inline uint32_t inproc_handoff_state(const struct inproc_handoff *_Nonnull handoff) {
  return __atomic_load_n(&handoff->state, __ATOMIC_ACQUIRE);
}

static inline void inproc_handoff_set(struct inproc_handoff *_Nonnull handoff, uint32_t state) {
  __atomic_store_n(&handoff->state, state, __ATOMIC_RELEASE);
}

static inline bool inproc_handoff_replace(
    struct inproc_handoff *_Nonnull handoff, uint32_t expected, uint32_t state) {
  // Most threads find another state here, and leave the cache line where it is.
  if (__atomic_load_n(&handoff->state, __ATOMIC_RELAXED) != expected) return false;
  return __atomic_compare_exchange_n(
      &handoff->state, &expected, state, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

// Makes the calling thread the owner. No other thread uses the slot until the owner publishes it.
static inline bool inproc_handoff_claim(struct inproc_handoff *_Nonnull handoff) {
  return inproc_handoff_replace(handoff, INPROC_VACANT, INPROC_MOVING);
}

// Makes the calling thread the owner's counterpart, which must end with inproc_handoff_set.
static inline bool inproc_handoff_match(struct inproc_handoff *_Nonnull handoff) {
  return inproc_handoff_replace(handoff, INPROC_PUBLISHED, INPROC_MOVING);
}

// Cancels what is published, so that the owner retries by itself. Leaves a slot alone that already has
// a counterpart.
static inline void inproc_handoff_cancel(struct inproc_handoff *_Nonnull handoff) {
  (void)inproc_handoff_replace(handoff, INPROC_PUBLISHED, INPROC_CANCELLED);
}

// Withdraws what the calling thread has published; waits while a counterpart moves a message. Returns
// whether a message was moved. The owner then makes the slot vacant.
bool inproc_handoff_withdraw(struct inproc_handoff *_Nonnull handoff);

#endif
