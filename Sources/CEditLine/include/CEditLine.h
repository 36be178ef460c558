#ifndef CEDITLINE_H
#define CEDITLINE_H

#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

/* What Swift cannot say to libedit itself: calls with variable arguments, the
 * stdio globals, signal handlers. Policy is Swift's; this file has none.
 *
 * libedit keeps the text, the keys and the history. It draws nothing that is
 * seen: its output goes to a sink, and Swift's Painter draws. */

typedef struct cel cel;

/* What a function answers; the values are libedit's. */
enum cel_answer {
  CEL_NORMAL = 0,
  CEL_NEWLINE = 1,
  CEL_EOF = 2,
  CEL_ARGUMENT = 3,
  CEL_BEEP = 6
};

/* 1: *character is the next one; 0: end of file; -1: give the line up. */
typedef int (*cel_next_function)(void *owner, wchar_t *character);
/* Runs the function with this index. */
typedef int (*cel_run_function)(void *owner, int index);

/* Locale as the user has it; LC_CTYPE to C.UTF-8 where that is not UTF-8. */
void cel_set_locale(void);

/* NULL if libedit cannot start. Saves the terminal's modes. */
cel *cel_open(const char *program, void *owner, cel_next_function next,
              cel_run_function run);
/* Restores the terminal and frees everything. */
void cel_close(cel *editor);
/* The modes the terminal had when the editor was opened. */
void cel_restore_terminal(void);
/* What is switched on at the terminal: signals that end the process, and
 * crashes, switch it off. Note it before it is on, and after it is off. */
enum cel_mode { CEL_PASTE_MODE = 1, CEL_SCREEN_MODE = 2 };
void cel_note_mode(int mode, int is_on);
/* Whether SIGTERM or SIGHUP has come. */
int cel_is_ending(void);
/* Call it every 50 ms where it has, on one thread: ends the process by that
 * signal once the terminal has taken no output for 300 ms. */
void cel_end_if_stuck(void);
/* Ends the process as Ctrl-\ does. */
void cel_quit(void);
/* Reads ~/.editrc. */
void cel_source(cel *editor);

/* Gives libedit a function, by a name that keys can be bound to. There is room
 * for 40: -1 where the index is none of them. */
int cel_add_function(cel *editor, int index, const char *name, const char *help);
/* Binds a key, as libedit's bind reads it, in the main map or in that of vi's
 * command mode. */
void cel_bind(cel *editor, const char *key, const char *function, int in_vi_commands);
/* The name of the function that a key runs, until the next call. */
const char *cel_bound_function(cel *editor, const char *key, int in_vi_commands);

/* libedit's el_wgets: *count is the number of characters, 0 at the end of
 * file, -1 when given up. */
const wchar_t *cel_read(cel *editor, int *count);
/* Forgets a line given up. */
void cel_reset(cel *editor);
/* 1: raw, 0: as commands run. */
void cel_prepare_terminal(cel *editor, int raw);
/* Whether libedit wanted to ring the bell since it was last asked. */
int cel_take_bell(cel *editor);

/* The line being edited. */
const wchar_t *cel_buffer(cel *editor, int *length, int *cursor);
void cel_insert(cel *editor, const wchar_t *text);
void cel_delete_back(cel *editor, int count);
void cel_move(cel *editor, int offset);
void cel_push(cel *editor, const wchar_t *keys);
int cel_next(cel *editor, wchar_t *character);

/* The terminal. */
void cel_size(int *columns, int *rows);
int cel_width(uint32_t scalar);
int cel_is_dumb(void);
int cel_write(int descriptor, const void *bytes, size_t count);

/* History, oldest first. */
void cel_history_add(cel *editor, const wchar_t *entry);

/* A descriptor to wait for and one to post to; one and the same where the
 * system has eventfd. */
typedef struct {
  int wait, post;
} cel_event;
cel_event cel_event_make(void);
void cel_event_post(cel_event event);
void cel_event_take(cel_event event);

/* Signals: each sets its bit and posts both events. */
enum cel_signal {
  CEL_INTERRUPT = 1,
  CEL_TERMINATE = 2,
  CEL_HANGUP = 4,
  CEL_STOP = 8,
  CEL_CONTINUE = 16,
  CEL_RESIZED = 32
};
void cel_signals_install(cel_event editing, cel_event relay);
/* Whether the thread that calls this leaves them to others. */
void cel_signals_block(int blocks);
void cel_signals_restore(void);
unsigned cel_signals_pending(void);
/* Takes those of `mask` that are pending. */
unsigned cel_signals_take(unsigned mask);
/* Stops the process as SIGTSTP would have; returns once it is continued. */
void cel_stop_process(void);
/* Sets the terminal as it was before that, once it is ours again. */
void cel_resume_modes(void);
/* Starts a detached thread that takes no signals. 0 on success. */
int cel_start_thread(void *(*body)(void *), void *argument);
/* 1: bytes to read, 2: the event, 3: both, 0: neither (a signal, or it took
 * too long; -1 milliseconds wait without limit). */
int cel_wait(int input, cel_event event, int milliseconds);

/* Whether a read would not wait. */
int cel_has_input(int descriptor);
/* Whether this process may read the terminal: no job in the background may. */
int cel_is_in_foreground(void);
/* Bytes read, 0 at the end or on an error. */
size_t cel_read_bytes(int descriptor, void *buffer, size_t capacity);
/* Forgets what was typed and not yet read. */
void cel_drop_input(void);
int cel_close_file(int descriptor);
/* Locks a file, trying for so many milliseconds. 0: locked; 1: another has it;
 * -1: it can't be locked. */
int cel_lock_file(int descriptor, int milliseconds);
int cel_open_file(const char *path, int flags, int mode);

#endif
