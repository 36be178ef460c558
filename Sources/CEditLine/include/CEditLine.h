#ifndef CEDITLINE_H
#define CEDITLINE_H

#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

/* What Swift cannot say to libedit itself: calls with variable arguments, the
 * stdio globals, signal handlers. Policy is Swift's; this file has none. */

typedef struct cel cel;

/* The commands that the editor binds to keys. */
enum cel_command {
  CEL_ENTER,
  CEL_COMPLETE,
  CEL_SEARCH,
  CEL_PASTE,
  CEL_UP,
  CEL_DOWN
};

/* What a command answers; the values are libedit's. */
enum cel_answer {
  CEL_NORMAL = 0,
  CEL_NEWLINE = 1,
  CEL_REFRESH = 4,
  CEL_CURSOR = 5,
  CEL_BEEP = 6
};

/* 1: *character is the next one; 0: end of file; -1: give the line up. */
typedef int (*cel_next_function)(void *owner, wchar_t *character);
typedef int (*cel_command_function)(void *owner, int command);

/* Locale as the user has it; LC_CTYPE to C.UTF-8 where that is not UTF-8. */
void cel_set_locale(void);

/* NULL if libedit cannot start. Saves the terminal's modes. */
cel *cel_open(const char *program, void *owner, cel_next_function next,
              cel_command_function command);
/* Restores the terminal and frees everything. */
void cel_close(cel *editor);
/* The modes the terminal had when the editor was opened. */
void cel_restore_terminal(void);
void cel_use_editor(cel *editor, const char *name);
/* Reads ~/.editrc and binds the editor's own keys again after it. */
void cel_source(cel *editor);

/* UTF-8; ANSI sequences in it take no room. */
void cel_set_prompt(cel *editor, const char *prompt);

/* libedit's el_wgets: *count is the number of characters, 0 at the end of
 * file, -1 when given up. */
const wchar_t *cel_read(cel *editor, int *count);
/* Forgets a line given up. */
void cel_reset(cel *editor);
/* 1: raw, 0: as commands run. */
void cel_prepare_terminal(cel *editor, int raw);

/* The line being edited. */
const wchar_t *cel_buffer(cel *editor, int *length, int *cursor);
void cel_insert(cel *editor, const wchar_t *text);
/* Replaces characters from `start` up to the cursor. */
void cel_delete_back(cel *editor, int count);
void cel_move(cel *editor, int offset);
void cel_replace_all(cel *editor, const wchar_t *text);
void cel_push(cel *editor, const wchar_t *keys);
int cel_next(cel *editor, wchar_t *character);

/* Keys that, when pushed, move through the history. */
extern const wchar_t *const cel_older_keys;
extern const wchar_t *const cel_newer_keys;

/* Drawing. All of it writes at once to standard output. */
void cel_size(cel *editor, int *columns, int *rows);
void cel_resize(cel *editor);
/* Erases the edited line from the screen; the cursor is where it began. */
void cel_erase(cel *editor);
/* Draws the line afresh from where the cursor is. */
void cel_redraw(cel *editor);
/* Goes to the row after the edited line; `mark` is written at its end. */
void cel_leave_line(cel *editor, const char *mark);
/* Writes `text` in front of the continuation lines, in the columns that the
 * tab after each line break keeps free. */
void cel_paint_continuations(cel *editor, const char *text);
/* Whether those lines are in other rows than when last painted. */
int cel_continuations_moved(cel *editor);
/* A tab follows each line break, and there is none elsewhere: deleting one
 * deletes the other, and the cursor never stands between. 1 if it changed. */
int cel_needs_tidying(cel *editor);
void cel_tidy(cel *editor, int last_cursor);
int cel_width(uint32_t scalar);
int cel_is_dumb(void);
int cel_write(int descriptor, const char *bytes, size_t count);

/* History, oldest first. */
void cel_history_clear(cel *editor);
void cel_history_add(cel *editor, const wchar_t *entry);

/* Signals: each sets its bit and writes to both event descriptors. */
enum cel_signal {
  CEL_INTERRUPT = 1,
  CEL_TERMINATE = 2,
  CEL_HANGUP = 4,
  CEL_STOP = 8,
  CEL_CONTINUE = 16,
  CEL_RESIZED = 32
};
int cel_event_descriptor(void);
void cel_event_post(int descriptor);
void cel_event_take(int descriptor);
void cel_signals_install(int editing_descriptor, int relay_descriptor);
void cel_signals_restore(void);
unsigned cel_signals_pending(void);
/* Takes those of `mask` that are pending. */
unsigned cel_signals_take(unsigned mask);
/* Stops the process as SIGTSTP would have; returns once it is continued. */
void cel_stop_process(void);
/* Starts a detached thread that takes no signals. 0 on success. */
int cel_start_thread(void *(*body)(void *), void *argument);
/* 1: bytes to read, 2: the event, 3: both, 0: neither (a signal, or it took
 * too long; -1 milliseconds wait without limit). */
int cel_wait(int input, int event, int milliseconds);

/* Bytes read, 0 at the end or on an error. */
size_t cel_read_bytes(int descriptor, void *buffer, size_t capacity);
/* Forgets what was typed and not yet read. */
void cel_drop_input(void);
int cel_close_file(int descriptor);
int cel_lock_file(int descriptor);
int cel_open_file(const char *path, int flags, int mode);

#endif
