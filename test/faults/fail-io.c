// A library that sits between a process and the C library (LD_PRELOAD) and lets chosen file operations fail, as a dying
// or a full disk would. What fails is read from a control file that the process shares with the test (struct plan).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SYNC = 1, WRITE = 2, OPEN = 4, RENAME = 8, READ = 16, TRUNCATE = 32, UNLINK = 64 };

struct plan {
  int32_t operations; // bits of the above; 0: nothing fails
  int32_t error;
  int32_t skip;  // so many go well first
  int32_t times; // then so many fail; -1: all
  int32_t hits;  // how many have failed
  char path[236]; // part of the path it is about; with $ at its end: how the path ends
};

static struct plan *plan;

__attribute__((constructor)) static void attach(void) {
  const char *name = getenv("FAIL_IO_PLAN");
  if (!name) return;
  int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  int fd = real_open(name, O_RDWR);
  if (fd < 0) return;
  void *shared = mmap(NULL, sizeof(struct plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (shared != MAP_FAILED) plan = shared;
}

static int matches(const char *path) {
  size_t wanted = strlen(plan->path), length = strlen(path);
  if (wanted == 0 || plan->path[wanted - 1] != '$') return strstr(path, plan->path) != NULL;
  wanted--;
  return length >= wanted && strncmp(path + length - wanted, plan->path, wanted) == 0;
}

static int fails(int operation, const char *path) {
  if (!plan || !(__atomic_load_n(&plan->operations, __ATOMIC_SEQ_CST) & operation)) return 0;
  if (!matches(path)) return 0;
  if (__atomic_fetch_sub(&plan->skip, 1, __ATOMIC_SEQ_CST) > 0) return 0;
  if (plan->times >= 0 && __atomic_fetch_sub(&plan->times, 1, __ATOMIC_SEQ_CST) <= 0) {
    plan->times = 0;
    return 0;
  }
  __atomic_fetch_add(&plan->hits, 1, __ATOMIC_SEQ_CST);
  errno = plan->error;
  return 1;
}

static int fd_fails(int operation, int fd) {
  if (!plan || !(plan->operations & operation)) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return fails(operation, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON_FD(operation, result, name, params, args)      \
  result name params {                                    \
    static __typeof__(&name) real;                        \
    if (!real) real = REAL(name);                         \
    if (fd_fails(operation, fd)) return -1;               \
    return real args;                                     \
  }

ON_FD(SYNC, int, fsync, (int fd), (fd))
ON_FD(SYNC, int, fdatasync, (int fd), (fd))
ON_FD(WRITE, ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))
ON_FD(WRITE, ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
ON_FD(WRITE, ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
ON_FD(WRITE, ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
ON_FD(WRITE, ssize_t, pwritev, (int fd, const struct iovec *parts, int count, off_t at), (fd, parts, count, at))
ON_FD(WRITE, ssize_t, pwritev64, (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at))
ON_FD(READ, ssize_t, read, (int fd, void *data, size_t size), (fd, data, size))
ON_FD(READ, ssize_t, pread, (int fd, void *data, size_t size, off_t at), (fd, data, size, at))
ON_FD(READ, ssize_t, pread64, (int fd, void *data, size_t size, off64_t at), (fd, data, size, at))
ON_FD(TRUNCATE, int, ftruncate, (int fd, off_t size), (fd, size))
ON_FD(TRUNCATE, int, ftruncate64, (int fd, off64_t size), (fd, size))

#define ON_OPEN(name)                                              \
  int name(const char *path, int flags, ...) {                     \
    static int (*real)(const char *, int, ...);                    \
    if (!real) real = dlsym(RTLD_NEXT, #name);                     \
    mode_t mode = 0;                                               \
    if (flags & (O_CREAT | O_TMPFILE)) {                           \
      va_list rest;                                                \
      va_start(rest, flags);                                       \
      mode = va_arg(rest, mode_t);                                 \
      va_end(rest);                                                \
    }                                                              \
    if ((flags & O_ACCMODE) != O_RDONLY && fails(OPEN, path)) return -1; \
    return real(path, flags, mode);                                \
  }

ON_OPEN(open)
ON_OPEN(open64)

int rename(const char *from, const char *to) {
  if (fails(RENAME, to)) return -1;
  return REAL(rename)(from, to);
}

int unlink(const char *path) {
  if (fails(UNLINK, path)) return -1;
  return REAL(unlink)(path);
}
