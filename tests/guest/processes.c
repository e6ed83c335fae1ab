/* Attempts to start a program unseen, to leave the tree, or to use a process outside of it. */
#define _GNU_SOURCE
#include "evade.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOADER "/lib64/ld-linux-x86-64.so.2"
#define STORM_WIDTH 32
#define STORM_DEPTH 20


/* This attempt's secret, by a program that does nothing but read it. */
static char *const *reader(char *program) {
    static char *argv[4];
    argv[0] = program, argv[1] = "read-it", argv[2] = secret;
    return argv;
}

static char *denied(void) { return text("%s/denied-program", world); }
static char *dynamic(void) { return text("%s/reader", world); }
static int ordinary_exec(void) { return run_program((char *[]){own_program(), "hello", NULL}); }
static int denied_exec(void) { return run_program((char *[]){denied(), "hello", NULL}); }
static int dynamic_read(void) { return run_program((char **)reader(dynamic())); }
static int loader_read(void) { return run_program((char *[]){LOADER, dynamic(), "read-it", secret, NULL}); }
static int loader_denied(void) { return run_program((char *[]){LOADER, text("%s/denied-dynamic", world), "hello", NULL}); }

static int shell_read(void) {
    return run_program((char *[]){"/bin/sh", "-c", "read -r line < \"$0\"; [ \"$line\" = " SECRET " ]", secret, NULL});
}

static int denied_by_symlink(void) {
    char *name = text("%s/program-%d", work, getpid());
    if (symlink(denied(), name)) return -1;
    return run_program((char *[]){name, "hello", NULL});
}

static int denied_by_descriptor(void) {
    int fd = open(denied(), O_PATH);
    pid_t child = fork();
    if (child == 0) {
        syscall(SYS_execveat, fd, "", (char *[]){"program", "hello", NULL}, NULL, AT_EMPTY_PATH);
        _exit(errno);
    }
    return wait_for(child);
}

static int copy_to(int out, const char *from) {
    int in = open(from, O_RDONLY);
    if (in < 0) return -1;
    struct stat what;
    fstat(in, &what);
    for (off_t left = what.st_size; left > 0;) {
        ssize_t count = copy_file_range(in, NULL, out, NULL, left, 0);
        if (count <= 0) {
            char bytes[65536];
            count = read(in, bytes, sizeof bytes);
            if (count <= 0 || write(out, bytes, count) != count) return fail(EIO);
        }
        left -= count;
    }
    close(in);
    return 0;
}

static int denied_by_copy(void) {
    char *name = text("%s/copy-%d", work, getpid());
    int out = open(name, O_WRONLY | O_CREAT, 0700);
    if (copy_to(out, denied())) return -1;
    close(out);
    return run_program((char *[]){name, "hello", NULL});
}

/* A program that never was a file. */
static int memory_program(void) {
    int fd = memfd_create("program", MFD_CLOEXEC);
    if (copy_to(fd, own_program())) return -1;
    pid_t child = fork();
    if (child == 0) {
        syscall(SYS_execveat, fd, "", reader("program"), NULL, AT_EMPTY_PATH);
        _exit(errno);
    }
    return wait_for(child);
}

static char *login(void) { return text("%s/.agent/login", home); }
static int agents_login(void) {
    char *const arguments[] = {dynamic(), "read-it", login(), NULL};
    return run_program(arguments);
}
static int own_login(void) { return read_secret(login()); }
static int excepted(void) { return run_program((char **)reader(text("%s/excepted", world))); }

static int preload_excepted(void) {
    setenv("LD_PRELOAD", text("%s/smuggled.so", world), 1);
    return excepted();
}

static int audit_excepted(void) {
    setenv("LD_AUDIT", text("%s/smuggled.so", world), 1);
    return excepted();
}

/* The library that the program itself wants, from another directory. */
static int library_path_excepted(void) {
    setenv("LD_LIBRARY_PATH", text("%s/smuggled", world), 1);
    return excepted();
}

/* The loader is what runs: the exception is for another program. */
static int loader_excepted(void) { return run_program((char *[]){LOADER, text("%s/excepted", world), "read-it", secret, NULL}); }

static int trace_excepted(void) {
    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        execv(text("%s/excepted", world), reader(text("%s/excepted", world)));
        _exit(errno);
    }
    int status;
    if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status)) return fail(EPERM);
    if (ptrace(PTRACE_DETACH, child, 0, 0)) return -1;
    return wait_for(child);
}

/* Attaches once the program runs, and lets it open the file: its memory is then anybody's. */
static int trace_excepted_later(void) {
    int go[2], runs[2];
    char none;
    if (pipe(go) || pipe2(runs, O_CLOEXEC)) return -1;
    pid_t child = fork();
    if (child == 0) {
        dup2(go[0], 0);
        execv(text("%s/excepted", world), (char *[]){"excepted", "read-it", secret, "later", NULL});
        _exit(errno);
    }
    close(runs[1]);
    /* Its end closes when the program begins. */
    if (read(runs[0], &none, 1) || ptrace(PTRACE_SEIZE, child, 0, 0)) {
        int error = errno;
        kill(child, SIGKILL), waitpid(child, NULL, 0);
        return fail(error);
    }
    if (write(go[1], "g", 1) != 1) return -1;
    return wait_for(child);
}

/* Waits on a pipe for what a process that is nobody's child any more found out. */
static int told_by(int answer) {
    unsigned char error = EOWNERDEAD;
    return read(answer, &error, 1) == 1 && !error ? 0 : fail(error);
}

static int orphan(void) {
    int ends[2];
    if (pipe(ends)) return -1;
    pid_t child = fork();
    if (child == 0) {
        pid_t middle = getpid();
        setsid();
        if (fork()) _exit(0);
        while (getppid() == middle) sched_yield();
        close(ends[0]);
        unsigned char error = read_secret(secret) ? errno : 0;
        _exit(write(ends[1], &error, 1) != 1);
    }
    close(ends[1]);
    waitpid(child, NULL, 0);
    return told_by(ends[0]);
}

static pid_t clone_with(unsigned long long flags, int cgroup) {
    struct clone_args how = {.flags = flags, .exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD, .cgroup = cgroup};
    return syscall(SYS_clone3, &how, sizeof how);
}

static int sibling(void) {
    int ends[2];
    if (pipe(ends)) return -1;
    pid_t child = clone_with(CLONE_PARENT, 0);
    if (child < 0) return -1;
    if (child == 0) {
        unsigned char error = read_secret(secret) ? errno : 0;
        _exit(write(ends[1], &error, 1) != 1);
    }
    close(ends[1]);
    return told_by(ends[0]);
}

static int vforked(void) {
    pid_t child = vfork();
    if (child == 0) {
        execv(dynamic(), reader(dynamic()));
        _exit(errno);
    }
    return wait_for(child);
}

static int own_secret(void) { return read_secret(secret); }

static int new_pid_namespace(void) {
    if (unshare(CLONE_NEWPID)) return -1;
    return in_child(own_secret);
}

static void *read_in_thread(void *unused) {
    (void)unused;
    return (void *)(long)(read_secret(secret) ? errno : 0);
}

static int thread(void) {
    pthread_t one;
    void *error;
    if (pthread_create(&one, NULL, read_in_thread, NULL)) return -1;
    pthread_join(one, &error);
    return error ? fail((long)error) : 0;
}

#define CROWD 48
#define TRIES 40

static void *read_often(void *unused) {
    (void)unused;
    long stopped = 0;
    for (int count = 0; count < TRIES; count++) {
        if (!read_secret(secret)) return NULL;
        stopped = errno;
    }
    return (void *)stopped;
}

/* Many at once: what a sensor has only so much of for each processor must not decide. */
static int crowd(void) {
    pthread_t all[CROWD];
    long last = 0;
    for (int index = 0; index < CROWD; index++)
        if (pthread_create(&all[index], NULL, read_often, NULL)) return -1;
    for (int index = 0; index < CROWD; index++) {
        void *error;
        pthread_join(all[index], &error);
        if (!error) return 0;
        last = (long)error;
    }
    return fail(last);
}

static void *exec_in_thread(void *unused) {
    (void)unused;
    execv(dynamic(), reader(dynamic()));
    _exit(errno);
}

static int thread_exec(void) {
    pid_t child = fork();
    if (child == 0) {
        pthread_t one;
        pthread_create(&one, NULL, exec_in_thread, NULL);
        for (;;) pause();
    }
    return wait_for(child);
}

/* Hundreds of processes at once, each chain handing on to a child and ending; the last ones read. */
static int storm(void) {
    int ends[2];
    if (pipe(ends)) return -1;
    for (int chain = 0; chain < STORM_WIDTH; chain++) {
        if (fork()) continue;
        for (int depth = 0; depth < STORM_DEPTH; depth++)
            if (fork()) _exit(0);
        unsigned char error = read_secret(secret) ? errno : 0;
        _exit(write(ends[1], &error, 1) != 1);
    }
    close(ends[1]);
    unsigned char error = 0, last = 0;
    int told = 0, through = 0;
    while (read(ends[0], &error, 1) == 1) told++, through += !error, last = error ?: last;
    /* One that is killed tells nothing. */
    if (through) return 0;
    return fail(told ? last : EOWNERDEAD);
}

/* A process with the id that one of the other side had until lately: inside it is as watched as any
 * other, outside as free. */
static int reused(void) {
    FILE *file = fopen(text("%s/last-pid-%s", work, side_of_others()), "r");
    pid_t last;
    if (!file || fscanf(file, "%d", &last) != 1) return fail(ENODATA);
    struct clone_args how = {.exit_signal = SIGCHLD, .set_tid = (unsigned long)&last, .set_tid_size = 1};
    pid_t child = syscall(SYS_clone3, &how, sizeof how);
    if (child == 0) _exit(own_secret() ? errno : 0);
    return wait_for(child);
}

static int into_other_cgroup(void) {
    int cgroup = open(other_cgroup, O_PATH | O_DIRECTORY);
    if (cgroup < 0) return -1;
    pid_t child = clone_with(CLONE_INTO_CGROUP, cgroup);
    if (child == 0) _exit(own_secret() ? errno : 0);
    return wait_for(child);
}

static int leave_cgroup(void) {
    int members = open(text("%s/cgroup.procs", other_cgroup), O_WRONLY);
    return members < 0 || write(members, "0", 1) != 1 ? -1 : 0;
}

static int migrate(void) { return leave_cgroup() ? -1 : own_secret(); }
static int migrate_and_connect(void) { return leave_cgroup() ? -1 : connect_denied(); }

static int trace_outside(void) {
    if (ptrace(PTRACE_SEIZE, outside_pid(), 0, 0)) return -1;
    ptrace(PTRACE_INTERRUPT, outside_pid(), 0, 0);
    waitpid(outside_pid(), NULL, __WALL);
    errno = 0;
    long word = ptrace(PTRACE_PEEKDATA, outside_pid(), outside_address(), 0);
    ptrace(PTRACE_DETACH, outside_pid(), 0, 0);
    return memcmp(&word, SECRET, sizeof word) ? fail(EBADMSG) : 0;
}

static int read_memory_outside(void) {
    char bytes[sizeof SECRET] = "";
    struct iovec here = {bytes, sizeof bytes}, there = {(void *)outside_address(), sizeof bytes};
    if (process_vm_readv(outside_pid(), &here, 1, &there, 1, 0) < 0) return -1;
    return memcmp(bytes, SECRET, sizeof bytes) ? fail(EBADMSG) : 0;
}

static int memory_file_outside(void) {
    char bytes[sizeof SECRET] = "";
    int fd = open(text("/proc/%d/mem", outside_pid()), O_RDONLY);
    if (fd < 0 || pread(fd, bytes, sizeof bytes, outside_address()) < 0) return -1;
    return memcmp(bytes, SECRET, sizeof bytes) ? fail(EBADMSG) : 0;
}

static int take_descriptor(void) {
    int process = syscall(SYS_pidfd_open, outside_pid(), 0);
    int fd = syscall(SYS_pidfd_getfd, process, OUTSIDE_FD, 0);
    return fd < 0 ? -1 : holds_secret(fd);
}

static int ask_for_bytes(void) { return ask_outside(0); }
static int ask_for_file(void) { return ask_outside(1); }
static int signal_guarded(void) { return kill(outside_pid(), SIGUSR1); }

/* What sensors are flooded with: so many processes, one after another. */
static int fork_often(void) {
    for (int count = 0; count < amount; count++) {
        pid_t child = fork();
        if (child == 0) _exit(0);
        if (wait_for(child)) return -1;
    }
    return 0;
}

/* So many processes at the same time. */
static int fork_together(void) {
    int ends[2];
    char byte;
    if (pipe(ends)) return -1;
    for (int count = 0; count < amount; count++) {
        pid_t child = fork();
        if (child < 0) return -1;
        if (child) continue;
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) != 0);
    }
    close(ends[1]);
    for (int count = 0; count < amount; count++) wait(NULL);
    return 0;
}

/* So many files, each made and deleted: two things that are always told, never the same twice. */
static int make_often(void) {
    for (int count = 0; count < amount; count++) {
        char name[600];
        snprintf(name, sizeof name, "%s/made-%d", work, count);
        int fd = open(name, O_WRONLY | O_CREAT, 0600);
        if (fd < 0 || close(fd) || unlink(name)) return -1;
    }
    return 0;
}

const struct attempt processes[] = {
    {"ordinary-exec", ordinary_exec},
    {"exec", denied_exec},
    {"exec-symlink", denied_by_symlink},
    {"exec-by-fd", denied_by_descriptor},
    {"exec-copy", denied_by_copy},
    {"exec-by-loader", loader_denied},
    {"dynamic-program", dynamic_read},
    {"loader", loader_read},
    {"shell", shell_read},
    {"memfd-exec", memory_program},
    {"excepted", excepted}, {"agents-login", agents_login}, {"own-login", own_login},
    {"excepted-preload", preload_excepted},
    {"excepted-audit", audit_excepted},
    {"excepted-library-path", library_path_excepted},
    {"excepted-loader", loader_excepted},
    {"excepted-traced", trace_excepted},
    {"excepted-traced-later", trace_excepted_later},
    {"orphan", orphan},
    {"clone-parent", sibling},
    {"vfork", vforked},
    {"pid-namespace", new_pid_namespace},
    {"thread", thread},
    {"thread-crowd", crowd},
    {"thread-exec", thread_exec},
    {"fork-storm", storm},
    {"pid-reuse", reused},
    {"clone-into-cgroup", into_other_cgroup},
    {"cgroup-migration", migrate},
    {"cgroup-connect", migrate_and_connect},
    {"ptrace-outside", trace_outside},
    {"process-vm-readv", read_memory_outside},
    {"proc-outside-mem", memory_file_outside},
    {"pidfd-getfd", take_descriptor},
    {"outside-bytes", ask_for_bytes},
    {"outside-file", ask_for_file},
    {"signal-guarded", signal_guarded},
    {"fork-often", fork_often},
    {"fork-together", fork_together},
    {"make-often", make_often},
    {0},
};
