#define _GNU_SOURCE
#include "internal.h"
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* libedit tells a function the key it was called for, and not its own name: each
 * that Swift adds needs a C function that knows its number. */
static unsigned char run(EditLine *el, int index) {
  cel *editor = self(el);
  cel_output_ends();
  int answer = editor->run(editor->owner, index);
  cel_output_begins();
  return (unsigned char)answer;
}

#define FUNCTION(index)                                                        \
  static unsigned char function_##index(EditLine *el, int key) {               \
    (void)key;                                                                 \
    return run(el, index);                                                     \
  }
#define EACH(of)                                                               \
  of(0) of(1) of(2) of(3) of(4) of(5) of(6) of(7) of(8) of(9)                  \
  of(10) of(11) of(12) of(13) of(14) of(15) of(16) of(17) of(18) of(19)        \
  of(20) of(21) of(22) of(23) of(24) of(25) of(26) of(27) of(28) of(29)        \
  of(30) of(31) of(32) of(33) of(34) of(35) of(36) of(37) of(38) of(39)
#define ENTRY(index) function_##index,
EACH(FUNCTION)
static unsigned char (*const functions[])(EditLine *, int) = {EACH(ENTRY)};

int cel_add_function(cel *editor, int index, const char *name, const char *help) {
  if (index < 0 || (size_t)index >= sizeof functions / sizeof functions[0])
    return -1;
  return el_set(editor->el, EL_ADDFN, name, help, functions[index]);
}

void cel_bind(cel *editor, const char *key, const char *function, int in_vi_commands) {
  if (in_vi_commands)
    el_set(editor->el, EL_BIND, "-a", key, function, NULL);
  else
    el_set(editor->el, EL_BIND, key, function, NULL);
}

const char *cel_bound_function(cel *editor, const char *key, int in_vi_commands) {
  editor->captured = 0;
  editor->capture[0] = 0;
  editor->capturing = 1;
  if (in_vi_commands)
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

cel *cel_open(const char *program, void *owner, cel_next_function next,
              cel_run_function run) {
  cel *editor = calloc(1, sizeof *editor);
  if (!editor)
    return NULL;
  cel_save_terminal();
  editor->owner = owner;
  editor->next = next;
  editor->run = run;
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
