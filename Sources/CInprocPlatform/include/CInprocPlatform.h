// The few calls that differ between kernels: waiting on a word of memory, starting a named thread,
// binding a thread to one core. Everything else in the package is portable Swift.
#ifndef CINPROCPLATFORM_H
#define CINPROCPLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Sleeps while *word == expected. Returns false where the time ran out; true for everything else,
// spurious returns included. A negative timeout waits without limit.
bool inproc_wait_on(uint32_t *word, uint32_t expected, int64_t timeout_nanoseconds);

// Wakes one sleeper on that word.
void inproc_wake_one(uint32_t *word);

// Tells the core that this thread looks at a word again and again.
static inline void inproc_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield" ::: "memory");
#endif
}

// Lets another thread of this core run.
void inproc_yield(void);

// Starts a detached thread that debuggers see under that name (cut to what the kernel keeps) and
// that takes no signals. Returns 0 or an errno value.
int inproc_start_thread(
    const char *name, size_t stack_size, void (*body)(void *), void *context);

// Renames the calling thread.
void inproc_name_thread(const char *name);

// A number that no other living thread has.
uintptr_t inproc_thread_identity(void);

// Binds the calling thread, and all that it will start, to the core it runs on now. Returns false
// where the kernel refuses.
bool inproc_stay_on_this_core(void);

// What the calling thread has stored with inproc_set_thread_value, or NULL. The destructor that the
// value was stored with runs when the thread ends.
void *inproc_thread_value(void);
void inproc_set_thread_value(void *value, void (*destructor)(void *));

#endif
