#define _GNU_SOURCE
#include "internal.h"
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const wchar_t *const cel_cut_to_end_keys = L"\x9c\x9e";
const wchar_t *const cel_cut_all_keys = L"\x9d\x9e";
const wchar_t *const cel_vi_delete_keys = L"\x80";
const wchar_t *const cel_vi_change_keys = L"\x81";
const wchar_t *const cel_vi_yank_keys = L"\x82";
const wchar_t *const cel_vi_zero_keys = L"\x83";
/* vi-insert keeps the text for vi's `u`, while it is whole; what follows is
 * recorded for `.`. */
const wchar_t *const cel_vi_cut_keys = L"\x84\x87\x9d\x9e\x85";
const wchar_t *const cel_vi_cut_and_insert_keys = L"\x84\x87\x9d\x9e";
const wchar_t *const cel_vi_put_keys = L"\x84\x89\x85";
const wchar_t *const cel_vi_put_after_keys = L"\x86";
const wchar_t *const cel_vi_put_before_keys = L"\x88";

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
  cel_output_ends();
  int result = editor->next(editor->owner, character);
  cel_output_begins();
  return result;
}

#define COMMAND(name, code)                                                    \
  static unsigned char name(EditLine *el, int key) {                           \
    (void)key;                                                                 \
    cel *editor = self(el);                                                    \
    cel_output_ends();                                                         \
    int answer = editor->command(editor->owner, code);                         \
    cel_output_begins();                                                       \
    return (unsigned char)answer;                                              \
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
COMMAND(vi_delete, CEL_VI_DELETE)
COMMAND(vi_change, CEL_VI_CHANGE)
COMMAND(vi_yank, CEL_VI_YANK)
COMMAND(vi_delete_to_end, CEL_VI_DELETE_TO_END)
COMMAND(vi_change_to_end, CEL_VI_CHANGE_TO_END)
COMMAND(vi_change_line, CEL_VI_CHANGE_LINE)
COMMAND(vi_yank_line, CEL_VI_YANK_LINE)
COMMAND(vi_zero, CEL_VI_ZERO)
COMMAND(vi_text, CEL_VI_TEXT)
COMMAND(vi_end, CEL_VI_END)
COMMAND(vi_put_after, CEL_VI_PUT_AFTER)
COMMAND(vi_put_before, CEL_VI_PUT_BEFORE)
COMMAND(vi_take, CEL_VI_TAKE)
COMMAND(vi_put, CEL_VI_PUT)

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
    {"line-vi-delete", "vi's d", vi_delete},
    {"line-vi-change", "vi's c", vi_change},
    {"line-vi-yank", "vi's y", vi_yank},
    {"line-vi-delete-to-end", "vi's D", vi_delete_to_end},
    {"line-vi-change-to-end", "vi's C", vi_change_to_end},
    {"line-vi-change-line", "vi's S", vi_change_line},
    {"line-vi-yank-line", "vi's Y", vi_yank_line},
    {"line-vi-zero", "vi's 0", vi_zero},
    {"line-vi-text", "vi's ^", vi_text},
    {"line-vi-end", "vi's $", vi_end},
    {"line-vi-put-after", "vi's p", vi_put_after},
    {"line-vi-put-before", "vi's P", vi_put_before},
    {"line-vi-take", "Find what is cut", vi_take},
    {"line-vi-put", "Put what was cut", vi_put},
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
    {"\\234", "ed-kill-line"}, {"\\235", "em-kill-line"},
    {"\\236", "line-restore"},
    {"\\200", "vi-delete-meta"}, {"\\201", "vi-change-meta"},
    {"\\202", "vi-yank"}, {"\\203", "vi-zero"},
    {"\\204", "vi-insert"}, {"\\205", "vi-command-mode"},
    {"\\206", "vi-paste-next"}, {"\\207", "line-vi-take"},
    {"\\210", "vi-paste-prev"}, {"\\211", "line-vi-put"},
};

/* libedit knows one line where a block has several, and code points where
 * users see characters: whatever key has one of these gets the editor's. */
typedef struct {
  const char *of_libedit, *function;
} replacement;
static const replacement replaced[] = {
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
/* In vi's command mode only these: the others take counts and operators. */
static const replacement replaced_commands[] = {
    {"ed-prev-history", "line-up"},
    {"ed-next-history", "line-down"},
    {"ed-kill-line", "line-vi-delete-to-end"},
    {"vi-change-to-eol", "line-vi-change-to-end"},
    {"vi-substitute-line", "line-vi-change-line"},
    {"vi-yank-end", "line-vi-yank-line"},
    {"vi-delete-meta", "line-vi-delete"},
    {"vi-change-meta", "line-vi-change"},
    {"vi-yank", "line-vi-yank"},
    {"vi-zero", "line-vi-zero"},
    {"ed-move-to-beg", "line-vi-text"},
    {"ed-move-to-end", "line-vi-end"},
    {"vi-paste-next", "line-vi-put-after"},
    {"vi-paste-prev", "line-vi-put-before"},
};
#define COUNT(array) (sizeof array / sizeof array[0])

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

int cel_escape_is_prefix(cel *editor) {
  const char *name = bound_function(editor, "^[", 0);
  return strcmp(name, "em-meta-next") == 0 || strcmp(name, "ed-sequence-lead-in") == 0;
}

static const char *replacement_of(const char *bound, const replacement *table, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(bound, table[i].of_libedit) == 0)
      return table[i].function;
  return NULL;
}

static void bind_keys(cel *editor) {
  char key[8];
  for (int code = 1; code < 256; code++) {
    snprintf(key, sizeof key, "\\%03o", (unsigned)code);
    const char *function = replacement_of(bound_function(editor, key, 1), replaced_commands,
                                          COUNT(replaced_commands));
    if (function)
      el_set(editor->el, EL_BIND, "-a", key, function, NULL);
    function = replacement_of(bound_function(editor, key, 0), replaced, COUNT(replaced));
    if (function)
      el_set(editor->el, EL_BIND, key, function, NULL);
  }
  for (size_t i = 0; i < COUNT(bindings); i++) {
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
  cel_save_terminal();
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
  for (size_t i = 0; i < COUNT(functions); i++)
    el_set(el, EL_ADDFN, functions[i].name, functions[i].help, functions[i].function);
  return editor;
}

void cel_close(cel *editor) {
  cel_output_begins();
  el_end(editor->el);
  cel_output_ends();
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
  cel_output_begins();
  const wchar_t *text = el_wgets(editor->el, count);
  cel_output_ends();
  return text;
}

void cel_reset(cel *editor) { el_reset(editor->el); }

void cel_prepare_terminal(cel *editor, int raw) {
  cel_output_begins();
  el_set(editor->el, EL_PREP_TERM, raw);
  cel_output_ends();
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
  cel_output_begins();
  int result = el_wgetc(editor->el, character);
  cel_output_ends();
  return result;
}

void cel_history_add(cel *editor, const wchar_t *entry) {
  HistEventW event;
  history_w(editor->history, &event, H_ENTER, entry);
}
