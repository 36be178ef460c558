// An object that is counted in place of an array that comes in message after message.
//
// All messages that show one array have its one count of references, and where they are sent from one
// core and released on another the cache line of that count goes to and fro for each of them. So the
// receiving end of a queue puts an object of its own in the array's place, one that keeps the array
// and that senders never touch. The object's references are counted ahead, many at once, and those of
// the array that came with the messages are kept, and given back many at once.
#ifndef INPROC_PROXY_H
#define INPROC_PROXY_H

#include <stdbool.h>
#include <stdint.h>

#include "inproc_lock.h"

// Bytes of a slot that holds a message and nothing else. The first eight of a message that shows an
// array refer to that, and the last one says so.
#define INPROC_SLOT 16

struct inproc_proxy {
  void *_Nonnull array;
  // One reference is its own.
  void *_Nonnull object;
  // References of the object that no message has yet, and of the array that no message has any more.
  uint32_t credit;
  uint32_t debt;
  // How many messages in a row showed something else, and how many of them the same other array.
  uint32_t misses;
  uint32_t streak;
  void *_Nullable candidate;
  // What the last byte of a slot says for either.
  uint8_t array_tag;
  uint8_t object_tag;
};

// Puts the object in the array's place. Returns false where the message shows something else, or the
// credit is used up.
INPROC_INLINE bool inproc_substitute(
    struct inproc_proxy *_Nonnull proxy, void *_Nonnull slot) {
  void **object = (void **)slot;
  uint8_t *tag = (uint8_t *)slot + INPROC_SLOT - 1;
  if (*object != proxy->array || *tag != proxy->array_tag || proxy->credit == 0) {
    return false;
  }
  *object = proxy->object;
  *tag = proxy->object_tag;
  proxy->credit--;
  proxy->debt++;
  proxy->misses = 0;
  return true;
}

#endif
