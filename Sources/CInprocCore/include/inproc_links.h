#ifndef INPROC_LINKS_H
#define INPROC_LINKS_H

#include <stdbool.h>
#include <stdint.h>

// What keeps a queue open, packed into one atomic word: connections × 2, plus bit 0 while the endpoint is
// bound. So the queue ends in one step, when the word becomes 0, and it never leaves 0. While it is not 0
// it owns one reference to the queue, so that neither connections nor the binding count any; the thread
// that brings it to 0 gets that reference.
struct inproc_links {
  intptr_t word;
};

// Counts a connection. The word must not be 0.
static inline void inproc_connect(struct inproc_links *_Nonnull links) {
  __atomic_fetch_add(&links->word, 2, __ATOMIC_SEQ_CST);
}

// Counts a connection, unless the word is 0. Returns whether it did.
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

// Ends a connection. Returns whether the word became 0.
static inline bool inproc_disconnect(struct inproc_links *_Nonnull links) {
  return __atomic_sub_fetch(&links->word, 2, __ATOMIC_SEQ_CST) == 0;
}

// Ends the binding: no further connections can be made. Returns whether the word became 0.
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

#endif
