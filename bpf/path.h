/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* Paths as the file itself tells them, parts of a record, and which rules hold for a file. */
#pragma once
#include "maps.h"

#define DEEPEST_PATH 64
#define DEEPEST_RULE 96

/* Where the next part of the record goes; 0: there is no more room. */
INLINE char *next_part(struct slot *slot)
{
	u64 used = slot->used;
	HOLD(used);
	if (used > BYTES - LARGEST_PART)
		return 0;
	HOLD(used);
	return slot->bytes + used;
}

INLINE void add_kernel(struct slot *slot, u32 part, const void *from, u64 length)
{
	char *to = next_part(slot);
	if (!to || part >= PARTS)
		return;
	length = at_most(length, WALK);
	if (bpf_probe_read_kernel(to, length, from))
		return;
	slot->record.lengths[part] = length;
	slot->used += length;
}

INLINE void add_kernel_text(struct slot *slot, u32 part, const char *from)
{
	char *to = next_part(slot);
	if (!to || part >= PARTS)
		return;
	long length = bpf_probe_read_kernel_str(to, 1024, from);
	if (length <= 1)
		return;
	slot->record.lengths[part] = length - 1;
	slot->used += length - 1;
}

/* Returns 0, or less where memory could not be read. */
INLINE long add_user_text(struct slot *slot, u32 part, const char *from)
{
	char *to = next_part(slot);
	if (!to || part >= PARTS)
		return -1;
	long length = bpf_probe_read_user_str(to, 2048, from);
	if (length <= 0)
		return -1;
	slot->record.lengths[part] = length - 1;
	slot->used += length - 1;
	return 0;
}

/* Writes the path of `entry` at `place` from the root of the first mount into `walk`, from its end; starts at `slot->at`.
 * bpf_d_path is refused in some hooks and tells the path within a chroot. */
GLOBAL int walk(struct slot *slot)
{
	if (!slot)
		return 0;
	struct dentry *entry = (void *)slot->entry;
	struct vfsmount *place = (void *)slot->place;
	struct mount *mount = (void *)place - bpf_core_field_offset(struct mount, mnt);
	slot->at = WALK;
	slot->state = 0;
#pragma clang loop unroll(disable)
	for (int i = 0; i < DEEPEST_PATH; i++) {
		struct dentry *root = BPF_CORE_READ(place, mnt_root);
		struct dentry *parent = BPF_CORE_READ(entry, d_parent);
		if (entry == root || entry == parent) {
			struct mount *above = BPF_CORE_READ(mount, mnt_parent);
			if (mount == above || entry != root) {
				slot->state = 1;
				break;
			}
			entry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = above;
			place = (void *)mount + bpf_core_field_offset(struct mount, mnt);
			continue;
		}
		u32 length = BPF_CORE_READ(entry, d_name.len) & 0xff;
		const unsigned char *name = BPF_CORE_READ(entry, d_name.name);
		u64 at = (u64)slot->at - length - 1;
		HOLD(at);
		if (at >= WALK)
			break;
		HOLD(at);
		slot->walk[at] = '/';
		bpf_probe_read_kernel(&slot->walk[at + 1], length, name);
		slot->at = at;
		entry = parent;
	}
	if (slot->at == WALK) {
		slot->at = WALK - 1;
		slot->walk[WALK - 1] = '/';
	}
	if (!slot->state)
		slot->record.flags |= FLAG_PATH_CUT;
	return 0;
}

INLINE void add_walk(struct slot *slot, u32 part, struct vfsmount *place, struct dentry *entry)
{
	slot->entry = (unsigned long)entry;
	slot->place = (unsigned long)place;
	walk(slot);
	u64 at = slot->at;
	HOLD(at);
	if (at < WALK) {
		HOLD(at);
		add_kernel(slot, part, &slot->walk[at], WALK - at);
	}
}

INLINE void add_path(struct slot *slot, u32 part, struct path *from)
{
	add_walk(slot, part, BPF_CORE_READ(from, mnt), BPF_CORE_READ(from, dentry));
}

CALLED struct file *file_of(int number)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *table = task->files->fdt;
	struct file *file = 0;
	if (number < 0 || (u32)number >= table->max_fds)
		return 0;
	struct file **all = table->fd;
	bpf_probe_read_kernel(&file, sizeof file, all + number);
	return file;
}

/* Adds the directory from which a name counts, if the name (a part that stands already) is relative. */
CALLED void add_base(struct slot *slot, u32 part, u32 name_at, int directory)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	if (name_at > LARGEST_PART || slot->bytes[name_at] == '/')
		return;
	if (directory == AT_FDCWD) {
		struct fs_struct *fs = BPF_CORE_READ(task, fs);
		add_path(slot, part, &fs->pwd);
	} else {
		struct file *file = file_of(directory);
		if (file)
			add_path(slot, part, &file->f_path);
	}
}

INLINE int marked(u64 inode)
{
	u32 zero = 0;
	struct marks *marks_here = bpf_map_lookup_elem(&marks, &zero);
	u32 hash = (inode * 0x9E3779B97F4A7C15ULL) >> 48;
	return marks_here && (marks_here->bits[(hash >> 6) & 1023] >> (hash & 63)) & 1;
}

/* Whether this member's executable may all the same do what a rule denies. */
INLINE int is_excepted(struct member *member, u32 number)
{
	if (!member->executable || member->preloaded)
		return 0;
	/* Before 6.3, what a function of its own is given can't be a key. */
	struct exception_key key = {
		.inode = member->executable, .device = member->device, .owner = member->owner, .number = number,
	};
	return bpf_map_lookup_elem(&exceptions, &key) != 0;
}

/* Whether somebody has allowed what a rule denies: with this file, or in this tree. */
INLINE int is_lifted(struct slot *slot, struct member *member, u32 number)
{
	struct dentry *entry = (void *)slot->entry;
	struct inode *inode = BPF_CORE_READ(entry, d_inode);
	struct exception_key key = {
		.inode = BPF_CORE_READ(inode, i_ino), .device = BPF_CORE_READ(inode, i_sb, s_dev),
		.owner = member->owner, .number = number, .what = EXCEPTS_FILE,
	};
	struct process_key tree = member->tree;
	return bpf_map_lookup_elem(&exceptions, &key) || tree_may(&tree, member->owner, number);
}

/* The lowest use in a set of them. */
const u8 first_use[32] = { 7, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0, 4, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0 };

GLOBAL int weigh(struct slot *slot, struct member *member, struct file_rule *rule, u32 uses)
{
	if (!slot || !member || !rule)
		return 0;
	u32 hit = rule->denies & uses & 31;
	if (rule->interest)
		slot->found |= FLAG_INTEREST;
	if (slot->found & FLAG_DENIED)
		return 0;
	/* No call is more than two uses: reading and writing, or removing and writing. */
#pragma clang loop unroll(full)
	for (u32 i = 0; i < 2; i++) {
		u32 use = first_use[hit] & 7, number = rule->numbers[use];
		if (!hit)
			return 0;
		int spared = rule->spares & (1 << use) && member->agent;
		int may = spared || (rule->excepted & (1 << use) && is_excepted(member, number));
		if (!may && !is_lifted(slot, member, number)) {
			slot->found |= FLAG_DENIED;
			slot->number = number;
			return 0;
		}
		hit &= hit - 1;
	}
	return 0;
}

/* What is read of an entry at once: its directory, its name and its inode lie side by side. */
#define ENTRY_SPAN 40

/* A field of it. Where a kernel has put it elsewhere, it is read by itself. */
INLINE unsigned long entry_field(struct dentry *entry, const u8 *span, u32 offset)
{
	u32 at = offset - bpf_core_field_offset(struct dentry, d_parent);
	unsigned long value = 0;
	if (at <= ENTRY_SPAN - 8)
		return *(unsigned long *)(span + at);
	bpf_probe_read_kernel(&value, sizeof value, (void *)entry + offset);
	return value;
}

/* Looks for rules on a file and on each directory above it, which no other name, no other mount and
 * no link changes. Leaves FLAG_INTEREST and FLAG_DENIED in `found`, and the rule in `number`. */
CALLED void look_up(struct slot *slot, struct member *member, struct dentry *entry, u32 uses)
{
	slot->found = 0;
	slot->file.owner = member->owner;
	slot->entry = (unsigned long)entry;
#pragma clang loop unroll(disable)
	for (int i = 0; i < DEEPEST_RULE; i++) {
		u8 span[ENTRY_SPAN] __attribute__((aligned(8)));
		if (bpf_probe_read_kernel(span, sizeof span, (void *)entry + bpf_core_field_offset(struct dentry, d_parent)))
			break;
		struct inode *inode = (void *)entry_field(entry, span, bpf_core_field_offset(struct dentry, d_inode));
		u64 number = BPF_CORE_READ(inode, i_ino);
		if (number && marked(number)) {
			slot->file.inode = number;
			slot->file.device = BPF_CORE_READ(inode, i_sb, s_dev);
			struct file_rule *rule = bpf_map_lookup_elem(&files, &slot->file);
			if (rule)
				weigh(slot, member, rule, uses);
		}
		struct dentry *above = (void *)entry_field(entry, span, bpf_core_field_offset(struct dentry, d_parent));
		if (above == entry || !above)
			break;
		entry = above;
	}
	if (slot->found & FLAG_DENIED && !enforcing(member->owner))
		slot->found &= ~FLAG_DENIED;
}

/* The name of an open file where its rules are to be looked for. Before Linux 6.6 an overlay opens the
 * file below under its own name, and only the inode is that file's. */
INLINE struct dentry *entry_of(struct file *file)
{
	struct dentry *entry = BPF_CORE_READ(file, f_path.dentry);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct hlist_node *first = BPF_CORE_READ(inode, i_dentry.first);
	if (BPF_CORE_READ(entry, d_inode) == inode || !first)
		return entry;
	return (void *)first - bpf_core_field_offset(struct dentry, d_u.d_alias);
}

/* Whether a path ends with what somebody asked for. `text` holds the last bytes of the name, `rest`
 * how many. */
CALLED int ends_as_asked(struct slot *slot, u32 owner)
{
	u32 length = slot->rest & (ENDING - 1);
	slot->ending.bits = (8 + ENDING) * 8;
	slot->ending.kind = SCOPE_INTEREST;
	slot->ending.scope = owner;
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < ENDING; i++) {
		u8 byte = 0;
		if (i < length)
			byte = slot->text[(length - 1 - i) & (ENDING - 1)];
		else if (i == length)
			byte = '/';
		slot->ending.data[i] = byte;
	}
	return bpf_map_lookup_elem(&endings, &slot->ending) != 0;
}

CALLED int entry_ends_as_asked(struct slot *slot, u32 owner, u64 lasts, struct dentry *entry)
{
	u32 length = BPF_CORE_READ(entry, d_name.len);
	const unsigned char *name = BPF_CORE_READ(entry, d_name.name);
	u32 over = length > ENDING - 1 ? length - (ENDING - 1) : 0;
	length = (length - over) & (ENDING - 1);
	if (bpf_probe_read_kernel(slot->text, length, name + over))
		return 0;
	/* Most names end with another letter than any that somebody asked for. */
	if (!(lasts >> (slot->text[(length - 1) & (ENDING - 1)] & 63) & 1))
		return 0;
	slot->rest = length;
	return ends_as_asked(slot, owner);
}
