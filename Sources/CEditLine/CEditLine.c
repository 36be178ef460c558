#define _GNU_SOURCE
#include "internal.h"
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Marks the parts of a prompt that take no room. */
#define LITERAL L'\1'

const wchar_t *const cel_older_keys = L"\x9a";
const wchar_t *const cel_newer_keys = L"\x9b";

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

static wchar_t *prompt(EditLine *el) { return self(el)->prompt; }

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

/* What Swift's KeySequence turns the keys' escape sequences into. */
static const struct {
  const char *keys, *function;
} bindings[] = {
    {"^M", "line-enter"},          {"^J", "line-enter"},
    {"^I", "line-complete"},       {"^R", "line-search"},
    {"\\220", "line-up"},          {"\\221", "line-down"},
    {"\\222", "ed-next-char"},     {"\\223", "ed-prev-char"},
    {"\\224", "ed-move-to-beg"},   {"\\225", "ed-move-to-end"},
    {"\\226", "ed-delete-next-char"}, {"\\227", "em-next-word"},
    {"\\230", "ed-prev-word"},     {"\\231", "line-paste"},
    {"\\232", "ed-prev-history"},  {"\\233", "ed-next-history"},
};

static void bind_keys(EditLine *el) {
  for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
    el_set(el, EL_BIND, bindings[i].keys, bindings[i].function, NULL);
    /* vi's command mode */
    el_set(el, EL_BIND, "-a", bindings[i].keys, bindings[i].function, NULL);
  }
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
  editor->el = el_init(program, stdin, stdout, stderr);
  editor->history = history_winit();
  if (!editor->el || !editor->history) {
    free(editor);
    return NULL;
  }
  cel_set_prompt(editor, "> ");
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
  el_wset(el, EL_PROMPT_ESC, prompt, LITERAL);
  el_wset(el, EL_HIST, history_w, editor->history);
  el_wset(el, EL_GETCFN, next_character);
  el_set(el, EL_EDITOR, "emacs");
  el_set(el, EL_ADDFN, "line-enter", "Enter, or a new line in a block", enter);
  el_set(el, EL_ADDFN, "line-complete", "Complete the word", complete);
  el_set(el, EL_ADDFN, "line-search", "Search the history", search);
  el_set(el, EL_ADDFN, "line-paste", "Take a bracketed paste", paste);
  el_set(el, EL_ADDFN, "line-up", "The line above, or older history", up);
  el_set(el, EL_ADDFN, "line-down", "The line below, or newer history", down);
  bind_keys(el);
  return editor;
}

void cel_close(cel *editor) {
  fflush(stdout);
  el_end(editor->el);
  history_wend(editor->history);
  free(editor->prompt);
  free(editor->painted);
  free(editor);
  cel_restore_terminal();
}

void cel_use_editor(cel *editor, const char *name) {
  el_set(editor->el, EL_EDITOR, name);
  bind_keys(editor->el);
}

void cel_source(cel *editor) {
  el_source(editor->el, NULL);
  bind_keys(editor->el);
  el_set(editor->el, EL_SIGNAL, 0);
}

void cel_set_prompt(cel *editor, const char *text) {
  size_t capacity = strlen(text) * 3 + 4;
  wchar_t *wide = malloc(capacity * sizeof *wide);
  if (!wide)
    return;
  mbstate_t state = {0};
  size_t out = 0;
  int width = 0, escape = 0;
  for (const char *p = text; *p;) {
    wchar_t c;
    size_t used = mbrtowc(&c, p, strlen(p), &state);
    if (used == (size_t)-1 || used == (size_t)-2) {
      memset(&state, 0, sizeof state);
      p++;
      continue;
    }
    p += used;
    if (c == 033 && !escape) {
      escape = 1;
      wide[out++] = LITERAL;
    }
    wide[out++] = c;
    if (escape) {
      if (escape == 2 && c >= 0x40 && c <= 0x7e) {
        escape = 0;
        wide[out++] = LITERAL;
        if (!*p) { /* libedit loses a sequence at the very end */
          wide[out++] = L' ';
          width++;
        }
      } else if (c != 033)
        escape = 2;
    } else
      width += wcwidth(c) > 0 ? wcwidth(c) : 0;
  }
  wide[out] = 0;
  free(editor->prompt);
  editor->prompt = wide;
  editor->prompt_width = width;
}

const wchar_t *cel_read(cel *editor, int *count) {
  editor->painted_count = 0;
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
void cel_replace_all(cel *editor, const wchar_t *text) {
  int length, cursor;
  cel_buffer(editor, &length, &cursor);
  el_cursor(editor->el, length - cursor);
  cel_delete_back(editor, length);
  el_winsertstr(editor->el, text);
}
void cel_push(cel *editor, const wchar_t *keys) { el_wpush(editor->el, keys); }
int cel_next(cel *editor, wchar_t *character) {
  return el_wgetc(editor->el, character);
}

void cel_history_clear(cel *editor) {
  HistEventW event;
  history_w(editor->history, &event, H_CLEAR);
}
void cel_history_add(cel *editor, const wchar_t *entry) {
  HistEventW event;
  history_w(editor->history, &event, H_ENTER, entry);
}
