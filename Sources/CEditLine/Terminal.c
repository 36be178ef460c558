#define _GNU_SOURCE
#include "internal.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void swallow(cel *editor, const char *bytes, size_t count) {
  if (editor->capturing) {
    size_t room = sizeof editor->capture - 1 - editor->captured;
    if (count < room)
      room = count;
    memcpy(editor->capture + editor->captured, bytes, room);
    editor->captured += room;
    editor->capture[editor->captured] = 0;
  } else if (memchr(bytes, 7, count))
    editor->bell = 1;
}

#ifdef __linux__
static ssize_t sink(void *editor, const char *bytes, size_t count) {
  swallow(editor, bytes, count);
  return (ssize_t)count;
}

FILE *cel_open_sink(cel *editor) {
  return fopencookie(editor, "w", (cookie_io_functions_t){.write = sink});
}
#else
static int sink(void *editor, const char *bytes, int count) {
  swallow(editor, bytes, (size_t)count);
  return count;
}

FILE *cel_open_sink(cel *editor) {
  return funopen(editor, NULL, sink, NULL, NULL);
}
#endif

int cel_take_bell(cel *editor) {
  fflush(editor->sink);
  int bell = editor->bell;
  editor->bell = 0;
  return bell;
}

int cel_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

int cel_is_dumb(void) {
  const char *term = getenv("TERM");
  return !term || !*term || strcmp(term, "dumb") == 0;
}

int cel_write(int descriptor, const void *bytes, size_t count) {
  const char *rest = bytes;
  while (count > 0) {
    /* In pieces: what comes back shows that the terminal takes output. */
    size_t piece = count < 16384 ? count : 16384;
    cel_output_begins();
    ssize_t written = write(descriptor, rest, piece);
    int code = errno;
    cel_output_ends();
    errno = code;
    if (written > 0) {
      rest += written;
      count -= (size_t)written;
    } else if (written < 0 && errno == EAGAIN) {
      struct pollfd ready = {descriptor, POLLOUT, 0};
      cel_output_begins();
      poll(&ready, 1, -1);
      cel_output_ends();
    } else if (written < 0 && errno != EINTR)
      return -1;
  }
  return 0;
}

void cel_size(int *columns, int *rows) {
  struct winsize size = {0};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
    ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
  *columns = size.ws_col > 0 ? size.ws_col : 80;
  *rows = size.ws_row > 0 ? size.ws_row : 24;
}
