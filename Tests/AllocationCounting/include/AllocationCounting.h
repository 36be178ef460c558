// Counts the calls of malloc on each thread, so that tests can say what costs none.
#ifndef ALLOCATION_COUNTING_H
#define ALLOCATION_COUNTING_H

#include <stdbool.h>
#include <stddef.h>

// Whether this process counts. It does not under a sanitizer, which brings its own allocator, nor
// where the C library is not glibc.
bool counts_allocations(void);

// How often the calling thread has called malloc.
size_t allocations_so_far(void);

#endif
