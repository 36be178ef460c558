// An array proxy: an object whose references are counted instead of those of an array that arrives in
// message after message.
//
// All messages that refer to one array share its reference count. Where they are sent on one core and
// released on another, the cache line of that count moves between the cores for each message. So the
// receiving end of a queue replaces the array in a message by a proxy, which keeps the array alive and
// which senders never touch. References of the proxy are added in advance, many at once; references of
// the array, which came with the messages, are collected and released many at once.
#ifndef INPROC_PROXY_H
#define INPROC_PROXY_H

#include <stdbool.h>
#include <stdint.h>

#include "inproc_lock.h"

// The bytes of a slot that holds a message and nothing else. If the message refers to an array, the
// first eight bytes are that reference, and the last byte is a tag that says so.
#define INPROC_SLOT 16

struct inproc_proxy {
  void *_Nonnull array;
  // The proxy; this struct holds one reference to it.
  void *_Nonnull object;
  // References of the proxy that no message has yet, and of the array that no message has any more.
  uint32_t credit;
  uint32_t debt;
  // How many messages in a row did not refer to the array, and how many of them referred to the same
  // other one, the candidate.
  uint32_t misses;
  uint32_t streak;
  void *_Nullable candidate;
  // The tag of a message that refers to an array, and to a proxy.
  uint8_t array_tag;
  uint8_t object_tag;
};

// Replaces the array in a message by the proxy. Returns false if the message does not refer to the
// array, or the credit is used up.
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
