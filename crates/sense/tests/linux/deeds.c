/* Does one thing that a sensor must see, as the tests name it. `deeds gate CMD...` waits for a byte on
 * its standard input first, so that the test can watch it before anything happens. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char **then;

static void *run_then(void *nothing)
{
	(void)nothing;
	execv(then[0], then);
	_exit(9);
}

static int do_write(const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT, 0600);
	return file < 0 ? errno : 0;
}

static int say(int result)
{
	if (result < 0)
		printf("%s\n", strerror(errno));
	else
		printf("ok\n");
	return 0;
}

static int do_connect(const char *address, int port, int kind)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
	int is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
	inet_pton(AF_INET, address, &four.sin_addr);
	int number = socket(is_six ? AF_INET6 : AF_INET, kind, 0);
	if (kind == SOCK_DGRAM)
		return say(sendto(number, "x", 1, 0, is_six ? (void *)&six : (void *)&four, is_six ? sizeof six : sizeof four));
	return say(connect(number, is_six ? (void *)&six : (void *)&four, is_six ? sizeof six : sizeof four));
}

/* Asks a server on port 53 of an address for a name, on a connected socket or not. */
static int do_query(const char *address, const char *name, int connected)
{
	unsigned char packet[512] = { 0, 7, 1, 0, 0, 1 };
	int at = 12;
	struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(53) };
	inet_pton(AF_INET, address, &server.sin_addr);
	while (*name) {
		int length = strcspn(name, ".");
		packet[at++] = length;
		memcpy(packet + at, name, length);
		at += length;
		name += length + (name[length] == '.');
	}
	packet[at++] = 0;
	packet[at++] = 0;
	packet[at++] = 16; /* TXT */
	packet[at++] = 0;
	packet[at++] = 1;
	int number = socket(AF_INET, SOCK_DGRAM, 0);
	if (!connected)
		return say(sendto(number, packet, at, 0, (void *)&server, sizeof server));
	if (connect(number, (void *)&server, sizeof server))
		return say(-1);
	return say(send(number, packet, at, 0));
}

static int do_unix(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	strncpy(to.sun_path, path, sizeof to.sun_path - 1);
	int number = socket(AF_UNIX, SOCK_STREAM, 0);
	return say(connect(number, (void *)&to, sizeof to));
}

static int do_listen(const char *address)
{
	struct sockaddr_in here = { .sin_family = AF_INET };
	inet_pton(AF_INET, address, &here.sin_addr);
	int number = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(number, (void *)&here, sizeof here))
		return say(-1);
	return say(listen(number, 1));
}

static int do_read(const char *path)
{
	char text[256];
	int file = open(path, O_RDONLY);
	if (file < 0)
		return say(-1);
	int length = read(file, text, sizeof text);
	write(1, text, length > 0 ? length : 0);
	return 0;
}

static int flood(int many, const char *directory)
{
	char path[512];
	for (int i = 0; i < many; i++) {
		snprintf(path, sizeof path, "%s/%d", directory, i);
		do_write(path);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argv[1], *first = argc > 2 ? argv[2] : "", *second = argc > 3 ? argv[3] : "";
	if (!strcmp(what, "gate")) {
		char byte;
		if (read(0, &byte, 1) != 1)
			return 8;
		execvp(argv[2], argv + 2);
		return 9;
	}
	if (!strcmp(what, "orphan")) {
		if (fork())
			return 0;
		setsid();
		if (fork())
			return 0;
		return do_write(first);
	}
	if (!strcmp(what, "sibling")) {
		if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0))
			return 0;
		return do_write(first);
	}
	if (!strcmp(what, "thread-exec")) {
		pthread_t thread;
		then = argv + 2;
		pthread_create(&thread, 0, run_then, 0);
		for (;;)
			pause();
	}
	if (!strcmp(what, "wait-child")) { /* a child that is there before the test watches */
		if (!fork()) {
			char byte;
			read(0, &byte, 1);
			return do_write(first);
		}
		wait(0);
		return 0;
	}
	if (!strcmp(what, "connect"))
		return do_connect(first, atoi(second), SOCK_STREAM);
	if (!strcmp(what, "send"))
		return do_connect(first, atoi(second), SOCK_DGRAM);
	if (!strcmp(what, "query"))
		return do_query(first, second, 0);
	if (!strcmp(what, "query-connected"))
		return do_query(first, second, 1);
	if (!strcmp(what, "unix"))
		return do_unix(first);
	if (!strcmp(what, "listen"))
		return do_listen(first);
	if (!strcmp(what, "read"))
		return do_read(first);
	if (!strcmp(what, "kill"))
		return say(kill(atoi(first), atoi(second)));
	if (!strcmp(what, "flood"))
		return flood(atoi(first), second);
	return 7;
}
