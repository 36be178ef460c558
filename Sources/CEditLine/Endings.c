#define _GNU_SOURCE
#include "internal.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The terminal is given back however the process ends: normally, by a signal
 * that ends it, in a crash, or where the terminal takes no output. What runs in
 * a signal handler here calls async-signal-safe functions only. */

static struct termios original;
static atomic_int has_original;
/* What was switched on at the terminal and must be switched off. */
static atomic_int shown_modes;

void cel_save_terminal(void) {
  if (atomic_load(&has_original) || tcgetattr(STDIN_FILENO, &original) != 0)
    return;
  atomic_store(&has_original, 1);
  atexit(cel_restore_terminal);
}

static atomic_int ending_signal;

void cel_restore_terminal(void) {
  if (!atomic_load(&has_original))
    return;
  /* To wait for output that the terminal does not take could last for good. */
  tcsetattr(STDIN_FILENO, atomic_load(&ending_signal) ? TCSANOW : TCSADRAIN, &original);
}

void cel_note_mode(int mode, int is_on) {
  if (is_on)
    atomic_fetch_or(&shown_modes, mode);
  else
    atomic_fetch_and(&shown_modes, ~mode);
}

/* Everything at once, without waiting for anything. */
static void give_terminal_back(void) {
  int saved = errno;
  /* The terminal is not ours while we are in the background. */
  if (!atomic_load(&has_original) || !cel_is_in_foreground())
    return;
  int modes = atomic_exchange(&shown_modes, 0);
  char text[64] = "";
  if (modes & CEL_SCREEN_MODE)
    strcat(text, "\033[0m\033[?7h\033[?25h\033[?1049l");
  if (modes & CEL_PASTE_MODE)
    strcat(text, "\033[0m\033[?2004l\r\n");
  struct pollfd ready = {STDOUT_FILENO, POLLOUT, 0};
  if (*text && poll(&ready, 1, 0) == 1 && ready.revents & POLLOUT) {
    ssize_t ignored = write(STDOUT_FILENO, text, strlen(text));
    (void)ignored;
  }
  tcsetattr(STDIN_FILENO, TCSANOW, &original);
  errno = saved;
}

/* Signals that end the process: those of crashes go on to who handled them
 * before, such as Swift's backtracer. That would take SIGQUIT for a crash, too:
 * Ctrl-\ ends the program as it ends others. */
static const int fatal[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS,  SIGFPE, SIGSEGV,
                            SIGSYS,  SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGVTALRM};
enum { fatal_count = sizeof fatal / sizeof fatal[0] };
static struct sigaction fatal_before[fatal_count];
static struct sigaction file_size_before;

static void end_by(int number) {
  give_terminal_back();
  struct sigaction next = {.sa_handler = SIG_DFL};
  sigemptyset(&next.sa_mask);
  for (int i = 0; i < fatal_count; i++)
    if (fatal[i] == number && number != SIGQUIT)
      next = fatal_before[i];
  sigaction(number, &next, NULL);
  /* It is blocked here, and comes once this handler has returned. */
  raise(number);
}

void cel_endings_install(void) {
  struct sigaction action = {.sa_handler = end_by, .sa_flags = SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGTTOU);
  for (int i = 0; i < fatal_count; i++) {
    sigaction(fatal[i], &action, &fatal_before[i]);
    if (fatal_before[i].sa_handler == SIG_IGN)
      sigaction(fatal[i], &fatal_before[i], NULL);
  }
  /* A history that has reached a limit on its size is an error, not an end. */
  struct sigaction ignored = {.sa_handler = SIG_IGN};
  sigaction(SIGXFSZ, &ignored, &file_size_before);
}

void cel_endings_restore(void) {
  /* Ctrl-\ stays what it is elsewhere. */
  for (int i = 0; i < fatal_count; i++)
    if (fatal[i] != SIGQUIT)
      sigaction(fatal[i], &fatal_before[i], NULL);
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigaction(SIGQUIT, &standard, NULL);
  sigaction(SIGXFSZ, &file_size_before, NULL);
}

void cel_unblock_crashes(sigset_t *set) {
  static const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
  for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
    sigdelset(set, crashes[i]);
}

/* A terminal that takes no output: a call that writes to it does not come back.
 * Such calls are counted when they begin and when they end. */
static atomic_int under_way;
static atomic_uint ended;

void cel_output_begins(void) { atomic_fetch_add(&under_way, 1); }
void cel_output_ends(void) {
  atomic_fetch_add(&ended, 1);
  atomic_fetch_sub(&under_way, 1);
}

void cel_note_end(int number) { atomic_store(&ending_signal, number); }
int cel_is_ending(void) { return atomic_load(&ending_signal) != 0; }

void cel_end_if_stuck(void) {
  static unsigned seen;
  static int rounds;
  int number = atomic_load(&ending_signal);
  unsigned now = atomic_load(&ended);
  if (!number || atomic_load(&under_way) == 0 || now != seen) {
    seen = now;
    rounds = 0;
    return;
  }
  if (++rounds < 6)
    return;
  give_terminal_back();
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigaction(number, &standard, NULL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  pthread_sigmask(SIG_UNBLOCK, &only, NULL);
  kill(getpid(), number);
}

void cel_quit(void) { kill(getpid(), SIGQUIT); }
