#include "inproc_handoff.h"

#include "CInprocPlatform.h"

bool inproc_handoff_withdraw(struct inproc_handoff *handoff) {
  for (int round = 0; !inproc_handoff_replace(handoff, INPROC_PUBLISHED, INPROC_CANCELLED); round++) {
    uint32_t state = inproc_handoff_state(handoff);
    if (state == INPROC_DONE) return true;
    if (state == INPROC_CANCELLED) return false;
    // Moving a message takes some nanoseconds, unless the thread that moves it was preempted: then
    // sleep a little.
    if (round < 40) {
      inproc_pause();
    } else {
      inproc_wait_on(&handoff->state, INPROC_MOVING, 50000);
    }
  }
  return false;
}
