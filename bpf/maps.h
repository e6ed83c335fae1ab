/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* The maps, the account of each event, and who is watched. */
#pragma once
#include "kernel.h"
#include "record.h"

#define INLINE static __attribute__((always_inline)) inline
/* Of what many programs do, one copy. */
#define CALLED static __attribute__((noinline))
/* The same, and verified once by itself, not anew for each call. */
#define GLOBAL __attribute__((noinline))
#define MAP(name, kind, size, key_type, value_type, map_flag)                                      \
	struct {                                                                                       \
		__uint(type, kind);                                                                        \
		__uint(max_entries, size);                                                                 \
		__type(key, key_type);                                                                     \
		__type(value, value_type);                                                                 \
		__uint(map_flags, map_flag);                                                               \
	} name SEC(".maps")

/* Set before loading: security hooks see opened files and deny, so the tracepoints need not. */
const volatile u32 security_hooks SEC(".rodata.hooks") = 0;

MAP(members, BPF_MAP_TYPE_HASH, 65536, u32, struct member, BPF_F_NO_PREALLOC);
MAP(trees, BPF_MAP_TYPE_HASH, 4096, struct process_key, struct tree, BPF_F_NO_PREALLOC);
MAP(locks, BPF_MAP_TYPE_HASH, 1024, struct process_key, struct lock, BPF_F_NO_PREALLOC);
MAP(owners, BPF_MAP_TYPE_HASH, 64, u32, struct owner, 0);
MAP(programs, BPF_MAP_TYPE_HASH, 1024, struct program_key, u32, BPF_F_NO_PREALLOC);
MAP(guarded, BPF_MAP_TYPE_HASH, 1024, struct guard_key, u32, BPF_F_NO_PREALLOC);
MAP(files, BPF_MAP_TYPE_HASH, 32768, struct file_key, struct file_rule, BPF_F_NO_PREALLOC);
MAP(exceptions, BPF_MAP_TYPE_HASH, 4096, struct exception_key, u32, BPF_F_NO_PREALLOC);
MAP(addresses4, BPF_MAP_TYPE_LPM_TRIE, 65536, struct address4_key, u32, BPF_F_NO_PREALLOC);
MAP(addresses6, BPF_MAP_TYPE_LPM_TRIE, 65536, struct address6_key, u32, BPF_F_NO_PREALLOC);
MAP(names, BPF_MAP_TYPE_LPM_TRIE, 65536, struct name_key, u32, BPF_F_NO_PREALLOC);
MAP(endings, BPF_MAP_TYPE_LPM_TRIE, 4096, struct ending_key, u32, BPF_F_NO_PREALLOC);
MAP(prefixes, BPF_MAP_TYPE_LPM_TRIE, 4096, struct prefix_key, u32, BPF_F_NO_PREALLOC);
MAP(repeats, BPF_MAP_TYPE_LRU_HASH, 16384, struct repeat_key, struct repeat, 0);
/* Threads whose call a security hook has just refused and told of. */
MAP(refused, BPF_MAP_TYPE_LRU_HASH, 4096, u64, u32, 0);
MAP(tallies, BPF_MAP_TYPE_PERCPU_ARRAY, KINDS, u32, struct tally, 0);
/* One number: how many members there are. */
MAP(population, BPF_MAP_TYPE_ARRAY, 1, u32, u64, 0);
MAP(seeds, BPF_MAP_TYPE_ARRAY, 1, u32, struct seed, 0);
MAP(inodes, BPF_MAP_TYPE_HASH, 2048, u32, struct resolved, BPF_F_NO_PREALLOC);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} ring SEC(".maps");

/* A bit for each hash of an inode that stands in `files`: most files are found not to be in one look. */
struct marks { u64 bits[1024]; };
MAP(marks, BPF_MAP_TYPE_ARRAY, 1, u32, struct marks, 0);

/* Whose a datagram socket is. */
struct sender { struct process_key tree; u64 started; u32 pid; u32 owner; u32 user; u32 lock; };
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct sender);
} senders SEC(".maps");

/* Room to build a record and to keep what a loop has found out so far: older verifiers lose what a
 * loop leaves on the stack. Programs of one processor may interrupt each other, so each takes a slot
 * for itself. */
#define SLOTS 4
#define WALK 2048
#define LARGEST_PART 12288
#define BYTES (2 * LARGEST_PART)
struct slot {
	u32 busy;
	/* The verifier follows each value that it can tell, through every turn of a loop. What is read
	 * from here anew, it can't tell. */
	volatile u32 used;
	volatile u32 at;
	volatile u32 state;
	volatile u32 rest;
	volatile u32 found;
	volatile u32 number;
	u32 pad;
	volatile unsigned long entry; /* what `walk` is to walk: an entry and its mount */
	volatile unsigned long place;
	struct name_key name;
	struct ending_key ending;
	struct prefix_key prefix;
	struct program_key program;
	struct file_key file;
	u8 text[512];
	char walk[WALK + 256];
	struct record record; /* and its parts after it: sent as one */
	char bytes[BYTES];
};
MAP(slots, BPF_MAP_TYPE_PERCPU_ARRAY, SLOTS, u32, struct slot, 0);

CALLED struct slot *take_slot(void)
{
	for (u32 i = 0; i < SLOTS; i++) {
		u32 key = i;
		struct slot *slot = bpf_map_lookup_elem(&slots, &key);
		if (slot && !__sync_val_compare_and_swap(&slot->busy, 0, 1)) {
			slot->used = 0;
			return slot;
		}
	}
	return 0;
}

/* The compiler shall compare this value and use it, not a copy: the verifier knows only what was
 * compared. */
#define HOLD(value) asm volatile("" : "+r"(value))

INLINE u64 at_most(u64 length, u64 most)
{
	HOLD(length);
	if (length > most)
		length = most;
	HOLD(length);
	return length;
}

INLINE void give_back(struct slot *slot)
{
	__sync_val_compare_and_swap(&slot->busy, 1, 0);
}

INLINE void count(u32 kind, u32 cause)
{
	struct tally *tally = bpf_map_lookup_elem(&tallies, &kind);
	if (tally && cause < CAUSES)
		__sync_fetch_and_add(&tally->count[cause], 1);
}

/* Counts what was lost, also for the tree, so that its session can be marked. */
CALLED void lose(u32 kind, u32 cause, const struct process_key *which)
{
	struct process_key key = *which;
	struct tree *tree = bpf_map_lookup_elem(&trees, &key);
	count(kind, cause);
	if (!tree)
		return;
	if (cause == RING_FULL)
		__sync_fetch_and_add(&tree->ring_full, 1);
	else if (cause == MAP_FULL)
		__sync_fetch_and_add(&tree->map_full, 1);
	else
		__sync_fetch_and_add(&tree->fault, 1);
}

INLINE u64 ticks(u64 nanoseconds)
{
	return nanoseconds / 10000000; /* a hundred ticks a second, on every architecture we know */
}

CALLED u64 started(struct task_struct *task)
{
	return ticks(BPF_CORE_READ(task, group_leader, start_boottime));
}

/* The one look-up that processes outside of all trees pay. */
INLINE struct member *current_member(void)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	return bpf_map_lookup_elem(&members, &pid);
}

INLINE u32 current_user(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, cred, uid.val);
}

CALLED int enforcing(u32 owner)
{
	struct owner *entry = bpf_map_lookup_elem(&owners, &owner);
	/* A daemon or sensor that hangs holds nobody: denials lapse ten seconds after the last pulse. */
	return entry && entry->enforce && bpf_ktime_get_ns() - entry->pulse < 10000000000ULL;
}

/* Whether somebody has allowed a tree what a rule denies. */
CALLED int tree_may(const struct process_key *tree, u32 owner, u32 number)
{
	struct exception_key key = {
		.inode = tree->started, .device = tree->pid, .owner = owner, .number = number, .what = EXCEPTS_TREE,
	};
	return bpf_map_lookup_elem(&exceptions, &key) != 0;
}

CALLED void fill(struct record *record, u32 kind, struct member *member)
{
	__builtin_memset(record, 0, sizeof *record);
	record->at = bpf_ktime_get_boot_ns();
	record->started = member->started;
	record->tree_started = member->tree.started;
	record->pid = bpf_get_current_pid_tgid() >> 32;
	record->tree = member->tree.pid;
	record->owner = member->owner;
	record->user = current_user();
	record->kind = kind;
	record->times = 1;
}

INLINE void deny_record(struct record *record, u32 rule)
{
	record->flags |= FLAG_DENIED;
	record->rule = rule;
	record->result = -EPERM;
}

/* Sends a record without parts. */
CALLED void send_record(struct record *record)
{
	struct process_key tree = { .pid = record->tree, .started = record->tree_started };
	if (bpf_ringbuf_output(&ring, record, sizeof *record, 0))
		lose(record->kind, RING_FULL, &tree);
	else
		count(record->kind, SENT);
}

/* Sends a slot's record with its parts. */
CALLED void send_slot(struct slot *slot)
{
	struct process_key tree = { .pid = slot->record.tree, .started = slot->record.tree_started };
	u64 used = at_most(slot->used, BYTES);
	if (bpf_ringbuf_output(&ring, &slot->record, sizeof slot->record + used, 0))
		lose(slot->record.kind, RING_FULL, &tree);
	else
		count(slot->record.kind, SENT);
}

/* How often something has been done unseen since it was last told; 0: it is a repeat, tell nothing. */
CALLED u32 repeated(struct member *member, u32 kind, u32 detail, u64 what, u32 where)
{
	struct repeat_key key = {
		.what = what, .where = where, .tree = member->tree.pid, .kind = kind, .detail = detail,
	};
	u64 now = bpf_ktime_get_ns();
	struct repeat *before = bpf_map_lookup_elem(&repeats, &key);
	if (before && now - before->at < 1000000000ULL) {
		__sync_fetch_and_add(&before->times, 1);
		return 0;
	}
	u32 times = 1 + (before ? before->times : 0);
	struct repeat fresh = { .at = now };
	bpf_map_update_elem(&repeats, &key, &fresh, BPF_ANY);
	return times;
}
