// Those parts of the message queue that Swift code inlines, or whose layout in memory matters: the two
// ends and their slots, the biased lock of each end, and the hand-off slots, through which a sender and
// a receiver exchange a message without the queue. The Swift side is `MessageQueue`.
#ifndef CINPROCCORE_H
#define CINPROCCORE_H

#include "inproc_fast_path.h"
#include "inproc_handoff.h"
#include "inproc_links.h"
#include "inproc_lock.h"
#include "inproc_proxy.h"
#include "inproc_queue.h"
#include "inproc_release.h"

#endif
