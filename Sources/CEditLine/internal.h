#ifndef CEDITLINE_INTERNAL_H
#define CEDITLINE_INTERNAL_H

#include "CEditLine.h"
#include <histedit.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>

struct cel {
  EditLine *el;
  HistoryW *history;
  void *owner;
  cel_next_function next;
  cel_run_function run;
  /* Where libedit's own drawing goes. */
  FILE *sink;
  int bell;
  /* While capturing: what libedit says, such as what a key is bound to. */
  int capturing;
  size_t captured;
  char capture[256];
};

/* Remembers the modes that the terminal has before the first editor. */
void cel_save_terminal(void);
/* Signals that end the process give the terminal back first. */
void cel_endings_install(void);
void cel_endings_restore(void);
/* Takes the signals of crashes out of a set that is going to be blocked: a
 * crash whose signal is blocked ends the process without any handler. */
void cel_unblock_crashes(sigset_t *set);
/* Around every call that can wait for the terminal to take output. */
void cel_output_begins(void);
void cel_output_ends(void);
/* SIGTERM or SIGHUP has come. */
void cel_note_end(int number);

/* A stream that takes everything and shows nothing. */
FILE *cel_open_sink(cel *editor);

#endif
