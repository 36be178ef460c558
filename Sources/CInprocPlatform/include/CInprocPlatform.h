// What the package asks of the system and of Swift's runtime: waiting on a word of memory, threads,
// cores, clocks, memory, files, the process's arguments. What differs between kernels is here and
// nowhere else.
#ifndef CINPROCPLATFORM_H
#define CINPROCPLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inproc_arguments.h"
#include "inproc_files.h"
#include "inproc_task.h"

// Sleeps while *word == expected. Returns false where the time ran out; true for everything else,
// spurious returns included. A negative timeout waits without limit.
bool inproc_wait_on(uint32_t *_Nonnull word, uint32_t expected, int64_t timeout_nanoseconds);

// Wakes one sleeper on that word.
void inproc_wake_one(uint32_t *_Nonnull word);

// Tells the core that this thread looks at a word again and again.
static inline void inproc_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield" ::: "memory");
#endif
}

// Lets another thread of this core run, unless that took so long lately that the machine seems to be
// busy with other work. Returns false, at once, where it is not worth trying: then the caller sleeps.
bool inproc_yield(void);

// Asks the allocator to give memory that is not used back to the system. Takes up to milliseconds.
void inproc_give_back_memory(void);

// How many bytes of memory the process holds (its resident set), or -1 where that is not known. Takes
// one or two microseconds.
int64_t inproc_resident_bytes(void);

// How many bytes of memory the machine has, or -1 where that is not known.
int64_t inproc_machine_bytes(void);

// Nanoseconds of a clock that never runs backwards.
int64_t inproc_nanoseconds(void);

#if defined(__linux__)
// The nanoseconds that Swift's ContinuousClock counts, without the way through its runtime, which
// takes as long as the reading.
int64_t inproc_continuous_nanoseconds(void);
#endif

// Starts a detached thread that debuggers see under that name (cut to what the kernel keeps) and
// that takes no signals. Returns 0 or an errno value.
int inproc_start_thread(
    const char *_Nonnull name, size_t stack_size, void (*_Nonnull body)(void *_Nullable),
    void *_Nullable context);

// Renames the calling thread.
void inproc_name_thread(const char *_Nonnull name);

// The calling thread's name, as debuggers show it; empty where it has none.
void inproc_thread_name(char *_Nonnull name, size_t size);

// A number that no other living thread has.
uintptr_t inproc_thread_identity(void);

// Binds the calling thread, and all that it will start, to the core it runs on now. Returns false
// where the kernel refuses.
bool inproc_stay_on_this_core(void);

// The same for the index-th of the cores it may run on, counted round and round.
bool inproc_stay_on_core(unsigned index);

// What the calling thread has stored with inproc_set_thread_value, or NULL. The destructor that the
// value was stored with runs when the thread ends.
void *_Nullable inproc_thread_value(void);
void inproc_set_thread_value(
    void *_Nullable value, void (*_Nullable destructor)(void *_Nullable));

// The block of memory from which the calling thread makes small frames: the Swift object that owns
// it, how many bytes are used, and how many references of the object are not given out.
struct inproc_slab {
  void *_Nullable object;
  intptr_t used;
  uint32_t references;
};

// The calling thread's slab. Its object is NULL before the first one.
#if defined(__ELF__)
extern _Thread_local struct inproc_slab inproc_thread_slab __attribute__((tls_model("initial-exec")));
static inline struct inproc_slab *_Nonnull inproc_current_slab(void) { return &inproc_thread_slab; }
#else
struct inproc_slab *_Nonnull inproc_current_slab(void);
#endif

// Gives back the thread's slab, and takes another. `give_back` is called with the references that
// are left: now for the old one, and for the new one when it is replaced or the thread ends.
void inproc_replace_slab(
    void *_Nullable object, uint32_t references,
    void (*_Nullable give_back)(void *_Nullable, uint32_t));

// The Swift runtime's counting of several references at once.
void *_Nullable swift_retain_n(void *_Nullable object, uint32_t count);
// For an object that no other thread knows yet.
void *_Nullable swift_nonatomic_retain(void *_Nullable object);
void swift_release_n(void *_Nullable object, uint32_t count);

#endif
