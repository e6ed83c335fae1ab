/* A dynamically linked program that reads one file, and the library that is smuggled into it.
 *
 *   reader read-it FILE   exits with 0 if the file holds the secret, with the errno otherwise
 *   reader hello          exits with 0
 *
 * Built with -DPRELOADED it is a library, which does the same before the program's own main. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "evade.h"

static int read_it(const char *path) {
    char bytes[sizeof SECRET] = "";
    int fd = open(path, O_RDONLY);
    if (fd < 0 || read(fd, bytes, sizeof bytes - 1) < 0) return errno;
    return strcmp(bytes, SECRET) ? EBADMSG : 0;
}

#ifdef PRELOADED
/* Exits with what the attempt got, so that the program itself never comes to read. */
__attribute__((constructor)) static void before_main(int count, char **arguments) {
    if (count == 3) _exit(read_it(arguments[2]));
}

/* What makes it an auditing library for LD_AUDIT (rtld-audit(7)). */
unsigned la_version(unsigned version) { return version; }
#else
int main(int count, char **arguments) {
    if (count == 2 && !strcmp(arguments[1], "hello")) return 0;
    return count == 3 ? read_it(arguments[2]) : EINVAL;
}
#endif
