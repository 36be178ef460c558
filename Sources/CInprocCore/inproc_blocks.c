#include "inproc_queue.h"

// The most blocks that are kept: 256 KiB. A yield quantum fills half of them.
enum { most_kept = 64 };

static struct inproc_block *kept;
static uint32_t kept_count;
static uint32_t is_taken;

// Never waits: a thread that finds the list taken uses the allocator.
static bool try_enter(void) { return __atomic_exchange_n(&is_taken, 1, __ATOMIC_ACQUIRE) == 0; }
static void leave(void) { __atomic_store_n(&is_taken, 0, __ATOMIC_RELEASE); }

bool inproc_keep_block(struct inproc_block *block) {
  if (!try_enter()) return false;
  bool keeps = kept_count < most_kept;
  if (keeps) {
    block->next = kept;
    kept = block;
    kept_count++;
  }
  leave();
  return keeps;
}

struct inproc_block *inproc_kept_block(void) {
  if (!try_enter()) return NULL;
  struct inproc_block *block = kept;
  if (block) {
    kept = block->next;
    kept_count--;
  }
  leave();
  return block;
}
