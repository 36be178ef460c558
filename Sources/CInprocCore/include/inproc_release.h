// The release of messages that the calling thread is in the middle of, if any: a `DeferredReleases`.
#ifndef INPROC_RELEASE_H
#define INPROC_RELEASE_H

void *_Nullable inproc_deferred_releases(void);
void inproc_set_deferred_releases(void *_Nullable releases);

#endif
