/* What the attempts share: the world they happen in, and how one of them ends.
 *
 * An attempt returns 0 when it got what it wanted, for reading: when it holds the secret's very
 * bytes. Otherwise it returns -1 and errno says what stopped it. */
#ifndef EVADE_H
#define EVADE_H

#include <stddef.h>
#include <sys/types.h>

#define SECRET "ringfence-secret-0d5b"

/* Where things are; filled in by main. Paths are absolute. */
extern char home[512];      /* holds .ssh */
extern char guarded[512];   /* home/.ssh: every use is denied below it */
extern char place[512];     /* guarded/<attempt>-<side>: this attempt's own */
extern char secret[512];    /* place/id */
extern char work[512];      /* where anybody may do anything */
extern char world[512];     /* the root of it all */
extern const char *other_cgroup; /* a control group beside the sensor's */

/* How often, for attempts that take a number after their name. */
extern int amount;

struct attempt {
    const char *name;
    int (*run)(void);
};

extern const struct attempt files[], aliases[], processes[], network[];

/* Joins and formats into a buffer that lasts. */
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Ends an attempt with this errno. */
int fail(int error);
/* Says whether a file holds the secret. */
int holds_secret(int fd);
int read_secret(const char *path);
/* Runs it in a child. A child that is killed takes its parent with it, so that this is told. */
int in_child(int (*run)(void));
/* Runs a program; its exit code is the errno that it ended with. */
int run_program(char *const argv[]);
int wait_for(pid_t child);
/* The program that runs. */
char *own_program(void);

/* "inside" where this is "outside", and the other way round. */
const char *side_of_others(void);

int connect_denied(void);

/* One operation of a new io_uring; returns its result, a negative errno on failure. */
struct io_uring_sqe;
int uring(const struct io_uring_sqe *operation);

/* The process outside that has the secret in its memory and open as OUTSIDE_FD. */
#define OUTSIDE_FD 100
pid_t outside_pid(void);
unsigned long outside_address(void);
/* Asks the process outside for the secret of this attempt: its bytes, or the open file. */
int ask_outside(int want_file);

/* The process outside: serves until its standard input closes. */
int serve(void);

#endif
