#ifndef CEDITLINE_INTERNAL_H
#define CEDITLINE_INTERNAL_H

#include "CEditLine.h"
#include <histedit.h>
#include <stdio.h>
#include <termios.h>

struct cel {
  EditLine *el;
  HistoryW *history;
  void *owner;
  cel_next_function next;
  cel_command_function command;
  /* Where libedit's own drawing goes. */
  FILE *sink;
  int bell;
  /* While capturing: what libedit says, such as what a key is bound to. */
  int capturing;
  size_t captured;
  char capture[256];
};

/* A stream that takes everything and shows nothing. */
FILE *cel_open_sink(cel *editor);

#endif
