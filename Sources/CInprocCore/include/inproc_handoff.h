// A place where a thread that looks for something, before it sleeps, can be met: a sender that found
// no room leaves its message there, a receiver that found none is given one. So more than one message
// passes each time that two threads of one core let each other run.
//
// After Scherer, Lea, Scott, "A Scalable Elimination-based Exchange Channel" (SCOOL 2005). One thread
// at a time has the place: it claims it, and it alone publishes it and makes it vacant again. Who meets
// it takes one step from `published`, and another to `done` when the message was moved, or to `void`.
#ifndef INPROC_HANDOFF_H
#define INPROC_HANDOFF_H

#include <stdbool.h>
#include <stdint.h>

#define INPROC_VACANT 0u
// Its owner waits to be met.
#define INPROC_PUBLISHED 1u
// A message is being moved, or the place prepared.
#define INPROC_MOVING 2u
// The owner was met.
#define INPROC_DONE 3u
// The owner was told to look for itself.
#define INPROC_CANCELLED 4u

struct inproc_handoff {
  // One of the above. Atomic.
  uint32_t state;
  // A message, and where messages carry it its origin.
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
  // Most find something else there, and leave the line where it is.
  if (__atomic_load_n(&handoff->state, __ATOMIC_RELAXED) != expected) return false;
  return __atomic_compare_exchange_n(
      &handoff->state, &expected, state, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

// Begins to own the place, which the owner alone sees until it publishes it.
static inline bool inproc_handoff_claim(struct inproc_handoff *_Nonnull handoff) {
  return inproc_handoff_replace(handoff, INPROC_VACANT, INPROC_MOVING);
}

// Meets the owner. Who does must end with inproc_handoff_set.
static inline bool inproc_handoff_match(struct inproc_handoff *_Nonnull handoff) {
  return inproc_handoff_replace(handoff, INPROC_PUBLISHED, INPROC_MOVING);
}

// Sends the owner, if it was not met, to look for itself.
static inline void inproc_handoff_cancel(struct inproc_handoff *_Nonnull handoff) {
  (void)inproc_handoff_replace(handoff, INPROC_PUBLISHED, INPROC_CANCELLED);
}

// From here on the owner is not met. Returns whether it was. It ends by making the place vacant.
bool inproc_handoff_withdraw(struct inproc_handoff *_Nonnull handoff);

#endif
