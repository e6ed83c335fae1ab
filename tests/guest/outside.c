/* The process outside of the tree: what an editor, a key agent or another daemon of the user is.
 * It has the secret in its memory and open, answers on the network, and hands out what it is asked
 * for over a Unix socket. It ends when its standard input does. */
#define _GNU_SOURCE
#include "evade.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char remembered[] = SECRET;

struct request { char path[512]; int want_file; };

static struct sockaddr_un door(void) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%.90s/door", work);
    return at;
}

static void hand_over(int client) {
    struct request wanted;
    if (recv(client, &wanted, sizeof wanted, MSG_WAITALL) != sizeof wanted) return;
    int fd = open(wanted.path, O_RDONLY);
    char bytes[sizeof SECRET] = "";
    if (pread(fd, bytes, sizeof bytes - 1, 0) < 0) return;
    struct iovec content = {wanted.want_file ? "f" : bytes, wanted.want_file ? 1 : sizeof bytes};
    union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } control = {0};
    struct msghdr message = {.msg_iov = &content, .msg_iovlen = 1};
    if (wanted.want_file) {
        message.msg_control = &control, message.msg_controllen = sizeof control;
        control.head = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
        memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
    }
    sendmsg(client, &message, MSG_NOSIGNAL);
    close(fd);
}

int ask_outside(int want_file) {
    struct sockaddr_un at = door();
    struct request wanted = {.want_file = want_file};
    snprintf(wanted.path, sizeof wanted.path, "%s", secret);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (void *)&at, sizeof at) || send(fd, &wanted, sizeof wanted, MSG_NOSIGNAL) < 0) return -1;
    char bytes[sizeof SECRET] = "";
    struct iovec content = {bytes, sizeof bytes};
    union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } control = {0};
    struct msghdr message = {.msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t count = recvmsg(fd, &message, 0);
    if (count <= 0) return count ? -1 : fail(EPIPE);
    if (!want_file) return strcmp(bytes, SECRET) ? fail(EBADMSG) : 0;
    int file;
    if (message.msg_flags & MSG_CTRUNC || control.head.cmsg_type != SCM_RIGHTS) return fail(EPERM);
    memcpy(&file, CMSG_DATA(&control.head), sizeof file);
    return holds_secret(file);
}

static unsigned long told(const char *what) {
    char name[600];
    unsigned long number = 0;
    snprintf(name, sizeof name, "%s/%s", work, what);
    FILE *file = fopen(name, "r");
    if (!file || fscanf(file, "%lu", &number) != 1) abort();
    fclose(file);
    return number;
}

pid_t outside_pid(void) { return told("outside-pid"); }
unsigned long outside_address(void) { return told("outside-address"); }

static void tell(const char *what, unsigned long number) {
    FILE *file = fopen(text("%s/%s", work, what), "w");
    if (!file || fprintf(file, "%lu", number) < 0 || fclose(file)) abort();
}

static int listening(const char *address, int type, int port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), on = 1;
    inet_pton(AF_INET, address, &at.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (void *)&at, sizeof at) || (type == SOCK_STREAM && listen(fd, 64))) {
        fprintf(stderr, "no room on %s port %d: %s\n", address, port, strerror(errno));
        exit(1);
    }
    return fd;
}

static void echo(int fd, int is_stream) {
    char bytes[600];
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    struct timeval limit = {.tv_sec = 1};
    if (!is_stream) {
        ssize_t count = recvfrom(fd, bytes, sizeof bytes, MSG_DONTWAIT, (void *)&from, &length);
        if (count > 0) sendto(fd, bytes, count, MSG_DONTWAIT, (void *)&from, length);
        return;
    }
    int client = accept(fd, NULL, NULL);
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ssize_t count = recv(client, bytes, sizeof bytes, 0);
    if (count > 0) send(client, bytes, count, MSG_NOSIGNAL);
    close(client);
}

int serve(void) {
    struct { const char *address; int type, port; } places[] = {
        {"127.0.0.9", SOCK_STREAM, 7077}, {"127.0.0.1", SOCK_STREAM, 7077}, {"127.0.0.8", SOCK_STREAM, 53},
        {"127.0.0.9", SOCK_DGRAM, 7077},  {"127.0.0.1", SOCK_DGRAM, 7077},  {"127.0.0.8", SOCK_DGRAM, 53},
    };
    enum { COUNT = sizeof places / sizeof *places, DOOR = COUNT, INPUT };
    struct pollfd ends[COUNT + 2];
    struct sockaddr_un at = door();
    signal(SIGUSR1, SIG_IGN);
    dup2(open(text("%s/outside/id", guarded), O_RDONLY), OUTSIDE_FD);
    for (int index = 0; index < COUNT; index++)
        ends[index] = (struct pollfd){listening(places[index].address, places[index].type, places[index].port), POLLIN, 0};
    ends[DOOR] = (struct pollfd){socket(AF_UNIX, SOCK_STREAM, 0), POLLIN, 0};
    ends[INPUT] = (struct pollfd){0, POLLIN, 0};
    if (bind(ends[DOOR].fd, (void *)&at, sizeof at) || listen(ends[DOOR].fd, 8)) return errno;
    tell("outside-address", (unsigned long)remembered);
    tell("outside-pid", getpid());
    puts("ready"), fflush(stdout);
    while (poll(ends, COUNT + 2, -1) >= 0 || errno == EINTR) {
        if (ends[INPUT].revents) return 0;
        for (int index = 0; index < COUNT; index++)
            if (ends[index].revents) echo(ends[index].fd, places[index].type == SOCK_STREAM);
        if (ends[DOOR].revents) {
            int client = accept(ends[DOOR].fd, NULL, NULL);
            hand_over(client);
            close(client);
        }
    }
    return errno;
}
