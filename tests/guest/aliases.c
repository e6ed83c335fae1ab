/* Attempts to reach the same file by another name: links, mounts, roots, namespaces. */
#define _GNU_SOURCE
#include "evade.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of <sys/mount.h>, which can't stand beside <linux/mount.h>. */
int mount(const char *, const char *, const char *, unsigned long, const void *);
#define BIND 4096
#define RECURSIVE 16384
#define PRIVATE (1 << 18)

static char *fresh_directory(const char *name) {
    char *path = text("%s/%s-%d", work, name, getpid());
    mkdir(path, 0700);
    return path;
}

/* From here on nothing that is mounted is seen by others, or outlives the attempt. */
static int own_mounts(int and) {
    if (unshare(CLONE_NEWNS | and)) return -1;
    return mount(NULL, "/", NULL, RECURSIVE | PRIVATE, NULL);
}

static int link_to(const char *target) {
    char *name = text("%s/link-%d", work, getpid());
    if (symlink(target, name)) return -1;
    return read_secret(name);
}

static int one_symlink(void) { return link_to(secret); }

static int symlink_chain(void) {
    char *target = secret;
    for (int count = 0; count < 30; count++) {
        char *name = text("%s/chain-%d-%d", work, getpid(), count);
        if (symlink(target, name)) return -1;
        target = name;
    }
    return read_secret(target);
}

static int symlinked_directory(void) {
    char *name = text("%s/directory-%d", work, getpid());
    if (symlink(place, name)) return -1;
    return read_secret(text("%s/id", name));
}

static int hard_link(void) {
    char *name = text("%s/hard-%d", work, getpid());
    if (link(secret, name)) return -1;
    return read_secret(name);
}

static int hard_link_by_descriptor(void) {
    char *name = text("%s/hard-%d", work, getpid());
    int fd = open(secret, O_PATH);
    if (linkat(AT_FDCWD, text("/proc/self/fd/%d", fd), AT_FDCWD, name, AT_SYMLINK_FOLLOW)) return -1;
    return read_secret(name);
}

static int hard_link_before(void) { return read_secret(text("%s/linked-before", work)); }
static int proc_root(void) { return read_secret(text("/proc/self/root%s", secret)); }

static int proc_fd(void) {
    int directory = open(home, O_PATH | O_DIRECTORY);
    return read_secret(text("/proc/self/fd/%d%s", directory, secret + strlen(home)));
}

static int proc_cwd(void) {
    if (chdir(home)) return -1;
    return read_secret(text("/proc/self/cwd%s", secret + strlen(home)));
}

static int outside_root(void) { return read_secret(text("/proc/%d/root%s", outside_pid(), secret)); }
static int outside_file(void) { return read_secret(text("/proc/%d/fd/%d", outside_pid(), OUTSIDE_FD)); }

static int bind_directory(void) {
    char *at = fresh_directory("bind");
    if (own_mounts(0) || mount(place, at, NULL, BIND, NULL)) return -1;
    return read_secret(text("%s/id", at));
}

static int bind_parent(void) {
    char *at = fresh_directory("parent");
    if (own_mounts(0) || mount(home, at, NULL, BIND, NULL)) return -1;
    return read_secret(text("%s%s", at, secret + strlen(home)));
}

static int bind_file(void) {
    char *at = text("%s/bound-%d", work, getpid());
    close(creat(at, 0600));
    if (own_mounts(0) || mount(secret, at, NULL, BIND, NULL)) return -1;
    return read_secret(at);
}

static int detached_tree(void) {
    int tree = syscall(SYS_open_tree, AT_FDCWD, place, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0) return -1;
    int fd = openat(tree, "id", O_RDONLY);
    return fd < 0 ? -1 : holds_secret(fd);
}

static int user_namespace(void) {
    char *at = fresh_directory("user");
    if (own_mounts(CLONE_NEWUSER) || mount(home, at, NULL, BIND | RECURSIVE, NULL)) return -1;
    return read_secret(text("%s%s", at, secret + strlen(home)));
}

/* What is read is the user's; what anybody else sees at that place is now the agent's. */
static int mount_over(void) {
    char *with = fresh_directory("over");
    if (own_mounts(0)) return -1;
    return mount(with, place, NULL, BIND, NULL);
}

static int overlay(void) {
    char *at = fresh_directory("overlay"), *layers = fresh_directory("layers");
    if (own_mounts(0) || mount("tmpfs", layers, "tmpfs", 0, NULL)) return -1;
    char *upper = text("%s/upper", layers), *scratch = text("%s/scratch", layers);
    mkdir(upper, 0700), mkdir(scratch, 0700);
    if (mount("overlay", at, "overlay", 0, text("lowerdir=%s,upperdir=%s,workdir=%s", home, upper, scratch))) return -1;
    return read_secret(text("%s%s", at, secret + strlen(home)));
}

/* Opening for writing copies the file up before anybody reads it. */
static int overlay_copy_up(void) {
    char *at = fresh_directory("copy-up"), *layers = fresh_directory("layers");
    if (own_mounts(0) || mount("tmpfs", layers, "tmpfs", 0, NULL)) return -1;
    char *upper = text("%s/upper", layers), *scratch = text("%s/scratch", layers);
    mkdir(upper, 0700), mkdir(scratch, 0700);
    if (mount("overlay", at, "overlay", 0, text("lowerdir=%s,upperdir=%s,workdir=%s", home, upper, scratch))) return -1;
    char *below = secret + strlen(home);
    chmod(text("%s%s", at, below), 0640);
    return read_secret(text("%s%s", upper, below));
}

static int change_root(void) {
    if (chroot(home)) return -1;
    return read_secret(secret + strlen(home));
}

const struct attempt aliases[] = {
    {"symlink", one_symlink},
    {"symlink-chain", symlink_chain},
    {"symlink-directory", symlinked_directory},
    {"hard-link", hard_link},
    {"hard-link-by-fd", hard_link_by_descriptor},
    {"hard-link-before", hard_link_before},
    {"proc-self-root", proc_root},
    {"proc-self-fd", proc_fd},
    {"proc-self-cwd", proc_cwd},
    {"proc-outside-root", outside_root},
    {"proc-outside-fd", outside_file},
    {"bind-mount", bind_directory},
    {"bind-parent", bind_parent},
    {"bind-file", bind_file},
    {"open-tree", detached_tree},
    {"user-namespace", user_namespace},
    {"mount-over", mount_over},
    {"overlay", overlay},
    {"overlay-copy-up", overlay_copy_up},
    {"chroot", change_root},
    {0},
};
