#include "inproc_release.h"

#include <stddef.h>

static _Thread_local void *deferred_releases;

void *inproc_deferred_releases(void) { return deferred_releases; }
void inproc_set_deferred_releases(void *releases) { deferred_releases = releases; }
