/* Tries to get round the fence, one way at a time. Statically linked.
 *
 *   evade agent WORLD SIDE   runs the attempts that it reads by name, one a line, and answers each
 *                            with `name through`, `name stopped ERRNO` or `name killed SIGNAL`
 *   evade serve WORLD SIDE   the process outside that the attempts talk to
 *   evade read-it FILE       exits with 0 if the file holds the secret, with the errno otherwise
 *   evade hello              exits with 0: what a denied program does when it does run */
#define _GNU_SOURCE
#include "evade.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* An attempt that takes longer hangs. */
#define SECONDS_PER_ATTEMPT 60

char home[512], guarded[512], place[512], secret[512], work[512], world[512];
const char *other_cgroup;
int amount;
static const char *side;

char *text(const char *format, ...) {
    va_list arguments;
    char *result = NULL;
    va_start(arguments, format);
    if (vasprintf(&result, format, arguments) < 0) abort();
    va_end(arguments);
    return result;
}

int fail(int error) {
    errno = error;
    return -1;
}

int holds_secret(int fd) {
    char bytes[sizeof SECRET] = "";
    ssize_t count = pread(fd, bytes, sizeof bytes - 1, 0);
    if (count < 0) return -1;
    return strcmp(bytes, SECRET) ? fail(EBADMSG) : 0;
}

int read_secret(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    int result = holds_secret(fd), error = errno;
    close(fd);
    errno = error;
    return result;
}

int wait_for(pid_t child) {
    int status;
    if (child < 0 || waitpid(child, &status, __WALL) < 0) return -1;
    if (WIFSIGNALED(status)) raise(WTERMSIG(status));
    return WEXITSTATUS(status) ? fail(WEXITSTATUS(status)) : 0;
}

int in_child(int (*run)(void)) {
    pid_t child = fork();
    if (child == 0) _exit(run() ? errno : 0);
    return wait_for(child);
}

int run_program(char *const argv[]) {
    pid_t child = fork();
    if (child == 0) {
        execv(argv[0], argv);
        _exit(errno);
    }
    return wait_for(child);
}

char *own_program(void) { return text("%s/evade", world); }

int uring(const struct io_uring_sqe *operation) {
    struct io_uring_params how = {0};
    int ring = syscall(SYS_io_uring_setup, 2, &how);
    if (ring < 0) return -errno;
    char *sq = mmap(0, how.sq_off.array + how.sq_entries * 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
    char *cq = mmap(0, how.cq_off.cqes + how.cq_entries * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_CQ_RING);
    struct io_uring_sqe *entries = mmap(0, how.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
    if (sq == MAP_FAILED || cq == MAP_FAILED || entries == MAP_FAILED) return -errno;
    entries[0] = *operation;
    *(unsigned *)(sq + how.sq_off.array) = 0;
    __atomic_store_n((unsigned *)(sq + how.sq_off.tail), 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) return -errno;
    int result = ((struct io_uring_cqe *)(cq + how.cq_off.cqes))[0].res;
    close(ring);
    return result;
}

static const struct attempt *find(const char *name) {
    const struct attempt *groups[] = {files, aliases, processes, network};
    for (size_t group = 0; group < sizeof groups / sizeof *groups; group++)
        for (const struct attempt *one = groups[group]; one->name; one++)
            if (!strcmp(one->name, name)) return one;
    return NULL;
}

const char *side_of_others(void) { return strcmp(side, "inside") ? "inside" : "outside"; }

static void leave_pid(pid_t pid) {
    FILE *file = fopen(text("%s/last-pid-%s", work, side), "w");
    if (file) fprintf(file, "%d", pid), fclose(file);
}

static void settle(const char *name) {
    snprintf(place, sizeof place, "%.300s/%.80s-%.20s", guarded, name, side);
    snprintf(secret, sizeof secret, "%.500s/id", place);
}

static int attempt(const char *name) {
    const struct attempt *one = find(name);
    if (!one) return fail(ENOTNAM);
    settle(name);
    alarm(SECONDS_PER_ATTEMPT);
    return one->run();
}

static int agent(void) {
    /* What was opened before anybody watched: an inherited file. */
    dup2(open(text("%s/inherited/id", guarded), O_RDONLY), OUTSIDE_FD);
    puts("ready"), fflush(stdout);
    char name[80];
    while (fgets(name, sizeof name, stdin)) {
        name[strcspn(name, "\n")] = 0;
        amount = atoi(name + strcspn(name, " "));
        name[strcspn(name, " ")] = 0;
        int status;
        pid_t child = fork();
        if (child == 0) _exit(attempt(name) ? errno : 0);
        if (child < 0 || waitpid(child, &status, 0) < 0) return errno;
        leave_pid(child);
        if (WIFSIGNALED(status)) printf("%s killed %s\n", name, sigabbrev_np(WTERMSIG(status)));
        else if (WEXITSTATUS(status)) printf("%s stopped %s\n", name, strerrorname_np(WEXITSTATUS(status)) ?: "?");
        else printf("%s through\n", name);
        fflush(stdout);
    }
    return 0;
}

int main(int count, char **arguments) {
    if (count == 2 && !strcmp(arguments[1], "hello")) return 0;
    if (count == 3 && !strcmp(arguments[1], "read-it")) return read_secret(arguments[2]) ? errno : 0;
    if (count < 4) return EINVAL;
    snprintf(world, sizeof world, "%.200s", arguments[2]);
    snprintf(home, sizeof home, "%.200s/home", world);
    snprintf(guarded, sizeof guarded, "%.210s/.ssh", home);
    snprintf(work, sizeof work, "%.200s/work", world);
    side = arguments[3];
    other_cgroup = getenv("OTHER_CGROUP");
    if (!strcmp(arguments[1], "agent")) return agent();
    if (!strcmp(arguments[1], "serve")) return serve();
    return EINVAL;
}
