// What the two ends of a queue keep, in cache lines apart, so that one thread sends and
// another receives without taking lines from each other except for what they pass on.
#ifndef INPROC_QUEUE_H
#define INPROC_QUEUE_H

#include "inproc_lock.h"

#define INPROC_LINE 64

// Begins each block of slots.
struct inproc_block {
  // The block that was filled after this one.
  struct inproc_block *_Nullable next;
  // Behind its last slot.
  char *_Nonnull end;
};

struct inproc_queue {
  // The senders' end, under its lock.
  struct inproc_lock send_lock;
  // The first free slot, and the end of its block.
  char *_Nullable tail_slot;
  char *_Nullable tail_end;
  struct inproc_block *_Nullable tail_block;
  // What `head` was when it was last looked at.
  intptr_t head_seen;
  // The block that was filled first.
  struct inproc_block *_Nullable first_block;
  // Nothing more is taken.
  bool refuses;

  // Swift has no types aligned to lines: what lies between the groups keeps them apart.
  char apart_1[INPROC_LINE];

  // How many messages were sent. Atomic.
  intptr_t tail;

  char apart_2[INPROC_LINE];

  // The receivers' end, under its lock.
  struct inproc_lock receive_lock;
  // The oldest message, and the end of its block.
  char *_Nullable head_slot;
  char *_Nullable head_end;
  struct inproc_block *_Nullable head_block;
  // What `tail` was when it was last looked at.
  intptr_t tail_seen;
  // The most messages that were there at the end of a block, since memory was last given back.
  intptr_t highest_backlog;
  // Somebody waits to learn of each message that is taken.
  bool receives_are_told;

  char apart_3[INPROC_LINE];

  // How many messages were taken. Atomic.
  intptr_t head;

  char apart_4[INPROC_LINE];

  // Someone stands in line at that end. Atomic; changes under the channel's lock only.
  uint32_t receivers_wait;
  uint32_t senders_wait;
  // How often in a row pausing was in vain, at either end. Atomic.
  uint32_t receive_misses;
  uint32_t send_misses;
  // And how often waiting for more than one was.
  uint32_t receive_gathering_misses;
  uint32_t send_gathering_misses;
  // An empty block, to be filled again. Atomic.
  struct inproc_block *_Nullable spare;
};

static inline intptr_t inproc_load(const intptr_t *_Nonnull place) {
  return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

static inline void inproc_store(intptr_t *_Nonnull place, intptr_t value) {
  __atomic_store_n(place, value, __ATOMIC_RELEASE);
}

static inline bool inproc_flag(const uint32_t *_Nonnull flag) {
  return __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
}

static inline void inproc_set_flag(uint32_t *_Nonnull flag, bool value) {
  __atomic_store_n(flag, value, __ATOMIC_RELAXED);
}

// Whether to pause for another core: not where that was in vain four times in a row, as it is where
// all share one core, but for a try now and then.
static inline bool inproc_should_pause(uint32_t *_Nonnull misses) {
  uint32_t count = __atomic_load_n(misses, __ATOMIC_RELAXED);
  __atomic_store_n(misses, count + 1, __ATOMIC_RELAXED);
  return count < 4 || count % 64 == 0;
}

static inline void inproc_pause_helped(uint32_t *_Nonnull misses) {
  __atomic_store_n(misses, 0, __ATOMIC_RELAXED);
}

// Takes the spare block out, or puts one in and takes the former out.
static inline struct inproc_block *_Nullable inproc_exchange_spare(
    struct inproc_queue *_Nonnull queue, struct inproc_block *_Nullable block) {
  if (!block && !__atomic_load_n(&queue->spare, __ATOMIC_RELAXED)) return block;
  return __atomic_exchange_n(&queue->spare, block, __ATOMIC_ACQ_REL);
}

#endif
