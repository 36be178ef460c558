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

/* The commands that the editor binds to keys. */
enum cel_command {
  CEL_ENTER,
  CEL_COMPLETE,
  CEL_SEARCH,
  CEL_PASTE,
  CEL_UP,
  CEL_DOWN,
  CEL_LEFT,
  CEL_RIGHT,
  CEL_HOME,
  CEL_END,
  CEL_RUBOUT,
  CEL_DELETE,
  CEL_DELETE_OR_END,
  CEL_CLEAR,
  CEL_KILL_TO_END,
  CEL_KILL_LINE,
  CEL_RESTORE,
  /* vi's command mode. */
  CEL_VI_DELETE,
  CEL_VI_CHANGE,
  CEL_VI_YANK,
  CEL_VI_DELETE_TO_END,
  CEL_VI_CHANGE_TO_END,
  CEL_VI_CHANGE_LINE,
  CEL_VI_YANK_LINE,
  CEL_VI_ZERO,
  CEL_VI_TEXT,
  CEL_VI_END,
  CEL_VI_PUT_AFTER,
  CEL_VI_PUT_BEFORE,
  CEL_VI_TAKE,
  CEL_VI_PUT
};

/* What a command answers; the values are libedit's. */
enum cel_answer {
  CEL_NORMAL = 0,
  CEL_NEWLINE = 1,
  CEL_EOF = 2,
  CEL_ARGUMENT = 3,
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
/* Reads ~/.editrc and binds the editor's own keys again after it. */
void cel_source(cel *editor);

/* Whether Escape does nothing by itself: the next key is one with Meta. */
int cel_escape_is_prefix(cel *editor);

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

/* Keys nobody can type that, when pushed, do what their names say. */
/* Cuts what is behind the cursor, or everything, then runs CEL_RESTORE. */
extern const wchar_t *const cel_cut_to_end_keys;
extern const wchar_t *const cel_cut_all_keys;
/* libedit's own operators, and its 0. */
extern const wchar_t *const cel_vi_delete_keys;
extern const wchar_t *const cel_vi_change_keys;
extern const wchar_t *const cel_vi_yank_keys;
extern const wchar_t *const cel_vi_zero_keys;
/* CEL_VI_TAKE, a cut of everything, CEL_RESTORE; the second stays in insert mode. */
extern const wchar_t *const cel_vi_cut_keys;
extern const wchar_t *const cel_vi_cut_and_insert_keys;
extern const wchar_t *const cel_vi_put_keys;
/* libedit's own. */
extern const wchar_t *const cel_vi_put_after_keys;
extern const wchar_t *const cel_vi_put_before_keys;

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
