#include "inproc_exchange.h"

#include "CInprocPlatform.h"

bool inproc_exchange_leave(struct inproc_exchange *exchange) {
  for (int round = 0; !inproc_exchange_replace(exchange, INPROC_PUBLISHED, INPROC_VOID); round++) {
    uint32_t state = inproc_exchange_state(exchange);
    if (state == INPROC_DONE) return true;
    if (state == INPROC_VOID) return false;
    // A move takes some nanoseconds, unless its thread was stopped: then sleep a little.
    if (round < 40) {
      inproc_pause();
    } else {
      inproc_wait_on(&exchange->state, INPROC_MOVING, 50000);
    }
  }
  return false;
}
