// What the two ends of a queue keep, in cache lines apart, so that one thread sends and
// another receives without taking lines from each other except for what they pass on.
#ifndef INPROC_QUEUE_H
#define INPROC_QUEUE_H

#include <stddef.h>

#include "inproc_handoff.h"
#include "inproc_lock.h"
#include "inproc_proxy.h"

#define INPROC_CACHE_LINE 64

// Why the short way leads nowhere at an end of a queue: no message is taken any more,
#define INPROC_REFUSES 1u
// a virtual scheduler is told of each operation,
#define INPROC_IS_SCHEDULED 2u
// somebody waits to learn of each message that is received,
#define INPROC_ANNOUNCES 4u
// slots hold more than a message,
#define INPROC_IS_WIDE 8u
// an object stands in for an array.
#define INPROC_HAS_PROXY 16u

// Slots of a block, at most.
#define INPROC_BLOCK_SLOTS 254

// Senders look whether receivers should run after each so many messages.
#define INPROC_YIELD_QUANTUM 8192

// Begins each block of slots.
struct inproc_block {
  // The block that was filled after this one.
  struct inproc_block *_Nullable next;
  // Behind its last slot.
  char *_Nonnull end;
};

// How the messages that pass one end of a queue are numbered while someone observes. Under the lock of
// that end; at a rendezvous under the channel's.
struct inproc_tally {
  // During which time of being observed it counts; 0 before the first.
  uint32_t epoch;
  // What the count of messages that passed exceeds the last one's number by.
  intptr_t offset;
  // The highest number that was given.
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
  // The first free slot, and where the short way ends: all slots before that are free and have room.
  char *_Nullable tail_slot;
  char *_Nullable tail_fast_end;
  // 0 where nobody observes. Atomic.
  const uint32_t *_Nullable send_observed;
  // The end of the block.
  char *_Nullable tail_end;
  // The count of sent messages up to which there is room, as far as was seen.
  intptr_t tail_limit;
  // The count at which senders look again whether receivers should run.
  intptr_t quantum_end;
  // Why the short way leads nowhere, or 0.
  uint32_t send_mask;
  // Bytes of a slot.
  uint32_t slot_size;
  struct inproc_block *_Nullable tail_block;
  // The block that was filled first.
  struct inproc_block *_Nullable first_block;
  // How often in a row pausing was in vain, waiting for more than one was, and letting receivers run
  // was. Atomic.
  uint32_t send_failed_spins;
  uint32_t send_failed_batches;
  uint32_t failed_yields;
  // How many messages had been taken when senders last looked whether receivers run. Atomic.
  intptr_t head_at_last_yield;
  // A sender that looks for room.
  struct inproc_handoff send_handoff;

  // Swift has no types aligned to lines, so what lies between the groups keeps them apart; the whole
  // begins at a line.
  char padding_1[16];

  // How many messages were sent. Atomic.
  intptr_t tail;
  // Someone stands in line to receive and was not told to look. Atomic; changes under the channel's
  // lock only. It is here because a sender has this line anyway.
  uint32_t receivers_wait;

  char padding_2[INPROC_CACHE_LINE - 12];

  // The receivers' end, under its lock.
  struct inproc_lock receive_lock;
  // The oldest message, and where the short way ends: messages are in all slots before that.
  char *_Nullable head_slot;
  char *_Nullable head_fast_end;
  // As at the other end.
  const uint32_t *_Nullable receive_observed;
  // The end of the block.
  char *_Nullable head_end;
  // What `tail` was when it was last looked at. Atomic: pollers read it without the lock.
  intptr_t tail_seen;
  // Why the short way leads nowhere, or 0. Atomic: whether an object stands in is asked without the
  // lock.
  uint32_t receive_mask;
  // `slot_size`, in a line that receivers have.
  uint32_t taken_size;
  struct inproc_block *_Nullable head_block;
  // The most messages that were there at the end of a block, since memory was last given back.
  intptr_t highest_backlog;
  // As at the other end. Atomic.
  uint32_t receive_failed_spins;
  uint32_t receive_failed_batches;
  // A receiver that looks for a message.
  struct inproc_handoff receive_handoff;
  // NULL until one first stood in.
  struct inproc_proxy *_Nullable proxy;
  // What `tail` was at the end of the last block, and at the ends of how many in a row it had grown.
  intptr_t tail_before;
  uint32_t growths;

  char padding_3[16];

  // How many messages were taken. Atomic.
  intptr_t head;
  // As `receivers_wait`.
  uint32_t senders_wait;

  char padding_4[INPROC_CACHE_LINE - 12];

  // Nothing can come any more. Atomic; never taken back.
  uint32_t is_finished;
  // An empty block, to be filled again. Atomic.
  struct inproc_block *_Nullable spare;
  // What observers know of this queue; set once, under the locks of both ends.
  const void *_Nullable observed_queue;
};

_Static_assert(
    offsetof(struct inproc_queue, tail) % INPROC_CACHE_LINE == 0 &&
        offsetof(struct inproc_queue, receive_lock) % INPROC_CACHE_LINE == 0 &&
        offsetof(struct inproc_queue, head) % INPROC_CACHE_LINE == 0 &&
        offsetof(struct inproc_queue, is_finished) % INPROC_CACHE_LINE == 0 &&
        offsetof(struct inproc_queue, tail_fast_end) + sizeof(void *) <= INPROC_CACHE_LINE,
    "a group begins in another's line");

// What keeps a queue from ending: twice the number of its connections, and 1 more where further ones
// can come. Atomic, and one word, so that reaching 0, from where nothing leads back, is one step.
// While it is not 0 it holds a reference to the queue, which neither a connection nor a binding needs
// to count; whoever brings it to 0 has that reference.
struct inproc_links {
  intptr_t word;
};

// Begins to fetch what will be written.
static inline void inproc_prefetch(const void *_Nonnull address) { __builtin_prefetch(address, 1); }

// Where it is known not to be 0.
static inline void inproc_connect(struct inproc_links *_Nonnull links) {
  __atomic_fetch_add(&links->word, 2, __ATOMIC_SEQ_CST);
}

// Returns false where it is 0.
static inline bool inproc_connect_if_open(struct inproc_links *_Nonnull links) {
  intptr_t word = __atomic_load_n(&links->word, __ATOMIC_SEQ_CST);
  while (word != 0) {
    if (__atomic_compare_exchange_n(
            &links->word, &word, word + 2, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      return true;
    }
  }
  return false;
}

// Returns whether that brought it to 0.
static inline bool inproc_disconnect(struct inproc_links *_Nonnull links) {
  return __atomic_sub_fetch(&links->word, 2, __ATOMIC_SEQ_CST) == 0;
}

// No further connections can come. Returns whether that brought it to 0.
static inline bool inproc_end_binding(struct inproc_links *_Nonnull links) {
  return __atomic_fetch_and(&links->word, ~(intptr_t)1, __ATOMIC_SEQ_CST) == 1;
}

static inline bool inproc_has_ended(const struct inproc_links *_Nonnull links) {
  return __atomic_load_n(&links->word, __ATOMIC_SEQ_CST) == 0;
}

static inline bool inproc_can_connect(const struct inproc_links *_Nonnull links) {
  return __atomic_load_n(&links->word, __ATOMIC_SEQ_CST) & 1;
}

static inline intptr_t inproc_connections(const struct inproc_links *_Nonnull links) {
  return __atomic_load_n(&links->word, __ATOMIC_SEQ_CST) >> 1;
}

static inline intptr_t inproc_load(const intptr_t *_Nonnull address) {
  return __atomic_load_n(address, __ATOMIC_ACQUIRE);
}

static inline void inproc_store(intptr_t *_Nonnull address, intptr_t value) {
  __atomic_store_n(address, value, __ATOMIC_RELEASE);
}

// Counts one more; only one thread at a time does.
static inline void inproc_count(intptr_t *_Nonnull address) {
  inproc_store(address, __atomic_load_n(address, __ATOMIC_RELAXED) + 1);
}

static inline bool inproc_flag(const uint32_t *_Nonnull flag) {
  return __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
}

// Whether a message is there. Looks at the senders' count, whose line they write to, only where all
// that was seen there was taken.
static inline bool inproc_holds_any(const struct inproc_queue *_Nonnull queue) {
  // In this order: the head never overtakes what was seen.
  intptr_t head = inproc_load(&queue->head);
  return inproc_load(&queue->tail_seen) != head || inproc_load(&queue->tail) != head;
}

// Whether a receive would not have to wait, but at a rendezvous.
static inline bool inproc_is_readable(const struct inproc_queue *_Nonnull queue) {
  return inproc_holds_any(queue) || inproc_flag(&queue->is_finished);
}

// Whether an object stands in for an array.
static inline bool inproc_has_proxy(const struct inproc_queue *_Nonnull queue) {
  return __atomic_load_n(&queue->receive_mask, __ATOMIC_RELAXED) & INPROC_HAS_PROXY;
}

static inline void inproc_set_flag(uint32_t *_Nonnull flag, bool value) {
  __atomic_store_n(flag, value, __ATOMIC_RELAXED);
}

// Whether to try what was in vain before: not after four times in a row, but for once in `rarity`.
static inline bool inproc_backoff_allows(uint32_t *_Nonnull failures, uint32_t rarity) {
  uint32_t count = __atomic_load_n(failures, __ATOMIC_RELAXED);
  __atomic_store_n(failures, count + 1, __ATOMIC_RELAXED);
  return count < 4 || count % rarity == 0;
}

static inline void inproc_backoff_reset(uint32_t *_Nonnull failures) {
  __atomic_store_n(failures, 0, __ATOMIC_RELAXED);
}

// Blocks of INPROC_BLOCK_SLOTS narrow slots that all queues share: what a burst has filled, the next one
// finds in the cache, and the allocator is not asked for each.
//
// Returns false where the caller has to free it.
bool inproc_keep_block(struct inproc_block *_Nonnull block);
// Returns NULL where there is none.
struct inproc_block *_Nullable inproc_kept_block(void);

// Takes the spare block out, or puts one in and takes the former out.
static inline struct inproc_block *_Nullable inproc_exchange_spare(
    struct inproc_queue *_Nonnull queue, struct inproc_block *_Nullable block) {
  if (!block && !__atomic_load_n(&queue->spare, __ATOMIC_RELAXED)) return block;
  return __atomic_exchange_n(&queue->spare, block, __ATOMIC_ACQ_REL);
}

// MARK: Under the lock of its end

// Where the short way ends, after anything was changed that it depends on: `count` slots can be
// passed from `slot` on, but not beyond the end of the block.
static inline char *_Nullable inproc_fast_end(
    char *_Nullable slot, char *_Nullable end, intptr_t count, uint32_t size, uint32_t mask) {
  // Fewer than none, where the oldest of a full queue gave way for one that was put in.
  if (mask || !slot || count <= 0) return slot;
  if (count >= INPROC_BLOCK_SLOTS) return end;
  char *stop = slot + count * (intptr_t)size;
  return stop < end ? stop : end;
}

static inline void inproc_update_tail_fast_end(struct inproc_queue *_Nonnull queue) {
  queue->tail_fast_end = inproc_fast_end(
      queue->tail_slot, queue->tail_end, queue->tail_limit - queue->tail, queue->slot_size,
      queue->send_mask);
}

static inline void inproc_update_head_fast_end(struct inproc_queue *_Nonnull queue) {
  queue->head_fast_end = inproc_fast_end(
      queue->head_slot, queue->head_end, queue->tail_seen - queue->head, queue->taken_size,
      queue->receive_mask);
}

// A message was put into the first free slot.
static inline void inproc_put(struct inproc_queue *_Nonnull queue) {
  bool is_beyond = queue->tail_slot == queue->tail_fast_end;
  queue->tail_slot += queue->slot_size;
  inproc_count(&queue->tail);
  if (is_beyond) inproc_update_tail_fast_end(queue);
}

// The oldest message was moved out of its slot.
static inline void inproc_took(struct inproc_queue *_Nonnull queue) {
  bool is_beyond = queue->head_slot == queue->head_fast_end;
  queue->head_slot += queue->taken_size;
  inproc_count(&queue->head);
  if (is_beyond) inproc_update_head_fast_end(queue);
}

// The end goes on in that block.
static inline void inproc_fill(
    struct inproc_queue *_Nonnull queue, struct inproc_block *_Nonnull block) {
  queue->tail_block = block;
  queue->tail_slot = (char *)(block + 1);
  queue->tail_end = block->end;
  inproc_update_tail_fast_end(queue);
}

static inline void inproc_drain(
    struct inproc_queue *_Nonnull queue, struct inproc_block *_Nonnull block) {
  queue->head_block = block;
  queue->head_slot = (char *)(block + 1);
  queue->head_end = block->end;
  inproc_update_head_fast_end(queue);
}

// Adds and takes away reasons why the short way leads nowhere.
static inline void inproc_mask_senders(struct inproc_queue *_Nonnull queue, uint32_t reasons) {
  queue->send_mask |= reasons;
  inproc_update_tail_fast_end(queue);
}

static inline void inproc_mask_receivers(
    struct inproc_queue *_Nonnull queue, uint32_t reasons, bool are) {
  uint32_t mask = are ? queue->receive_mask | reasons : queue->receive_mask & ~reasons;
  __atomic_store_n(&queue->receive_mask, mask, __ATOMIC_RELAXED);
  inproc_update_head_fast_end(queue);
}

// MARK: The short way

// Whether the short way leads on: then the thread has entered the lock of that end as its owner, and
// the slot is the next one. Where it does not, or is not taken, inproc_abandon is next.
struct inproc_reservation {
  bool is_open;
  void *_Nonnull slot;
  struct inproc_thread *_Nonnull thread;
};

// Leaves what the thread may have entered.
static inline void inproc_abandon(uint32_t kind) { inproc_leave(inproc_self(), kind); }

// Opens the senders' end where a message can go in without further ado.
INPROC_INLINE struct inproc_reservation inproc_reserve_send(struct inproc_queue *_Nonnull queue) {
  struct inproc_reservation reservation = {false, queue, inproc_self()};
  if (inproc_enter(&queue->send_lock, reservation.thread, INPROC_SENDERS)) {
    char *slot = queue->tail_slot;
    if (__builtin_expect(slot != queue->tail_fast_end && !inproc_flag(queue->send_observed), true)) {
      reservation.is_open = true;
      reservation.slot = slot;
      return reservation;
    }
  }
  return reservation;
}

// Closes it: the slot is filled. Returns whether someone in line is to be told.
INPROC_INLINE bool inproc_commit_send(
    struct inproc_queue *_Nonnull queue, struct inproc_reservation reservation) {
  queue->tail_slot = (char *)reservation.slot + INPROC_SLOT;
  inproc_count(&queue->tail);
  inproc_leave(reservation.thread, INPROC_SENDERS);
  return __builtin_expect(inproc_flag(&queue->receivers_wait), false);
}

// Opens the receivers' end where a message is there and can be taken without further ado.
INPROC_INLINE struct inproc_reservation inproc_reserve_receive(struct inproc_queue *_Nonnull queue) {
  struct inproc_reservation reservation = {false, queue, inproc_self()};
  if (inproc_enter(&queue->receive_lock, reservation.thread, INPROC_RECEIVERS)) {
    char *slot = queue->head_slot;
    if (__builtin_expect(slot != queue->head_fast_end && !inproc_flag(queue->receive_observed), true)) {
      reservation.is_open = true;
      reservation.slot = slot;
      return reservation;
    }
  }
  return reservation;
}

// The same where an object stands in for an array, which it does in that slot now: a little longer.
// Where it does not lead on, the thread has left.
INPROC_INLINE struct inproc_reservation inproc_reserve_proxied(struct inproc_queue *_Nonnull queue) {
  struct inproc_reservation reservation = {false, queue, inproc_self()};
  if (inproc_enter(&queue->receive_lock, reservation.thread, INPROC_RECEIVERS) &&
      queue->receive_mask == INPROC_HAS_PROXY) {
    char *slot = queue->head_slot;
    if (slot != queue->head_end && queue->head != queue->tail_seen &&
        !inproc_flag(queue->receive_observed) && queue->proxy &&
        inproc_substitute(queue->proxy, slot)) {
      // The short way stays closed.
      queue->head_fast_end = slot + INPROC_SLOT;
      reservation.is_open = true;
      reservation.slot = slot;
      return reservation;
    }
  }
  inproc_leave(reservation.thread, INPROC_RECEIVERS);
  return reservation;
}

// Closes it: the slot is empty. Returns whether someone in line is to be told.
INPROC_INLINE bool inproc_commit_receive(
    struct inproc_queue *_Nonnull queue, struct inproc_reservation reservation) {
  queue->head_slot = (char *)reservation.slot + INPROC_SLOT;
  inproc_count(&queue->head);
  inproc_leave(reservation.thread, INPROC_RECEIVERS);
  return __builtin_expect(inproc_flag(&queue->senders_wait), false);
}

#endif
