// The queue that messages pass through, as far as it has to be inlined into the Swift code around it or
// to lie in memory as it says: the two ends and their slots, the biased lock of each end, the places
// where a sender and a receiver meet without the queue. The Swift side is `MessageQueue`.
#ifndef CINPROCCORE_H
#define CINPROCCORE_H

#include "inproc_handoff.h"
#include "inproc_lock.h"
#include "inproc_queue.h"
#include "inproc_proxy.h"

#endif
