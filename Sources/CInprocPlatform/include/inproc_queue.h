// What the two ends of a queue keep, in cache lines apart, so that one thread sends and
// another receives without taking lines from each other except for what they pass on.
#ifndef INPROC_QUEUE_H
#define INPROC_QUEUE_H

#include <stddef.h>

#include "inproc_exchange.h"
#include "inproc_lock.h"

#define INPROC_LINE 64

// No message is taken any more.
#define INPROC_REFUSES 1u
// A virtual scheduler is told of each operation.
#define INPROC_IS_SCHEDULED 2u
// Somebody waits to learn of each message that is received.
#define INPROC_IS_TOLD 4u

// Senders look whether receivers should run after each so many messages. A power of 2.
#define INPROC_STINT 4096

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
  // The count of sent messages up to which there is room, as far as was seen.
  intptr_t tail_limit;
  // Why no message is taken on the fast path: INPROC_REFUSES, INPROC_IS_SCHEDULED, or 0.
  uint32_t send_gate;
  // Bytes of a slot.
  uint32_t slot_size;
  struct inproc_block *_Nullable tail_block;
  // The block that was filled first.
  struct inproc_block *_Nullable first_block;
  // How often in a row pausing was in vain, waiting for more than one was, and letting receivers run
  // was. Atomic.
  uint32_t send_misses;
  uint32_t send_gathering_misses;
  uint32_t send_yielding_misses;
  // How many messages had been taken when senders last looked whether receivers run. Atomic.
  intptr_t head_looked_at;
  // A sender that looks for room.
  struct inproc_exchange offer;

  // Swift has no types aligned to lines, so what lies between the groups keeps them apart; the whole
  // begins at a line.
  char apart_1[56];

  // How many messages were sent. Atomic.
  intptr_t tail;
  // Someone stands in line to receive and was not told to look. Atomic; changes under the channel's
  // lock only. It is here because a sender has this line anyway.
  uint32_t receivers_wait;

  char apart_2[INPROC_LINE - 12];

  // The receivers' end, under its lock.
  struct inproc_lock receive_lock;
  // The oldest message, and the end of its block.
  char *_Nullable head_slot;
  char *_Nullable head_end;
  // What `tail` was when it was last looked at. Atomic: pollers read it without the lock.
  intptr_t tail_seen;
  // Why no message is given on the fast path: INPROC_IS_TOLD, INPROC_IS_SCHEDULED, or 0.
  uint32_t receive_gate;
  // `slot_size`, in a line that receivers have.
  uint32_t taken_size;
  struct inproc_block *_Nullable head_block;
  // The most messages that were there at the end of a block, since memory was last given back.
  intptr_t highest_backlog;
  // As at the other end. Atomic.
  uint32_t receive_misses;
  uint32_t receive_gathering_misses;
  // A receiver that looks for a message.
  struct inproc_exchange request;

  char apart_3[8];

  // How many messages were taken. Atomic.
  intptr_t head;
  // As `receivers_wait`.
  uint32_t senders_wait;

  char apart_4[INPROC_LINE - 12];

  // Nothing can come any more. Atomic; never taken back.
  uint32_t is_finished;
  // An empty block, to be filled again. Atomic.
  struct inproc_block *_Nullable spare;
};

_Static_assert(
    offsetof(struct inproc_queue, tail) % INPROC_LINE == 0 &&
        offsetof(struct inproc_queue, receive_lock) % INPROC_LINE == 0 &&
        offsetof(struct inproc_queue, head) % INPROC_LINE == 0 &&
        offsetof(struct inproc_queue, is_finished) % INPROC_LINE == 0,
    "a group begins in another's line");

// What keeps a queue from ending: twice the number of its connections, and 1 more where further ones
// can come. Atomic, and one word, so that reaching 0, from where nothing leads back, is one step.
struct inproc_ties {
  intptr_t word;
};

// Begins to fetch what will be written.
static inline void inproc_prefetch(const void *_Nonnull place) { __builtin_prefetch(place, 1); }

// Where it is known not to be 0.
static inline void inproc_connect(struct inproc_ties *_Nonnull ties) {
  __atomic_fetch_add(&ties->word, 2, __ATOMIC_SEQ_CST);
}

// Returns false where it is 0.
static inline bool inproc_connect_if_open(struct inproc_ties *_Nonnull ties) {
  intptr_t word = __atomic_load_n(&ties->word, __ATOMIC_SEQ_CST);
  while (word != 0) {
    if (__atomic_compare_exchange_n(
            &ties->word, &word, word + 2, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      return true;
    }
  }
  return false;
}

// Returns whether it is 0 now.
static inline bool inproc_disconnect(struct inproc_ties *_Nonnull ties) {
  return __atomic_sub_fetch(&ties->word, 2, __ATOMIC_SEQ_CST) == 0;
}

// No further connections can come. Returns whether it is 0 now.
static inline bool inproc_end_binding(struct inproc_ties *_Nonnull ties) {
  return __atomic_and_fetch(&ties->word, ~(intptr_t)1, __ATOMIC_SEQ_CST) == 0;
}

static inline bool inproc_has_ended(const struct inproc_ties *_Nonnull ties) {
  return __atomic_load_n(&ties->word, __ATOMIC_SEQ_CST) == 0;
}

static inline bool inproc_can_connect(const struct inproc_ties *_Nonnull ties) {
  return __atomic_load_n(&ties->word, __ATOMIC_SEQ_CST) & 1;
}

static inline intptr_t inproc_connections(const struct inproc_ties *_Nonnull ties) {
  return __atomic_load_n(&ties->word, __ATOMIC_SEQ_CST) >> 1;
}

static inline intptr_t inproc_load(const intptr_t *_Nonnull place) {
  return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

static inline void inproc_store(intptr_t *_Nonnull place, intptr_t value) {
  __atomic_store_n(place, value, __ATOMIC_RELEASE);
}

static inline bool inproc_flag(const uint32_t *_Nonnull flag) {
  return __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
}

// Whether a receive would not have to wait, but at a rendezvous. Looks at the senders' count, whose
// line they write to, only where all that was seen there was taken.
static inline bool inproc_is_readable(const struct inproc_queue *_Nonnull queue) {
  // In this order: the head never overtakes what was seen.
  intptr_t head = inproc_load(&queue->head);
  return inproc_load(&queue->tail_seen) != head || inproc_load(&queue->tail) != head ||
         inproc_flag(&queue->is_finished);
}

static inline void inproc_set_flag(uint32_t *_Nonnull flag, bool value) {
  __atomic_store_n(flag, value, __ATOMIC_RELAXED);
}

// Whether to try what was in vain before: not after four times in a row, but for once in `rarity`.
static inline bool inproc_should_try(uint32_t *_Nonnull misses, uint32_t rarity) {
  uint32_t count = __atomic_load_n(misses, __ATOMIC_RELAXED);
  __atomic_store_n(misses, count + 1, __ATOMIC_RELAXED);
  return count < 4 || count % rarity == 0;
}

// Whether to pause for another core, which is in vain where all share one core.
static inline bool inproc_should_pause(uint32_t *_Nonnull misses) {
  return inproc_should_try(misses, 64);
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

// A slot at one end of the queue, and the lock of that end, held; or no slot, and nothing held.
struct inproc_opening {
  char *_Nullable slot;
  uint32_t *_Nullable held;
};

// Opens the senders' end where a message can go in without further ado.
INPROC_INLINE struct inproc_opening inproc_open_send(struct inproc_queue *_Nonnull queue) {
  struct inproc_opening opening = {0};
  uint32_t *held = inproc_lock(&queue->send_lock);
  char *slot = queue->tail_slot;
  if (__builtin_expect(
          queue->send_gate == 0 && slot != queue->tail_end && queue->tail < queue->tail_limit,
          true)) {
    opening.slot = slot;
    opening.held = held;
    return opening;
  }
  inproc_unlock(&queue->send_lock, held);
  return opening;
}

// Closes it: the slot is filled. Returns whether something is left to be done: someone in line is to
// be told, or receivers should run.
INPROC_INLINE bool inproc_close_send(
    struct inproc_queue *_Nonnull queue, struct inproc_opening opening) {
  uint32_t *held = opening.held;
  queue->tail_slot = opening.slot + queue->slot_size;
  intptr_t sent = queue->tail + 1;
  inproc_store(&queue->tail, sent);
  inproc_unlock(&queue->send_lock, held);
  return __builtin_expect(
      inproc_flag(&queue->receivers_wait) || (sent & (INPROC_STINT - 1)) == 0, false);
}

// Opens the receivers' end where a message is there and can be taken without further ado.
INPROC_INLINE struct inproc_opening inproc_open_receive(struct inproc_queue *_Nonnull queue) {
  struct inproc_opening opening = {0};
  uint32_t *held = inproc_lock(&queue->receive_lock);
  char *slot = queue->head_slot;
  if (__builtin_expect(queue->head == queue->tail_seen, false)) {
    inproc_store(&queue->tail_seen, inproc_load(&queue->tail));
  }
  if (__builtin_expect(
          queue->receive_gate == 0 && slot != queue->head_end && queue->head != queue->tail_seen,
          true)) {
    opening.slot = slot;
    opening.held = held;
    return opening;
  }
  inproc_unlock(&queue->receive_lock, held);
  return opening;
}

// Closes it: the slot is empty. Returns whether someone in line is to be told.
INPROC_INLINE bool inproc_close_receive(
    struct inproc_queue *_Nonnull queue, struct inproc_opening opening) {
  queue->head_slot = opening.slot + queue->taken_size;
  inproc_store(&queue->head, queue->head + 1);
  inproc_unlock(&queue->receive_lock, opening.held);
  return __builtin_expect(inproc_flag(&queue->senders_wait), false);
}

#endif
