// Changes of the two ends: first those under the lock of an end, then the fast path of the lock's owner,
// which is inlined into its callers.
#ifndef INPROC_FAST_PATH_H
#define INPROC_FAST_PATH_H

#include "inproc_queue.h"

// MARK: Under the lock of its end

// Computes where the fast path ends: `count` slots after `slot`, but not beyond the end of the block.
static inline char *_Nullable inproc_fast_end(
    char *_Nullable slot, char *_Nullable end, intptr_t count, uint32_t size, uint32_t mask) {
  // `count` is negative after a full queue has dropped its oldest message for a new one.
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

// Counts a message that was put into the first free slot.
static inline void inproc_put(struct inproc_queue *_Nonnull queue) {
  bool is_beyond = queue->tail_slot == queue->tail_fast_end;
  queue->tail_slot += queue->slot_size;
  inproc_count(&queue->tail);
  if (is_beyond) inproc_update_tail_fast_end(queue);
}

// Counts the oldest message as received; it was moved out of its slot.
static inline void inproc_took(struct inproc_queue *_Nonnull queue) {
  bool is_beyond = queue->head_slot == queue->head_fast_end;
  queue->head_slot += queue->taken_size;
  inproc_count(&queue->head);
  if (is_beyond) inproc_update_head_fast_end(queue);
}

// Continues the senders' end, or the receivers', in another block.
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

// Adds reasons to the fast-path mask; at the receivers' end, also removes them.
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

// MARK: The fast path

// A slot that is reserved on the fast path. If `is_open`, the thread has entered the lock of that end as
// its owner, and uses the slot and commits. If not, or if the slot is not used, it calls inproc_abandon.
struct inproc_reservation {
  bool is_open;
  void *_Nonnull slot;
  struct inproc_thread *_Nonnull thread;
};

// Leaves the lock that the thread may have entered.
static inline void inproc_abandon(uint32_t kind) { inproc_leave(inproc_self(), kind); }

// Reserves the first free slot. Fast path: taken if the thread owns the biased lock, the block has a free
// slot, and nobody observes.
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

// Commits a filled slot. Returns whether waiters have to be notified.
INPROC_INLINE bool inproc_commit_send(
    struct inproc_queue *_Nonnull queue, struct inproc_reservation reservation) {
  queue->tail_slot = (char *)reservation.slot + INPROC_SLOT;
  inproc_count(&queue->tail);
  inproc_leave(reservation.thread, INPROC_SENDERS);
  return __builtin_expect(inproc_flag(&queue->receivers_wait), false);
}

// Reserves the slot of the oldest message, under the same conditions.
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

// The same at an end that has an array proxy, which it puts into the message. Takes a little longer. If
// the reservation is not open, the thread has left the lock.
INPROC_INLINE struct inproc_reservation inproc_reserve_proxied(struct inproc_queue *_Nonnull queue) {
  struct inproc_reservation reservation = {false, queue, inproc_self()};
  if (inproc_enter(&queue->receive_lock, reservation.thread, INPROC_RECEIVERS) &&
      queue->receive_mask == INPROC_HAS_PROXY) {
    char *slot = queue->head_slot;
    if (slot != queue->head_end && queue->head != queue->tail_seen &&
        !inproc_flag(queue->receive_observed) && queue->proxy &&
        inproc_substitute(queue->proxy, slot)) {
      // The fast path stays disabled.
      queue->head_fast_end = slot + INPROC_SLOT;
      reservation.is_open = true;
      reservation.slot = slot;
      return reservation;
    }
  }
  inproc_leave(reservation.thread, INPROC_RECEIVERS);
  return reservation;
}

// Commits an emptied slot. Returns whether waiters have to be notified.
INPROC_INLINE bool inproc_commit_receive(
    struct inproc_queue *_Nonnull queue, struct inproc_reservation reservation) {
  queue->head_slot = (char *)reservation.slot + INPROC_SLOT;
  inproc_count(&queue->head);
  inproc_leave(reservation.thread, INPROC_RECEIVERS);
  return __builtin_expect(inproc_flag(&queue->senders_wait), false);
}

#endif
