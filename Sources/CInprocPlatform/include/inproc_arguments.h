#ifndef INPROC_ARGUMENTS_H
#define INPROC_ARGUMENTS_H

// The arguments of the program. Swift's runtime looks for them in /proc/self/maps, and has none
// where that can't be read.

// How many there are, the program's name among them; -1 where this C library does not tell.
int inproc_argument_count(void);

// One of them, or NULL where there is none of that number. It lives as long as the process.
const char *_Nullable inproc_argument(int index);

#endif
