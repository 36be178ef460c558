#define _GNU_SOURCE
#include "internal.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

static const struct {
  int number;
  unsigned bit;
} handled[] = {
    {SIGINT, CEL_INTERRUPT}, {SIGTERM, CEL_TERMINATE}, {SIGHUP, CEL_HANGUP},
    {SIGTSTP, CEL_STOP},     {SIGCONT, CEL_CONTINUE},  {SIGWINCH, CEL_RESIZED},
};
enum { handled_count = sizeof handled / sizeof handled[0] };

static struct sigaction previous[handled_count];
static int installed;
static atomic_uint pending;
static atomic_int editing_post = -1, relay_post = -1;

cel_event cel_event_make(void) {
#ifdef __linux__
  int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return (cel_event){descriptor, descriptor};
#else
  int ends[2];
  if (pipe(ends) < 0)
    return (cel_event){-1, -1};
  for (int i = 0; i < 2; i++) {
    fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    fcntl(ends[i], F_SETFL, O_NONBLOCK);
  }
  return (cel_event){ends[0], ends[1]};
#endif
}

static void post(int descriptor) {
  /* eventfd wants eight bytes; a full pipe is a posted event already. */
  uint64_t one = 1;
  ssize_t ignored = write(descriptor, &one, sizeof one);
  (void)ignored;
}

void cel_event_post(cel_event event) { post(event.post); }

void cel_event_take(cel_event event) {
  char bytes[512];
#ifdef __linux__
  ssize_t ignored = read(event.wait, bytes, sizeof bytes);
  (void)ignored;
#else
  while (read(event.wait, bytes, sizeof bytes) > 0)
    ;
#endif
}

static void note(int number) {
  int saved = errno;
  for (int i = 0; i < handled_count; i++)
    if (handled[i].number == number)
      atomic_fetch_or(&pending, handled[i].bit);
  if (number == SIGTERM || number == SIGHUP)
    cel_note_end(number);
  post(atomic_load(&editing_post));
  post(atomic_load(&relay_post));
  errno = saved;
}

static sigset_t handled_signals(void) {
  sigset_t signals;
  sigemptyset(&signals);
  for (int i = 0; i < handled_count; i++)
    sigaddset(&signals, handled[i].number);
  return signals;
}

/* SA_RESTART spares the system calls of every other thread. The editing
 * thread does not depend on EINTR: it polls its event descriptor. */
void cel_signals_install(cel_event editing, cel_event relay) {
  atomic_store(&editing_post, editing.post);
  atomic_store(&relay_post, relay.post);
  if (installed)
    return;
  installed = 1;
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < handled_count; i++)
    sigaction(handled[i].number, &action, &previous[i]);
  cel_endings_install();
}

void cel_signals_block(int blocks) {
  sigset_t signals = handled_signals();
  pthread_sigmask(blocks ? SIG_BLOCK : SIG_UNBLOCK, &signals, NULL);
}

void cel_signals_restore(void) {
  if (!installed)
    return;
  installed = 0;
  for (int i = 0; i < handled_count; i++)
    sigaction(handled[i].number, &previous[i], NULL);
  cel_endings_restore();
}

unsigned cel_signals_pending(void) {
  return atomic_load_explicit(&pending, memory_order_relaxed);
}

unsigned cel_signals_take(unsigned mask) {
  return atomic_fetch_and(&pending, ~mask) & mask;
}

/* The terminal's modes before the process was stopped, where they are not set
 * again so far. */
static struct termios stopped_modes;
static int modes_are_due;

void cel_resume_modes(void) {
  /* The modes of a shell that has put us into the background are its own. */
  if (!modes_are_due || !cel_is_in_foreground())
    return;
  modes_are_due = 0;
  tcsetattr(STDIN_FILENO, TCSADRAIN, &stopped_modes);
}

void cel_stop_process(void) {
  if (tcgetattr(STDIN_FILENO, &stopped_modes) == 0)
    modes_are_due = 1;
  cel_restore_terminal();
  struct sigaction standard = {.sa_handler = SIG_DFL}, ours;
  sigemptyset(&standard.sa_mask);
  sigaction(SIGTSTP, &standard, &ours);
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &set, &old);
  raise(SIGTSTP);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  sigaction(SIGTSTP, &ours, NULL);
  cel_resume_modes();
}

int cel_start_thread(void *(*body)(void *), void *argument) {
  sigset_t all, old;
  sigfillset(&all);
  cel_unblock_crashes(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  pthread_t thread;
  int error = pthread_create(&thread, NULL, body, argument);
  if (error == 0)
    pthread_detach(thread);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  return error;
}

int cel_wait(int input, cel_event event, int milliseconds) {
  struct pollfd ready[2] = {{input, POLLIN, 0}, {event.wait, POLLIN, 0}};
  if (poll(ready, 2, milliseconds) < 0)
    return 0;
  return (ready[0].revents ? 1 : 0) | (ready[1].revents ? 2 : 0);
}

int cel_has_input(int descriptor) {
  struct pollfd ready = {descriptor, POLLIN, 0};
  return poll(&ready, 1, 0) > 0;
}

int cel_is_in_foreground(void) {
  /* Without job control nobody has it. */
  pid_t group = tcgetpgrp(STDIN_FILENO);
  return group < 0 || group == getpgrp();
}

size_t cel_read_bytes(int descriptor, void *buffer, size_t capacity) {
  ssize_t count;
  while ((count = read(descriptor, buffer, capacity)) < 0 && errno == EINTR)
    ;
  return count > 0 ? (size_t)count : 0;
}

void cel_drop_input(void) { tcflush(STDIN_FILENO, TCIFLUSH); }

int cel_close_file(int descriptor) { return close(descriptor); }

int cel_lock_file(int descriptor, int milliseconds) {
  const struct timespec pause = {0, 5000000};
  for (int waited = 0;; waited += 5) {
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
      return 0;
    if (errno != EWOULDBLOCK && errno != EINTR)
      return -1;
    if (waited >= milliseconds)
      return 1;
    nanosleep(&pause, NULL);
  }
}

int cel_open_file(const char *path, int flags, int mode) {
  return open(path, flags, mode);
}
