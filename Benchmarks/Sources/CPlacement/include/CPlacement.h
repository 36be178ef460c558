// Calls of the C library that Swift can't name portably: placement, memory, CPU time.
#ifndef CPLACEMENT_H
#define CPLACEMENT_H

#include <stdbool.h>
#include <stddef.h>

// Keeps the calling thread, and those it will start, on a core. Negative: changes nothing. Returns
// false where the kernel refuses.
bool placement_pin(int core);

// The cores that this process may use, in order; at most `capacity` of them. Returns how many.
int placement_cores(int *cores, int capacity);

// Bytes that are allocated now.
size_t placement_allocated(void);

// The CPU time of this process, in seconds.
double placement_cpu_seconds(void);

// The CPU time of this process and of its children that have ended, in seconds.
double placement_family_cpu_seconds(void);

#endif
