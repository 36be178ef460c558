// The two ends of a queue. They lie in separate cache lines, so that a sender and a receiver on two
// cores share no line but those of the messages and of the two counts.
#ifndef INPROC_QUEUE_H
#define INPROC_QUEUE_H

#include <stddef.h>

#include "inproc_handoff.h"
#include "inproc_lock.h"
#include "inproc_proxy.h"

#define INPROC_CACHE_LINE 64

// Reasons that disable the fast path at an end of the queue (a bit mask): the queue is closed to
// senders,
#define INPROC_REFUSES 1u
// a virtual scheduler has to see each operation,
#define INPROC_IS_SCHEDULED 2u
// each receive has to be announced, because a call waits until messages have been received,
#define INPROC_ANNOUNCES 4u
// slots hold more than a message (its origin),
#define INPROC_IS_WIDE 8u
// the receiving end has an array proxy.
#define INPROC_HAS_PROXY 16u

// The most slots of a block.
#define INPROC_BLOCK_SLOTS 254

// The yield quantum: after this many messages senders check whether to yield to receivers.
#define INPROC_YIELD_QUANTUM 8192

// The header of a block of slots.
struct inproc_block {
  // The block that was filled after this one.
  struct inproc_block *_Nullable next;
  // The end of its last slot.
  char *_Nonnull end;
};

// Numbers the messages that pass one end of a queue while someone observes. Protected by the lock of
// that end; at a rendezvous by the channel's.
struct inproc_tally {
  // The period of observation that it counts in; 0 before the first.
  uint32_t epoch;
  // The number of messages that have passed, minus the number of the last one.
  intptr_t offset;
  // The highest number that a message got.
  intptr_t highest;

  char padding[INPROC_CACHE_LINE - 3 * sizeof(intptr_t)];
};

struct inproc_tallies {
  struct inproc_tally send;
  struct inproc_tally receive;
};

struct inproc_queue {
  // The senders' end, under its lock.
  struct inproc_lock send_lock;
  // The first free slot, and where the fast path ends: the slots from the one to the other are free, and
  // the queue's limit allows them.
  char *_Nullable tail_slot;
  char *_Nullable tail_fast_end;
  // Points to a word that is 0 while nobody observes. Atomic.
  const uint32_t *_Nullable send_observed;
  // The end of the block.
  char *_Nullable tail_end;
  // The value of `tail` up to which there is room, by the value of `head` that was read last.
  intptr_t tail_limit;
  // The value of `tail` at which the yield quantum is over.
  intptr_t quantum_end;
  // The fast-path mask: the reasons why the fast path is disabled, or 0.
  uint32_t send_mask;
  // The bytes of a slot.
  uint32_t slot_size;
  struct inproc_block *_Nullable tail_block;
  // The first block that was ever filled.
  struct inproc_block *_Nullable first_block;
  // Consecutive failures of spinning, of waiting for a batch, and of yielding to receivers. Atomic.
  uint32_t send_failed_spins;
  uint32_t send_failed_batches;
  uint32_t failed_yields;
  // The value of `head` when a sender last checked whether receivers run. Atomic.
  intptr_t head_at_last_yield;
  // Where a spinning sender publishes its message.
  struct inproc_handoff send_handoff;

  // Swift has no types aligned to cache lines, so padding separates the groups, and the whole struct is
  // placed at the beginning of a line.
  char padding_1[16];

  // The number of messages that were ever sent. Atomic.
  intptr_t tail;
  // Whether a queued receiver has not been notified. Atomic; written under the channel's lock only. It
  // is here because a sender owns this line anyway.
  uint32_t receivers_wait;

  char padding_2[INPROC_CACHE_LINE - 12];

  // The receivers' end, under its lock.
  struct inproc_lock receive_lock;
  // The oldest message, and where the fast path ends: the slots from the one to the other hold messages.
  char *_Nullable head_slot;
  char *_Nullable head_fast_end;
  // As at the other end.
  const uint32_t *_Nullable receive_observed;
  // The end of the block.
  char *_Nullable head_end;
  // The value of `tail` that was read last. Atomic: pollers read it without the lock.
  intptr_t tail_seen;
  // The fast-path mask. Atomic: whether there is an array proxy is read without the lock.
  uint32_t receive_mask;
  // A copy of `slot_size` in a line that receivers own.
  uint32_t taken_size;
  struct inproc_block *_Nullable head_block;
  // The most messages that were queued at the end of a block, since memory was last given back.
  intptr_t highest_backlog;
  // Consecutive failures of spinning, and of waiting for a batch. Atomic.
  uint32_t receive_failed_spins;
  uint32_t receive_failed_batches;
  // Where a spinning receiver publishes that it wants a message.
  struct inproc_handoff receive_handoff;
  // The array proxy; NULL until there first was one.
  struct inproc_proxy *_Nullable proxy;
  // The value of `tail` at the end of the last block, and at the ends of how many blocks in a row it had
  // grown.
  intptr_t tail_before;
  uint32_t growths;

  char padding_3[16];

  // The number of messages that were ever received. Atomic.
  intptr_t head;
  // Whether a queued sender has not been notified. Atomic; written under the channel's lock only.
  uint32_t senders_wait;

  char padding_4[INPROC_CACHE_LINE - 12];

  // Whether no message can be sent any more. Atomic; it never becomes false again.
  uint32_t is_finished;
  // An empty block that is kept to be filled again. Atomic.
  struct inproc_block *_Nullable spare;
  // The queue's `ObservedQueue`; set once, under the locks of both ends.
  const void *_Nullable observed_queue;
};

_Static_assert(
    offsetof(struct inproc_queue, tail) % INPROC_CACHE_LINE == 0 &&
        offsetof(struct inproc_queue, receive_lock) % INPROC_CACHE_LINE == 0 &&
        offsetof(struct inproc_queue, head) % INPROC_CACHE_LINE == 0 &&
        offsetof(struct inproc_queue, is_finished) % INPROC_CACHE_LINE == 0 &&
        offsetof(struct inproc_queue, tail_fast_end) + sizeof(void *) <= INPROC_CACHE_LINE,
    "a group shares a cache line with another");

// Prefetches memory that will be written.
static inline void inproc_prefetch(const void *_Nonnull address) { __builtin_prefetch(address, 1); }

static inline intptr_t inproc_load(const intptr_t *_Nonnull address) {
  return __atomic_load_n(address, __ATOMIC_ACQUIRE);
}

static inline void inproc_store(intptr_t *_Nonnull address, intptr_t value) {
  __atomic_store_n(address, value, __ATOMIC_RELEASE);
}

// Adds 1. Only one thread at a time may do so.
static inline void inproc_count(intptr_t *_Nonnull address) {
  inproc_store(address, __atomic_load_n(address, __ATOMIC_RELAXED) + 1);
}

static inline bool inproc_flag(const uint32_t *_Nonnull flag) {
  return __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
}

// Whether a message is queued. Reads `tail`, whose cache line senders write to, only if all messages
// have been received that were seen there before.
static inline bool inproc_holds_any(const struct inproc_queue *_Nonnull queue) {
  // In this order: `head` never exceeds `tail_seen`.
  intptr_t head = inproc_load(&queue->head);
  return inproc_load(&queue->tail_seen) != head || inproc_load(&queue->tail) != head;
}

// Whether a receive would not have to wait. Not for a rendezvous.
static inline bool inproc_is_readable(const struct inproc_queue *_Nonnull queue) {
  return inproc_holds_any(queue) || inproc_flag(&queue->is_finished);
}

// Whether the receiving end has an array proxy.
static inline bool inproc_has_proxy(const struct inproc_queue *_Nonnull queue) {
  return __atomic_load_n(&queue->receive_mask, __ATOMIC_RELAXED) & INPROC_HAS_PROXY;
}

static inline void inproc_set_flag(uint32_t *_Nonnull flag, bool value) {
  __atomic_store_n(flag, value, __ATOMIC_RELAXED);
}

// Adaptive back-off: after 4 consecutive failures, allows one attempt in `rarity`. Counts the attempt as
// a failure until inproc_backoff_reset.
static inline bool inproc_backoff_allows(uint32_t *_Nonnull failures, uint32_t rarity) {
  uint32_t count = __atomic_load_n(failures, __ATOMIC_RELAXED);
  __atomic_store_n(failures, count + 1, __ATOMIC_RELAXED);
  return count < 4 || count % rarity == 0;
}

static inline void inproc_backoff_reset(uint32_t *_Nonnull failures) {
  __atomic_store_n(failures, 0, __ATOMIC_RELAXED);
}

// A free list of blocks of INPROC_BLOCK_SLOTS narrow slots that all queues share: after a burst the next
// one finds its blocks in the cache, and the allocator is not called for each.
//
// Returns false if the caller has to free the block.
bool inproc_keep_block(struct inproc_block *_Nonnull block);
// Returns NULL if there is none.
struct inproc_block *_Nullable inproc_kept_block(void);

// Exchanges the spare block for another one, or for NULL. Returns the former.
static inline struct inproc_block *_Nullable inproc_exchange_spare(
    struct inproc_queue *_Nonnull queue, struct inproc_block *_Nullable block) {
  if (!block && !__atomic_load_n(&queue->spare, __ATOMIC_RELAXED)) return block;
  return __atomic_exchange_n(&queue->spare, block, __ATOMIC_ACQ_REL);
}

#endif
