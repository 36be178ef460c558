#define _GNU_SOURCE
#include "inproc_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/xattr.h>

int inproc_open_unnamed(const char *folder, mode_t mode) {
  int descriptor = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
  // A kernel without such files takes the flag for that of a folder.
  if (descriptor < 0 && (errno == EISDIR || errno == EINVAL)) errno = EOPNOTSUPP;
  return descriptor;
}

int inproc_name_unnamed(int descriptor, const char *name) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  return linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

int inproc_copy_attributes(int from, int to) {
  // The folder may have given it a list of its own.
  fremovexattr(to, "system.posix_acl_access");
  ssize_t length = flistxattr(from, NULL, 0);
  if (length < 0) return errno == ENOTSUP ? 0 : -1;
  if (length == 0) return 0;
  // Somebody may add one meanwhile: then the list is taken for one that can't be copied.
  char *names = malloc((size_t)length);
  if (names == NULL) return -1;
  length = flistxattr(from, names, (size_t)length);
  int result = length < 0 ? -1 : 0;
  for (char *name = names; result == 0 && name < names + length; name += strlen(name) + 1) {
    // The system's own are its affair: it has given the new file those that belong to it.
    int is_own = strncmp(name, "user.", 5) == 0 || strcmp(name, "system.posix_acl_access") == 0;
    if (!is_own) continue;
    ssize_t size = fgetxattr(from, name, NULL, 0);
    if (size < 0) {
      result = -1;
      break;
    }
    char *value = malloc((size_t)size + 1);
    if (value == NULL) {
      result = -1;
      break;
    }
    size = fgetxattr(from, name, value, (size_t)size);
    if (size < 0 || fsetxattr(to, name, value, (size_t)size, 0) != 0) result = -1;
    free(value);
  }
  free(names);
  return result;
}

int inproc_reserve(int descriptor, int64_t size) {
  while (fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, size) != 0) {
    if (errno == EINTR) continue;
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? -1 : 0;
  }
  return 0;
}

#else

int inproc_open_unnamed(const char *folder, mode_t mode) {
  (void)folder;
  (void)mode;
  errno = EOPNOTSUPP;
  return -1;
}

int inproc_name_unnamed(int descriptor, const char *name) {
  (void)descriptor;
  (void)name;
  errno = EOPNOTSUPP;
  return -1;
}

int inproc_copy_attributes(int from, int to) {
  (void)from;
  (void)to;
  return 0;
}

int inproc_reserve(int descriptor, int64_t size) {
  (void)descriptor;
  (void)size;
  return 0;
}

#endif
