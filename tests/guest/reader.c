/* A dynamically linked program that reads one file, and the libraries that it has and should not have.
 *
 *   reader read-it FILE         exits with 0 if the file holds the secret, with the errno otherwise
 *   reader read-it FILE later   does so once there is a byte on its standard input
 *   reader hello                exits with 0
 *
 * -DLIBRARY makes the library that it is linked with. -DSMUGGLED makes one that takes its place, or
 * is loaded before it, and reads before the program's own main. */
#define _GNU_SOURCE
#include "evade.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int plain(void);

#ifndef LIBRARY
static int read_it(const char *path) {
    char bytes[sizeof SECRET] = "";
    int fd = open(path, O_RDONLY);
    if (fd < 0 || read(fd, bytes, sizeof bytes - 1) < 0) return errno;
    return strcmp(bytes, SECRET) ? EBADMSG : 0;
}
#endif

#ifdef SMUGGLED
/* Exits with what the attempt got, so that the program itself never comes to read. */
__attribute__((constructor)) static void before_main(int count, char **arguments) {
    if (count == 3) _exit(read_it(arguments[2]));
}

/* What makes it an auditing library for LD_AUDIT (rtld-audit(7)). */
unsigned la_version(unsigned version) { return version; }
#endif

#if defined LIBRARY || defined SMUGGLED
int plain(void) { return 0; }
#else
int main(int count, char **arguments) {
    char go;
    if (count == 2 && !strcmp(arguments[1], "hello")) return plain();
    if (count == 4 && read(0, &go, 1) != 1) return EPIPE;
    return count >= 3 ? read_it(arguments[2]) : EINVAL;
}
#endif
