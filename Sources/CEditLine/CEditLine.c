#define _GNU_SOURCE
#include "internal.h"
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const wchar_t *const cel_older_keys = L"\x9a";
const wchar_t *const cel_newer_keys = L"\x9b";
const wchar_t *const cel_cut_to_end_keys = L"\x9c\x9e";
const wchar_t *const cel_cut_all_keys = L"\x9d\x9e";

static struct termios original;
static int have_original;

void cel_restore_terminal(void) {
  if (have_original)
    tcsetattr(STDIN_FILENO, TCSADRAIN, &original);
}

void cel_set_locale(void) {
  setlocale(LC_ALL, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0 && !setlocale(LC_CTYPE, "C.UTF-8"))
    setlocale(LC_CTYPE, "en_US.UTF-8");
}

static cel *self(EditLine *el) {
  void *data = NULL;
  el_get(el, EL_CLIENTDATA, &data);
  return data;
}

static int next_character(EditLine *el, wchar_t *character) {
  cel *editor = self(el);
  return editor->next(editor->owner, character);
}

#define COMMAND(name, code)                                                    \
  static unsigned char name(EditLine *el, int key) {                           \
    (void)key;                                                                 \
    cel *editor = self(el);                                                    \
    return (unsigned char)editor->command(editor->owner, code);                \
  }
COMMAND(enter, CEL_ENTER)
COMMAND(complete, CEL_COMPLETE)
COMMAND(search, CEL_SEARCH)
COMMAND(paste, CEL_PASTE)
COMMAND(up, CEL_UP)
COMMAND(down, CEL_DOWN)
COMMAND(left, CEL_LEFT)
COMMAND(right, CEL_RIGHT)
COMMAND(home, CEL_HOME)
COMMAND(end, CEL_END)
COMMAND(rubout, CEL_RUBOUT)
COMMAND(delete_next, CEL_DELETE)
COMMAND(delete_or_end, CEL_DELETE_OR_END)
COMMAND(clear, CEL_CLEAR)
COMMAND(kill_to_end, CEL_KILL_TO_END)
COMMAND(kill_line, CEL_KILL_LINE)
COMMAND(restore, CEL_RESTORE)

static const struct {
  const char *name, *help;
  unsigned char (*function)(EditLine *, int);
} functions[] = {
    {"line-enter", "Enter, or a new line in a block", enter},
    {"line-complete", "Complete the word", complete},
    {"line-search", "Search the history", search},
    {"line-paste", "Take a bracketed paste", paste},
    {"line-up", "The line above, or older history", up},
    {"line-down", "The line below, or newer history", down},
    {"line-left", "To the character before", left},
    {"line-right", "To the character after", right},
    {"line-home", "To the line's beginning", home},
    {"line-end", "To the line's end", end},
    {"line-rubout", "Delete the character before", rubout},
    {"line-delete", "Delete the character at the cursor", delete_next},
    {"line-delete-or-end", "Delete the character, or end of file", delete_or_end},
    {"line-clear", "Clear the screen", clear},
    {"line-kill-to-end", "Cut up to the line's end", kill_to_end},
    {"line-kill", "Cut the line", kill_line},
    {"line-restore", "Put back the lines around", restore},
};

/* What Swift's KeySequence turns the keys' escape sequences into, and the
 * editor's own. */
static const struct {
  const char *keys, *function;
} bindings[] = {
    {"^M", "line-enter"},      {"^J", "line-enter"},
    {"^I", "line-complete"},   {"^R", "line-search"},
    {"\\220", "line-up"},      {"\\221", "line-down"},
    {"\\222", "line-right"},   {"\\223", "line-left"},
    {"\\224", "line-home"},    {"\\225", "line-end"},
    {"\\226", "line-delete"},  {"\\227", "em-next-word"},
    {"\\230", "ed-prev-word"}, {"\\231", "line-paste"},
    {"\\232", "ed-prev-history"}, {"\\233", "ed-next-history"},
    {"\\234", "ed-kill-line"}, {"\\235", "em-kill-line"},
    {"\\236", "line-restore"},
};

/* libedit knows one line where a block has several, and code points where
 * users see characters: whatever key has one of these gets the editor's. */
static const struct {
  const char *of_libedit, *function;
} replaced[] = {
    {"ed-prev-char", "line-left"},
    {"ed-next-char", "line-right"},
    {"ed-move-to-beg", "line-home"},
    {"ed-move-to-end", "line-end"},
    {"ed-delete-prev-char", "line-rubout"},
    {"vi-delete-prev-char", "line-rubout"},
    {"em-delete-prev-char", "line-rubout"},
    {"ed-delete-next-char", "line-delete"},
    {"em-delete-or-list", "line-delete-or-end"},
    {"vi-list-or-eof", "line-delete-or-end"},
    {"ed-prev-history", "line-up"},
    {"ed-next-history", "line-down"},
    {"ed-kill-line", "line-kill-to-end"},
    {"em-kill-line", "line-kill"},
};

/* Names the function that a key runs: of the main map, or of vi's commands. */
static const char *bound_function(cel *editor, const char *key, int is_command) {
  editor->captured = 0;
  editor->capture[0] = 0;
  editor->capturing = 1;
  if (is_command)
    el_set(editor->el, EL_BIND, "-a", key, NULL);
  else
    el_set(editor->el, EL_BIND, key, NULL);
  fflush(editor->sink);
  editor->capturing = 0;
  char *name = strstr(editor->capture, "->");
  if (!name)
    return "";
  name += 2 + strspn(name + 2, " \t");
  name[strcspn(name, " \t\r\n")] = 0;
  return name;
}

static void bind_keys(cel *editor) {
  char key[8];
  for (int code = 1; code < 256; code++) {
    snprintf(key, sizeof key, "\\%03o", (unsigned)code);
    /* Of vi's commands only these: the others take counts and operators. */
    const char *command = bound_function(editor, key, 1);
    if (strcmp(command, "ed-prev-history") == 0)
      el_set(editor->el, EL_BIND, "-a", key, "line-up", NULL);
    else if (strcmp(command, "ed-next-history") == 0)
      el_set(editor->el, EL_BIND, "-a", key, "line-down", NULL);
    else if (strcmp(command, "ed-kill-line") == 0)
      el_set(editor->el, EL_BIND, "-a", key, "line-kill-to-end", NULL);
    const char *bound = bound_function(editor, key, 0);
    for (size_t i = 0; i < sizeof replaced / sizeof replaced[0]; i++)
      if (strcmp(bound, replaced[i].of_libedit) == 0) {
        el_set(editor->el, EL_BIND, key, replaced[i].function, NULL);
        break;
      }
  }
  for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
    el_set(editor->el, EL_BIND, bindings[i].keys, bindings[i].function, NULL);
    /* vi's command mode */
    el_set(editor->el, EL_BIND, "-a", bindings[i].keys, bindings[i].function, NULL);
  }
  el_set(editor->el, EL_BIND, "^L", "line-clear", NULL);
  el_set(editor->el, EL_BIND, "-a", "^L", "line-clear", NULL);
}

cel *cel_open(const char *program, void *owner, cel_next_function next,
              cel_command_function command) {
  cel *editor = calloc(1, sizeof *editor);
  if (!editor)
    return NULL;
  if (!have_original && tcgetattr(STDIN_FILENO, &original) == 0) {
    have_original = 1;
    atexit(cel_restore_terminal);
  }
  editor->owner = owner;
  editor->next = next;
  editor->command = command;
  editor->sink = cel_open_sink(editor);
  if (editor->sink)
    editor->el = el_init_fd(program, stdin, editor->sink, editor->sink,
                            STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
  editor->history = history_winit();
  if (!editor->el || !editor->history) {
    free(editor);
    return NULL;
  }
  EditLine *el = editor->el;
  HistEventW event;
  history_w(editor->history, &event, H_SETSIZE, 1000000);
  el_set(el, EL_CLIENTDATA, editor);
  el_set(el, EL_SIGNAL, 0);
  /* While commands run, what is typed ahead is neither echoed nor cut at the
   * 4,095 bytes of the kernel's own line editing. */
  el_set(el, EL_SETTY, "-x", "-icanon", NULL);
  el_set(el, EL_SETTY, "-x", "-echo", NULL);
  /* Ctrl-C must not throw away what was printed and is not shown yet. */
  el_set(el, EL_SETTY, "-x", "+noflsh", NULL);
  el_set(el, EL_SETTY, "-d", "+noflsh", NULL);
  el_wset(el, EL_HIST, history_w, editor->history);
  el_wset(el, EL_GETCFN, next_character);
  el_set(el, EL_EDITOR, "emacs");
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
    el_set(el, EL_ADDFN, functions[i].name, functions[i].help, functions[i].function);
  return editor;
}

void cel_close(cel *editor) {
  el_end(editor->el);
  fclose(editor->sink);
  history_wend(editor->history);
  free(editor);
  cel_restore_terminal();
}

void cel_source(cel *editor) {
  el_source(editor->el, NULL);
  bind_keys(editor);
  el_set(editor->el, EL_SIGNAL, 0);
}

const wchar_t *cel_read(cel *editor, int *count) {
  return el_wgets(editor->el, count);
}

void cel_reset(cel *editor) { el_reset(editor->el); }

void cel_prepare_terminal(cel *editor, int raw) {
  el_set(editor->el, EL_PREP_TERM, raw);
}

const wchar_t *cel_buffer(cel *editor, int *length, int *cursor) {
  const LineInfoW *line = el_wline(editor->el);
  *length = (int)(line->lastchar - line->buffer);
  *cursor = (int)(line->cursor - line->buffer);
  return line->buffer;
}

void cel_insert(cel *editor, const wchar_t *text) {
  el_winsertstr(editor->el, text);
}
void cel_delete_back(cel *editor, int count) {
  if (count > 0)
    el_deletestr(editor->el, count);
}
void cel_move(cel *editor, int offset) { el_cursor(editor->el, offset); }
void cel_push(cel *editor, const wchar_t *keys) { el_wpush(editor->el, keys); }
int cel_next(cel *editor, wchar_t *character) {
  return el_wgetc(editor->el, character);
}

void cel_history_add(cel *editor, const wchar_t *entry) {
  HistEventW event;
  history_w(editor->history, &event, H_ENTER, entry);
}
