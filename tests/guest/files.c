/* Attempts on a file by its own name, and what else can be done with it than reading. */
#define _GNU_SOURCE
#include "evade.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static char *fresh(const char *name) { return text("%s/%s-%d", work, name, getpid()); }

static int plain_read(void) { return read_secret(secret); }
static int ordinary_read(void) { return read_secret(text("%s/ordinary", work)); }

static int dot_dot(void) { return read_secret(text("%s/../work/../home/.ssh/../.ssh/%s", home, secret + strlen(guarded) + 1)); }

static int relative(void) {
    if (chdir(place)) return -1;
    return read_secret("id");
}

static int openat2_beneath(void) {
    struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_IN_ROOT};
    int root = open(world, O_PATH | O_DIRECTORY);
    int fd = syscall(SYS_openat2, root, secret + strlen(world), &how, sizeof how);
    return fd < 0 ? -1 : holds_secret(fd);
}

static int opened_as_path(void) {
    int fd = open(secret, O_PATH);
    return fd < 0 ? -1 : read_secret(text("/proc/self/fd/%d", fd));
}

static int by_handle(void) {
    struct { struct file_handle head; unsigned char bytes[MAX_HANDLE_SZ]; } handle = {.head.handle_bytes = MAX_HANDLE_SZ};
    int mount;
    if (name_to_handle_at(AT_FDCWD, secret, &handle.head, &mount, 0)) return -1;
    int at = open(home, O_RDONLY | O_DIRECTORY);
    int fd = open_by_handle_at(at, &handle.head, O_RDONLY);
    return fd < 0 ? -1 : holds_secret(fd);
}

static int list(void) {
    DIR *directory = opendir(place);
    if (!directory) return -1;
    struct dirent *entry;
    while ((entry = readdir(directory)))
        if (!strcmp(entry->d_name, "id")) return 0;
    return fail(ENOENT);
}

static int look(void) {
    struct stat what;
    return stat(secret, &what);
}

static int write_over(void) {
    int fd = open(secret, O_WRONLY);
    if (fd < 0) return -1;
    return write(fd, "x", 1) == 1 ? 0 : -1;
}

static int create(void) {
    int fd = open(text("%s/new", place), O_WRONLY | O_CREAT | O_EXCL, 0600);
    return fd < 0 ? -1 : 0;
}

static int make_directory(void) { return mkdir(text("%s/new", place), 0700); }
static int make_symlink(void) { return symlink("/etc/passwd", text("%s/new", place)); }
static int make_node(void) { return mknod(text("%s/new", place), S_IFIFO | 0600, 0); }
static int make_directory_away(void) { return rmdir(text("%s/empty", place)); }
static int cut(void) { return truncate(secret, 3); }
static int change_mode(void) { return chmod(secret, 0666); }
static int change_owner(void) { return chown(secret, 1, 1); }
static int extend(void) { return setxattr(secret, "trusted.ringfence", "x", 1, 0); }
static int delete(void) { return unlink(secret); }
static int rename_out(void) { return rename(secret, fresh("out")); }

static int rename_in(void) {
    char *from = fresh("in");
    close(creat(from, 0600));
    return rename(from, secret);
}

static int exchange(void) {
    char *from = fresh("exchange");
    close(creat(from, 0600));
    if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, secret, RENAME_EXCHANGE)) return -1;
    return read_secret(from);
}

static int rename_directory(void) {
    char *away = text("%s/moved", home);
    if (rename(guarded, away)) return -1;
    int result = rename(away, guarded);
    return result;
}

static int rename_parent(void) {
    char *away = text("%s/moved", world);
    if (rename(home, away)) return -1;
    int result = read_secret(text("%s%s", away, secret + strlen(home))), error = errno;
    if (rename(away, home)) abort();
    errno = error;
    return result;
}

static int send_open_file(void) {
    /* The runner opened it before the attempt began, outside. */
    int out = open(fresh("sent"), O_RDWR | O_CREAT, 0600);
    off_t from = 0;
    if (sendfile(out, OUTSIDE_FD, &from, sizeof SECRET) < 0) return -1;
    return holds_secret(out);
}

static int copy_range(void) {
    int out = open(fresh("copied"), O_RDWR | O_CREAT, 0600);
    loff_t from = 0;
    int in = open(secret, O_RDONLY);
    if (in < 0 || copy_file_range(in, &from, out, NULL, sizeof SECRET, 0) < 0) return -1;
    return holds_secret(out);
}

static int uring_read(const char *path) {
    struct io_uring_sqe operation = {.opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = (unsigned long)path, .open_flags = O_RDONLY};
    int fd = uring(&operation);
    return fd < 0 ? fail(-fd) : holds_secret(fd);
}

static int uring_open(void) { return uring_read(secret); }
static int uring_open_settled(void) { return uring_read(text("%s/settled", guarded)); }

static int uring_unlink(void) {
    struct io_uring_sqe operation = {.opcode = IORING_OP_UNLINKAT, .fd = AT_FDCWD, .addr = (unsigned long)secret};
    int result = uring(&operation);
    return result < 0 ? fail(-result) : 0;
}

static int uring_rename(void) {
    char *to = fresh("uring");
    struct io_uring_sqe operation = {.opcode = IORING_OP_RENAMEAT, .fd = AT_FDCWD, .addr = (unsigned long)secret, .len = AT_FDCWD, .off = (unsigned long)to};
    int result = uring(&operation);
    return result < 0 ? fail(-result) : read_secret(to);
}

const struct attempt files[] = {
    {"read", plain_read},
    {"ordinary-read", ordinary_read},
    {"dot-dot", dot_dot},
    {"relative", relative},
    {"openat2", openat2_beneath},
    {"o-path", opened_as_path},
    {"handle", by_handle},
    {"list", list},
    {"stat", look},
    {"write", write_over},
    {"create", create},
    {"mkdir", make_directory},
    {"rmdir", make_directory_away},
    {"make-symlink", make_symlink},
    {"mknod", make_node},
    {"truncate", cut},
    {"chmod", change_mode},
    {"chown", change_owner},
    {"setxattr", extend},
    {"unlink", delete},
    {"rename-out", rename_out},
    {"rename-onto", rename_in},
    {"exchange", exchange},
    {"rename-directory", rename_directory},
    {"rename-parent", rename_parent},
    {"sendfile-inherited", send_open_file},
    {"copy-file-range", copy_range},
    {"uring-open", uring_open},
    {"uring-open-settled", uring_open_settled},
    {"uring-unlink", uring_unlink},
    {"uring-rename", uring_rename},
    {0},
};
