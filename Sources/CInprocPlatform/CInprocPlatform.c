#define _GNU_SOURCE
#include "CInprocPlatform.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

bool inproc_wait_on(uint32_t *word, uint32_t expected, int64_t timeout_nanoseconds) {
  struct timespec time;
  struct timespec *limit = NULL;
  if (timeout_nanoseconds >= 0) {
    time.tv_sec = timeout_nanoseconds / 1000000000;
    time.tv_nsec = timeout_nanoseconds % 1000000000;
    limit = &time;
  }
  long result = syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, limit, NULL, 0);
  return !(result == -1 && errno == ETIMEDOUT);
}

int64_t inproc_continuous_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void inproc_wake_one(uint32_t *word) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void inproc_name_thread(const char *name) {
  char cut[16];
  strncpy(cut, name, sizeof cut - 1);
  cut[sizeof cut - 1] = 0;
  pthread_setname_np(pthread_self(), cut);
}

bool inproc_stay_on_this_core(void) {
  int core = sched_getcpu();
  if (core < 0) return false;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

bool inproc_stay_on_core(unsigned index) {
  cpu_set_t allowed, set;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return false;
  int count = CPU_COUNT(&allowed);
  if (count == 0) return false;
  int left = (int)(index % (unsigned)count);
  for (int core = 0; core < CPU_SETSIZE; core++) {
    if (!CPU_ISSET(core, &allowed) || left-- > 0) continue;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0;
  }
  return false;
}

#elif defined(__APPLE__)
// Written against the documentation; not yet run.
#include <os/os_sync_wait_on_address.h>

bool inproc_wait_on(uint32_t *word, uint32_t expected, int64_t timeout_nanoseconds) {
  if (timeout_nanoseconds < 0) {
    os_sync_wait_on_address(word, expected, sizeof *word, OS_SYNC_WAIT_ON_ADDRESS_NONE);
    return true;
  }
  if (timeout_nanoseconds == 0) return false;
  int result = os_sync_wait_on_address_with_timeout(
      word, expected, sizeof *word, OS_SYNC_WAIT_ON_ADDRESS_NONE, OS_CLOCK_MACH_ABSOLUTE_TIME,
      (uint64_t)timeout_nanoseconds);
  return !(result == -1 && errno == ETIMEDOUT);
}

void inproc_wake_one(uint32_t *word) {
  os_sync_wake_by_address_any(word, sizeof *word, OS_SYNC_WAKE_BY_ADDRESS_NONE);
}

void inproc_name_thread(const char *name) { pthread_setname_np(name); }

bool inproc_stay_on_this_core(void) { return false; }
bool inproc_stay_on_core(unsigned index) {
  (void)index;
  return false;
}
#else
#error "This kernel needs its own way of waiting on an address."
#endif

uintptr_t inproc_thread_identity(void) {
  static _Thread_local char place;
  return (uintptr_t)&place;
}

void inproc_thread_name(char *name, size_t size) {
  if (pthread_getname_np(pthread_self(), name, size) != 0) *name = 0;
}

#if defined(__GLIBC__)
#include <malloc.h>
void inproc_give_back_memory(void) { malloc_trim(0); }
#else
void inproc_give_back_memory(void) {}
#endif

int64_t inproc_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct start {
  void (*body)(void *);
  void *context;
  char name[64];
};

static void *run(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  inproc_name_thread(start.name);
  start.body(start.context);
  return NULL;
}

int inproc_start_thread(
    const char *name, size_t stack_size, void (*body)(void *), void *context) {
  struct start *start = malloc(sizeof *start);
  if (!start) return ENOMEM;
  start->body = body;
  start->context = context;
  strncpy(start->name, name, sizeof start->name - 1);
  start->name[sizeof start->name - 1] = 0;

  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error) {
    free(start);
    return error;
  }
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_size);
  // Signals belong to the main thread: a new thread inherits the mask of the one that starts it.
  // But those of a crash: blocked, they would end the process without any handler, and a terminal
  // would stay as the prompt has set it.
  sigset_t all, before;
  sigfillset(&all);
  const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
  for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) sigdelset(&all, crashes[i]);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  error = pthread_create(&thread, &attributes, run, start);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (error) free(start);
  return error;
}

// One key with a destructor that the value itself brings.
struct slot {
  void *value;
  void (*destructor)(void *);
};
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void destroy(void *argument) {
  struct slot *slot = argument;
  if (slot->destructor) slot->destructor(slot->value);
  free(slot);
}

static void make_key(void) { pthread_key_create(&key, destroy); }

void *inproc_thread_value(void) {
  pthread_once(&once, make_key);
  struct slot *slot = pthread_getspecific(key);
  return slot ? slot->value : NULL;
}

void inproc_set_thread_value(void *value, void (*destructor)(void *)) {
  pthread_once(&once, make_key);
  struct slot *slot = malloc(sizeof *slot);
  if (!slot) abort();
  slot->value = value;
  slot->destructor = destructor;
  pthread_setspecific(key, slot);
}

_Thread_local struct inproc_slab inproc_thread_slab;
#if !defined(__ELF__)
struct inproc_slab *inproc_current_slab(void) { return &inproc_thread_slab; }
#endif

static pthread_key_t slab_key;
static pthread_once_t slab_once = PTHREAD_ONCE_INIT;
static _Thread_local void (*slab_give_back)(void *, uint32_t);

// A destructor of another key may make frames after this one: then it runs again.
static void end_slab(void *unused) {
  (void)unused;
  inproc_replace_slab(NULL, 0, NULL);
}

static void make_slab_key(void) { pthread_key_create(&slab_key, end_slab); }

void inproc_replace_slab(
    void *object, uint32_t references, void (*give_back)(void *, uint32_t)) {
  pthread_once(&slab_once, make_slab_key);
  struct inproc_slab old = inproc_thread_slab;
  void (*give_back_old)(void *, uint32_t) = slab_give_back;
  inproc_thread_slab = (struct inproc_slab){object, 0, references};
  slab_give_back = give_back;
  pthread_setspecific(slab_key, object);
  if (old.object) give_back_old(old.object, old.references);
}
