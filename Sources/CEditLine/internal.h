#ifndef CEDITLINE_INTERNAL_H
#define CEDITLINE_INTERNAL_H

#include "CEditLine.h"
#include <histedit.h>
#include <termios.h>

struct cel {
  EditLine *el;
  HistoryW *history;
  void *owner;
  cel_next_function next;
  cel_command_function command;
  wchar_t *prompt;
  int prompt_width;
  /* The rows where continuation prompts were painted last. */
  int *painted;
  int painted_count;
};

#endif
