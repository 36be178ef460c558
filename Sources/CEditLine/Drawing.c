#define _GNU_SOURCE
#include "internal.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wctype.h>

typedef struct {
  int v, h;               /* where drawing is */
  int cursor_v, cursor_h; /* where libedit leaves the cursor */
  int shift;              /* rows that scrolled out of libedit's picture */
  int columns, rows;
  int *starts; /* rows where continuation lines begin */
  int count, capacity;
} layout;

int cel_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

int cel_is_dumb(void) {
  const char *term = getenv("TERM");
  return !term || !*term || strcmp(term, "dumb") == 0;
}

int cel_write(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written > 0) {
      bytes += written;
      count -= (size_t)written;
    } else if (written < 0 && errno == EAGAIN) {
      struct pollfd ready = {descriptor, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (written < 0 && errno != EINTR)
      return -1;
  }
  return 0;
}

void cel_size(cel *editor, int *columns, int *rows) {
  *columns = *rows = 0;
  el_get(editor->el, EL_GETTC, "co", columns);
  el_get(editor->el, EL_GETTC, "li", rows);
  if (*columns < 2)
    *columns = 80;
  if (*rows < 1)
    *rows = 24;
}

static void next_row(layout *at) {
  at->h = 0;
  if (at->v + 1 >= at->rows)
    at->shift++;
  else
    at->v++;
}

static void put(layout *at, int width) {
  if (at->h + width > at->columns)
    next_row(at);
  at->h += width;
  if (at->h >= at->columns)
    next_row(at);
}

/* The same steps as libedit's re_refresh, re_addc and re_putc. */
static layout measure(cel *editor) {
  layout at = {0};
  cel_size(editor, &at.columns, &at.rows);
  at.cursor_h = -1;
  for (int i = 0; i < editor->prompt_width; i++)
    put(&at, 1);
  int length, cursor;
  const wchar_t *text = cel_buffer(editor, &length, &cursor);
  for (int i = 0; i < length; i++) {
    wchar_t c = text[i];
    if (i == cursor) {
      at.cursor_v = at.v;
      at.cursor_h = at.h;
      int width = wcwidth(c);
      if (width > 1 && at.h + width > at.columns) {
        at.cursor_h = 0;
        at.cursor_v++;
      }
    }
    if (c == L'\t') {
      if (i > 0 && text[i - 1] == L'\n') {
        if (at.count == at.capacity) {
          int capacity = at.capacity ? at.capacity * 2 : 16;
          int *starts = realloc(at.starts, (size_t)capacity * sizeof *starts);
          if (starts) {
            at.starts = starts;
            at.capacity = capacity;
          }
        }
        if (at.count < at.capacity)
          at.starts[at.count++] = at.v + at.shift;
      }
      do
        put(&at, 1);
      while (at.h & 7);
    } else if (c == L'\n')
      next_row(&at);
    else if (c < 0x100 && iswcntrl((wint_t)c)) {
      put(&at, 1);
      put(&at, 1);
    } else if (iswprint((wint_t)c))
      put(&at, wcwidth(c) > 0 ? wcwidth(c) : 0);
    else
      for (int n = c > 0xffff ? 8 : 7; n > 0; n--)
        put(&at, 1);
  }
  if (at.cursor_h < 0) {
    at.cursor_v = at.v;
    at.cursor_h = at.h;
  }
  return at;
}

void cel_resize(cel *editor) { el_resize(editor->el); }

void cel_erase(cel *editor) {
  layout at = measure(editor);
  fflush(stdout);
  if (cel_is_dumb()) {
    /* It cannot go up: blank the row the cursor is in. */
    char *blank = malloc((size_t)at.columns + 2);
    if (blank) {
      memset(blank, ' ', (size_t)at.columns + 1);
      blank[0] = blank[at.columns] = '\r';
      cel_write(STDOUT_FILENO, blank, (size_t)at.columns + 1);
      free(blank);
    }
  } else {
    char sequence[32] = "\r\033[J";
    if (at.cursor_v > 0)
      snprintf(sequence, sizeof sequence, "\033[%dA\r\033[J", at.cursor_v);
    cel_write(STDOUT_FILENO, sequence, strlen(sequence));
  }
  editor->painted_count = 0;
  free(at.starts);
}

void cel_redraw(cel *editor) {
  el_set(editor->el, EL_REFRESH);
  fflush(stdout);
}

void cel_leave_line(cel *editor, const char *mark) {
  layout at = measure(editor);
  fflush(stdout);
  char sequence[64];
  if (at.v > at.cursor_v && !cel_is_dumb()) {
    snprintf(sequence, sizeof sequence, "\033[%dB", at.v - at.cursor_v);
    cel_write(STDOUT_FILENO, sequence, strlen(sequence));
  }
  if (*mark) {
    if (!cel_is_dumb()) {
      snprintf(sequence, sizeof sequence, "\r\033[%dC", at.h);
      cel_write(STDOUT_FILENO, sequence, at.h > 0 ? strlen(sequence) : 1);
    }
    cel_write(STDOUT_FILENO, mark, strlen(mark));
  }
  cel_write(STDOUT_FILENO, "\r\n", 2);
  free(at.starts);
}

/* Keeps the rows that are on the screen. */
static int visible(layout *at) {
  int kept = 0;
  for (int i = 0; i < at->count; i++)
    if (at->starts[i] >= at->shift)
      at->starts[kept++] = at->starts[i] - at->shift;
  return kept;
}

int cel_continuations_moved(cel *editor) {
  layout at = measure(editor);
  int kept = visible(&at), common = kept;
  if (common > editor->painted_count)
    common = editor->painted_count;
  /* Further rows at the end have nothing to be wiped out. */
  int moved = kept < editor->painted_count ||
              (common > 0 && memcmp(at.starts, editor->painted,
                                    (size_t)common * sizeof *at.starts) != 0);
  free(at.starts);
  return moved;
}

void cel_paint_continuations(cel *editor, const char *text) {
  layout at = measure(editor);
  int kept = visible(&at);
  free(editor->painted);
  editor->painted = at.starts;
  editor->painted_count = kept;
  if (kept == 0)
    return;
  size_t capacity = (size_t)kept * (strlen(text) + 16) + 64, used = 0;
  char *out = malloc(capacity);
  if (!out)
    return;
  int row = at.cursor_v;
  for (int i = 0; i <= kept; i++) {
    int target = i < kept ? at.starts[i] : at.cursor_v;
    if (target != row)
      used += (size_t)snprintf(out + used, capacity - used, "\033[%d%c",
                               abs(target - row), target < row ? 'A' : 'B');
    row = target;
    if (i < kept)
      used += (size_t)snprintf(out + used, capacity - used, "\r%s", text);
  }
  out[used++] = '\r';
  if (at.cursor_h > 0)
    used += (size_t)snprintf(out + used, capacity - used, "\033[%dC", at.cursor_h);
  fflush(stdout);
  cel_write(STDOUT_FILENO, out, used);
  free(out);
}

int cel_needs_tidying(cel *editor) {
  int length, cursor;
  const wchar_t *text = cel_buffer(editor, &length, &cursor);
  for (int i = 0; i < length; i++) {
    int after_break = i > 0 && text[i - 1] == L'\n';
    if (after_break != (text[i] == L'\t') || (after_break && i == cursor))
      return 1;
  }
  return length > 0 && text[length - 1] == L'\n';
}

static void delete_at(cel *editor, int index) {
  int length, cursor;
  cel_buffer(editor, &length, &cursor);
  el_cursor(editor->el, index + 1 - cursor);
  el_deletestr(editor->el, 1);
  int target = cursor > index ? cursor - 1 : cursor;
  cel_buffer(editor, &length, &cursor);
  el_cursor(editor->el, target - cursor);
}

void cel_tidy(cel *editor, int last_cursor) {
  int length, cursor;
  const wchar_t *text = cel_buffer(editor, &length, &cursor);
  if (cursor > 0 && cursor < length && text[cursor - 1] == L'\n' &&
      text[cursor] == L'\t') {
    el_cursor(editor->el, last_cursor > cursor ? -1 : 1);
    text = cel_buffer(editor, &length, &cursor);
  }
  for (int i = 0; i < length;) {
    int after_break = i > 0 && text[i - 1] == L'\n';
    int at_end = i == length - 1 && text[i] == L'\n';
    if (text[i] == L'\t' && !after_break)
      delete_at(editor, i);
    else if (text[i] != L'\t' && after_break)
      delete_at(editor, --i);
    else if (at_end)
      delete_at(editor, i);
    else
      i++;
    text = cel_buffer(editor, &length, &cursor);
  }
}
