/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* What both sides know: crates/sense/src/linux/{record,layout}.rs read and write the same bytes. */
#pragma once

enum kind {
	KIND_FORK = 1,
	KIND_EXEC,
	KIND_EXIT,
	KIND_OPEN,
	KIND_RENAME,
	KIND_UNLINK,
	KIND_LINK,
	KIND_MAKE,
	KIND_ATTRIBUTES,
	KIND_TRUNCATE,
	KIND_CONNECT,
	KIND_SEND,
	KIND_UNIX,
	KIND_LISTEN,
	KIND_ACCEPT,
	KIND_QUERY,
	KIND_TRACE,
	KIND_SIGNAL,
	KIND_MOUNT,
	KIND_MODULE,
	KIND_PROGRAM,
	KIND_QUEUE,
	KINDS,
};

/* How an opened file was opened: `detail` of KIND_OPEN. */
enum opened { OPENED_READ, OPENED_WRITE, OPENED_CREATED };

enum flag {
	FLAG_DENIED = 1,      /* refused, or its process ended for it */
	FLAG_ARGV_CUT = 2,    /* more arguments than were read */
	FLAG_ENV_CUT = 4,     /* a larger environment than was read */
	FLAG_AS_NAMED = 8,    /* paths are what the process named: path, new path, base, new base */
	FLAG_PATH_CUT = 16,   /* the beginning of a path is missing */
	FLAG_INTEREST = 32,   /* somebody asked to hear of it */
	FLAG_FALLIBLE = 64,   /* matched by the end of a path: user space looks at all of it */
};

#define PARTS 5

/* The head of each record in the ring; its parts follow, one after another. */
struct record {
	u64 at;            /* nanoseconds since boot */
	u64 started;       /* of the process, in ticks as /proc/<pid>/stat tells it */
	u64 tree_started;
	u64 other_started;
	u32 pid;
	u32 tree;
	u32 owner;
	u32 user;
	u32 other;         /* child, exit code, target, record type */
	s32 result;
	u32 rule;
	u32 times;
	u8 address[16];
	u16 port;
	u8 kind;
	u8 detail;
	u16 flags;
	u16 lengths[PARTS];
};

struct process_key { u32 pid; u32 pad; u64 started; };

/* A process of a watched tree; its key is its number. */
struct member {
	struct process_key tree;
	u64 started;
	u64 parent_started;
	u64 reads;              /* files it read that nobody asked to hear of */
	u64 executable;         /* inode, 0 if it never ran one in our sight */
	u32 device;
	u32 owner;
	u32 parent;
	u32 preloaded;          /* its executable was started with a foreign library, or may be */
	u32 agent;              /* the program that the tree began with, or one of its kind that it started */
	u32 pad;
};

struct tree { u32 owner; u32 pad; u64 ring_full; u64 map_full; u64 fault; };

/* A tree that may reach only what is kept under `id`; `rule` is the rule's number and one. */
struct lock { u32 id; u32 rule; };

struct owner {
	u64 pulse;              /* monotonic nanoseconds of its last sign of life */
	u64 lasts;              /* a bit for each last byte of an end of a path, modulo 64 */
	u32 enforce;
	u32 variables;          /* how many variables it wants to hear of */
	u32 endings;            /* how many ends of paths */
	u32 prefixes;           /* how many beginnings */
	u32 guarded_rule;       /* denies signals to guarded processes and tracing them */
	u32 guarded_denies;
	u32 kernel_rule;        /* denies loading modules and programs */
	u32 kernel_denies;
};

struct guard_key { u32 pid; u32 owner; };

#define USES 8 /* five, and room */
enum use { USE_READ = 1, USE_WRITE = 2, USE_EXECUTE = 4, USE_REMOVE = 8, USE_LINK = 16 };

struct file_key { u64 inode; u32 device; u32 owner; };
struct file_rule {
	u32 numbers[USES];
	u32 denies;             /* uses */
	u32 excepted;           /* uses that some executables may all the same */
	u32 interest;
	u32 spares;             /* uses that agents themselves may all the same */
};

/* What stands in `inode` and `device`: an executable that a rule excepts; one that some rule excepts
 * (number 0); a file that a rule holds no more; a tree (its start and number) that it does not hold. */
enum excepts { EXCEPTS_PROGRAM, EXCEPTS_SOMEWHERE, EXCEPTS_FILE, EXCEPTS_TREE };
struct exception_key { u64 inode; u32 device; u32 owner; u32 number; u32 what; };

enum scope { SCOPE_RULE = 1, SCOPE_LOCK, SCOPE_INTEREST };
struct address4_key { u32 bits; u32 kind; u32 scope; u8 data[4]; };
struct address6_key { u32 bits; u32 kind; u32 scope; u8 data[16]; };
#define NAME 248
struct name_key { u32 bits; u32 kind; u32 scope; u8 data[NAME]; };
#define ENDING 32
struct ending_key { u32 bits; u32 kind; u32 scope; u8 data[ENDING]; };
#define PREFIX 120
struct prefix_key { u32 bits; u32 kind; u32 scope; u8 data[PREFIX]; };

/* Programs whose start makes a tree, and interpreters (owner ANYBODY) whose first argument counts. */
#define ANYBODY 0xffffffff
struct program_key { u32 owner; char name[16]; };

struct repeat_key { u64 what; u32 where; u32 tree; u32 kind; u32 detail; };
struct repeat { u64 at; u64 times; };

enum cause { ATTEMPTED, SENT, SUPPRESSED, RING_FULL, MAP_FULL, FAULT, DENIED, CAUSES };
struct tally { u64 count[CAUSES]; };

struct seed { u32 pid; u32 owner; u64 started; u32 found; u32 added; u32 full; u32 self; };
struct resolved { u64 inode; u32 device; u32 pad; };
