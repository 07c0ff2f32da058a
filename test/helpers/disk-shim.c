// Stands between a program and the C library's file calls (LD_PRELOAD), for everything below $DISK_SHIM_DIR:
//   DISK_SHIM_LOG=FILE        appends every change, with its data, in the order in which it happened
//   DISK_SHIM_KILL=OP@PART:N:WHEN  ends the program (SIGKILL) at the Nth OP on a path that holds PART;
//                             (PART$: that ends with PART); OP: write, sync, rename, unlink, truncate, mkdir, create; WHEN: before, middle (of a write), after
//   DISK_SHIM_PLAN=FILE       lets operations fail as on a dying or full disk; which, it reads from the file while it runs (struct plan)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FDS 65536
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static char *path_of[MAX_FDS];
static struct stat file_of[MAX_FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static size_t root_length;
static int log_fd = -1;
static char kill_op[16], kill_part[256], kill_when[16];
static int kill_at;

/** Shared with the test; disk-shim.ts writes the same offsets. */
static struct plan {
  int32_t is_armed;
  int32_t error;
  int32_t skip;  // so many go well first
  int32_t times; // then so many fail; -1: all
  int32_t hits;  // how many have failed
  char op[12];   // as above, or open: for writing
  char part[224];
} *plan;

__attribute__((constructor)) static void start(void) {
  root = getenv("DISK_SHIM_DIR");
  if (!root) return;
  root_length = strlen(root);
  const char *log = getenv("DISK_SHIM_LOG");
  if (log) log_fd = REAL(open)(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const char *kill_point = getenv("DISK_SHIM_KILL");
  const char *plan_file = getenv("DISK_SHIM_PLAN");
  int plan_fd = plan_file ? REAL(open)(plan_file, O_RDWR | O_CLOEXEC) : -1;
  void *shared = plan_fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(struct plan), PROT_READ | PROT_WRITE, MAP_SHARED, plan_fd, 0);
  if (shared != MAP_FAILED) plan = shared;
  if (plan_fd >= 0) REAL(close)(plan_fd);
  if (kill_point) sscanf(kill_point, "%15[^@]@%255[^:]:%d:%15s", kill_op, kill_part, &kill_at, kill_when);
}

static int is_tracked(const char *path) { return root && path && strncmp(path, root, root_length) == 0; }

/** libuv closes by a bare system call, unseen: a number that means another file by now is not tracked. */
static const char *get_path(int fd) {
  struct stat now;
  if (fd < 0 || fd >= MAX_FDS || !path_of[fd]) return NULL;
  if (fstat(fd, &now) == 0 && now.st_dev == file_of[fd].st_dev && now.st_ino == file_of[fd].st_ino) return path_of[fd];
  return NULL;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static int holds(const char *path, const char *part) {
  size_t length = strlen(part), whole = strlen(path);
  if (length == 0 || part[length - 1] != '$') return strstr(path, part) != NULL;
  return whole >= length - 1 && strncmp(path + whole - (length - 1), part, length - 1) == 0;
}

/** Answers whether this call is to fail, and sets errno. */
static int is_refused(const char *op, const char *path) {
  if (!plan || !__atomic_load_n(&plan->is_armed, __ATOMIC_SEQ_CST)) return 0;
  if (strcmp(op, plan->op) != 0 || !holds(path, plan->part)) return 0;
  if (__atomic_fetch_sub(&plan->skip, 1, __ATOMIC_SEQ_CST) > 0) return 0;
  if (plan->times >= 0 && __atomic_fetch_sub(&plan->times, 1, __ATOMIC_SEQ_CST) <= 0) {
    plan->times = 0;
    return 0;
  }
  __atomic_fetch_add(&plan->hits, 1, __ATOMIC_SEQ_CST);
  errno = plan->error;
  return 1;
}

/** Counts this call as one of those to be killed at; answers whether it is the one. */
static int is_point(const char *op, const char *path) {
  if (kill_at <= 0 || strcmp(op, kill_op) != 0 || !holds(path, kill_part)) return 0;
  return --kill_at == 0;
}

static int begin(const char *op, const char *path) {
  pthread_mutex_lock(&lock);
  int point = is_point(op, path);
  if (point && strcmp(kill_when, "before") == 0) die();
  return point;
}

static void end(int point) {
  int saved = errno;
  if (point) die();
  pthread_mutex_unlock(&lock);
  errno = saved;
}

static unsigned long get_inode(int fd) {
  struct stat found;
  return fstat(fd, &found) == 0 ? (unsigned long)found.st_ino : 0;
}

static void note(const char *head, const void *data, size_t length) {
  if (log_fd < 0) return;
  struct iovec parts[2] = {{(void *)head, strlen(head)}, {(void *)data, length}};
  if (REAL(writev)(log_fd, parts, 2) < 0) abort();
}

#define NOTE(...) do { char head[4500]; snprintf(head, sizeof head, __VA_ARGS__); note(head, NULL, 0); } while (0)

static void note_write(int fd, off_t offset, const void *data, ssize_t length) {
  if (length <= 0) return;
  char head[128];
  snprintf(head, sizeof head, "write\t%lu\t%lld\t%zd\n", get_inode(fd), (long long)offset, length);
  note(head, data, (size_t)length);
}

static int open_any(int at, const char *path, int flags, mode_t mode) {
  if (!is_tracked(path)) return REAL(openat)(at, path, flags, mode);
  if ((flags & O_ACCMODE) != O_RDONLY && is_refused("open", path)) return -1;
  int exists = access(path, F_OK) == 0;
  int point = begin(flags & O_CREAT && !exists ? "create" : "open", path);
  int fd = REAL(openat)(at, path, flags, mode);
  if (fd >= 0 && fd < MAX_FDS) {
    free(path_of[fd]);
    path_of[fd] = strdup(path);
    fstat(fd, &file_of[fd]);
    NOTE("open\t%lu\t%s\n", get_inode(fd), path);
    if (flags & O_TRUNC && exists) NOTE("truncate\t%lu\t0\n", get_inode(fd));
  }
  end(point);
  return fd;
}

#define OPEN_MODE(flags) mode_t mode = 0; if (flags & (O_CREAT | __O_TMPFILE)) { va_list args; va_start(args, flags); mode = va_arg(args, mode_t); va_end(args); }
int open(const char *path, int flags, ...) { OPEN_MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { OPEN_MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { OPEN_MODE(flags) return open_any(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { OPEN_MODE(flags) return open_any(at, path, flags, mode); }

int close(int fd) {
  if (fd >= 0 && fd < MAX_FDS && path_of[fd]) {
    pthread_mutex_lock(&lock);
    free(path_of[fd]);
    path_of[fd] = NULL;
    pthread_mutex_unlock(&lock);
  }
  return REAL(close)(fd);
}

/** `offset` -1: at the file's own position. */
static ssize_t write_any(int fd, const void *data, size_t length, off_t offset) {
  const char *path = get_path(fd);
  if (is_refused("write", path)) return -1;
  int point = begin("write", path);
  size_t part = point && strcmp(kill_when, "middle") == 0 ? length / 2 : length;
  ssize_t done = offset < 0 ? REAL(write)(fd, data, part) : REAL(pwrite)(fd, data, part, offset);
  note_write(fd, offset < 0 ? lseek(fd, 0, SEEK_CUR) - done : offset, data, done);
  end(point);
  return done;
}

static ssize_t write_parts(int fd, const struct iovec *parts, int count, off_t offset) {
  size_t length = 0, at = 0;
  for (int i = 0; i < count; i++) length += parts[i].iov_len;
  char *all = malloc(length + 1);
  for (int i = 0; i < count; at += parts[i++].iov_len) memcpy(all + at, parts[i].iov_base, parts[i].iov_len);
  ssize_t done = write_any(fd, all, length, offset);
  free(all);
  return done;
}

ssize_t write(int fd, const void *data, size_t length) {
  return get_path(fd) ? write_any(fd, data, length, -1) : REAL(write)(fd, data, length);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  return get_path(fd) ? write_any(fd, data, length, offset) : REAL(pwrite)(fd, data, length, offset);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return pwrite(fd, data, length, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
  return get_path(fd) ? write_parts(fd, parts, count, -1) : REAL(writev)(fd, parts, count);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  return get_path(fd) ? write_parts(fd, parts, count, offset) : REAL(pwritev)(fd, parts, count, offset);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) { return pwritev(fd, parts, count, offset); }

static int sync_any(int fd, int (*real)(int)) {
  const char *path = get_path(fd);
  if (!path) return real(fd);
  if (is_refused("sync", path)) return -1;
  int point = begin("sync", path);
  int failed = real(fd);
  if (!failed) NOTE("sync\t%lu\n", get_inode(fd));
  end(point);
  return failed;
}
int fsync(int fd) { return sync_any(fd, REAL(fsync)); }
int fdatasync(int fd) { return sync_any(fd, REAL(fdatasync)); }

int ftruncate(int fd, off_t length) {
  const char *path = get_path(fd);
  if (!path) return REAL(ftruncate)(fd, length);
  if (is_refused("truncate", path)) return -1;
  int point = begin("truncate", path);
  int failed = REAL(ftruncate)(fd, length);
  if (!failed) NOTE("truncate\t%lu\t%lld\n", get_inode(fd), (long long)length);
  end(point);
  return failed;
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

int rename(const char *from, const char *to) {
  if (!is_tracked(from)) return REAL(rename)(from, to);
  if (is_refused("rename", to)) return -1;
  int point = begin("rename", to);
  int failed = REAL(rename)(from, to);
  if (!failed) NOTE("rename\t%s\t%s\n", from, to);
  end(point);
  return failed;
}

int unlinkat(int at, const char *path, int flags) {
  if (!is_tracked(path)) return REAL(unlinkat)(at, path, flags);
  if (is_refused("unlink", path)) return -1;
  int point = begin("unlink", path);
  int failed = REAL(unlinkat)(at, path, flags);
  if (!failed) NOTE("unlink\t%s\n", path);
  end(point);
  return failed;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
  int failed = unlink(path);
  return failed && (errno == EISDIR || errno == EPERM) ? rmdir(path) : failed;
}

int mkdir(const char *path, mode_t mode) {
  if (!is_tracked(path)) return REAL(mkdir)(path, mode);
  if (is_refused("mkdir", path)) return -1;
  int point = begin("mkdir", path);
  int failed = REAL(mkdir)(path, mode);
  if (!failed) NOTE("mkdir\t%s\n", path);
  end(point);
  return failed;
}
