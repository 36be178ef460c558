#ifndef INPROC_FILES_H
#define INPROC_FILES_H

#include <stdint.h>
#include <sys/types.h>

// What Swift's view of the C library lacks for writing files.

// Opens a new file without a name in a folder, for writing. Returns its descriptor, or -1 with the
// reason in errno: EOPNOTSUPP where the system has no such files.
int inproc_open_unnamed(const char *_Nonnull folder, mode_t mode);

// Gives a file that was opened without a name this name. Returns 0, or -1 with the reason in errno.
int inproc_name_unnamed(int descriptor, const char *_Nonnull name);

// Copies extended attributes, access control lists among them. Returns 0, or -1 where one that a
// user has set could not be copied.
int inproc_copy_attributes(int from, int to);

// Reserves room for this many bytes without changing the file's size. Returns 0, also where the file
// system can't reserve, or -1 with the reason in errno: ENOSPC where there is no room.
int inproc_reserve(int descriptor, int64_t size);

#endif
