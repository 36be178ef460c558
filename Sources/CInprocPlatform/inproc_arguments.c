#include "inproc_arguments.h"

#include <stdlib.h>

#if defined(__GLIBC__)

static int count = -1;
static char **values;

// The GNU C library hands the arguments of the program to its constructors.
__attribute__((constructor)) static void keep_arguments(int argument_count, char **arguments) {
  count = argument_count;
  values = arguments;
}

int inproc_argument_count(void) { return count; }

const char *inproc_argument(int index) {
  return index >= 0 && index < count ? values[index] : NULL;
}

#else

int inproc_argument_count(void) { return -1; }

const char *inproc_argument(int index) {
  (void)index;
  return NULL;
}

#endif
