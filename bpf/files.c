/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* Files, as the ends of system calls show them: what was opened comes from the open file itself. */

/* The nth argument of the system call that ends. */
CALLED unsigned long argument(u32 which)
{
	void *registers = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct pt_regs___x86 *intel = registers;
	struct pt_regs___arm *arm = registers;
	if (bpf_core_field_exists(intel->di)) {
		switch (which) {
		case 0: return BPF_CORE_READ(intel, di);
		case 1: return BPF_CORE_READ(intel, si);
		case 2: return BPF_CORE_READ(intel, dx);
		case 3: return BPF_CORE_READ(intel, r10);
		default: return BPF_CORE_READ(intel, r8);
		}
	}
	if (bpf_core_field_exists(arm->orig_x0)) {
		switch (which) {
		case 0: return BPF_CORE_READ(arm, orig_x0);
		case 1: return BPF_CORE_READ(arm, regs[1]);
		case 2: return BPF_CORE_READ(arm, regs[2]);
		case 3: return BPF_CORE_READ(arm, regs[3]);
		default: return BPF_CORE_READ(arm, regs[4]);
		}
	}
	return 0;
}

/* Whether a security hook has refused this very call and told of it. */
CALLED int told_already(long result)
{
	u64 thread = bpf_get_current_pid_tgid();
	if (!security_hooks || result != -EPERM || !bpf_map_lookup_elem(&refused, &thread))
		return 0;
	bpf_map_delete_elem(&refused, &thread);
	return 1;
}

/* Whether somebody asked for the path that a process named: its end, or its beginning. */
CALLED int named_as_asked(struct slot *slot, u32 user)
{
	struct owner *owner = bpf_map_lookup_elem(&owners, &user);
	u32 length = slot->record.lengths[0], least = 0;
	if (!owner || length == 0 || length > 2047)
		return 0;
	if (owner->prefixes && slot->bytes[0] == '/') {
		slot->prefix.bits = (8 + PREFIX) * 8;
		slot->prefix.kind = SCOPE_INTEREST;
		slot->prefix.scope = user;
		__builtin_memset(slot->prefix.data, 0, PREFIX);
		bpf_probe_read_kernel(slot->prefix.data, at_most(length, PREFIX), slot->bytes);
		if (bpf_map_lookup_elem(&prefixes, &slot->prefix))
			return 1;
	}
	if (!owner->endings)
		return 0;
	if (length > ENDING - 1)
		least = length - (ENDING - 1);
	length = at_most(length - least, ENDING - 1);
	if (bpf_probe_read_kernel(slot->text, length, slot->bytes + (least & 2047)))
		return 0;
	slot->rest = length;
	return ends_as_asked(slot, user);
}

/* An open that failed: only what the process named is left. */
CALLED void open_failed(struct member *member, long result, const char *name, int directory)
{
	struct slot *slot = take_slot();
	if (!slot) {
		lose(KIND_OPEN, FAULT, &member->tree);
		return;
	}
	fill(&slot->record, KIND_OPEN, member);
	slot->record.result = result;
	slot->record.detail = OPENED_READ;
	slot->record.flags = FLAG_AS_NAMED | FLAG_FALLIBLE;
	if (add_user_text(slot, 0, name)) {
		lose(KIND_OPEN, FAULT, &member->tree);
	} else if (result == -EACCES || result == -EPERM || named_as_asked(slot, member->owner)) {
		if (result == -EACCES || result == -EPERM)
			slot->record.flags &= ~FLAG_FALLIBLE;
		add_base(slot, 2, 0, directory);
		send_slot(slot);
	} else {
		count(KIND_OPEN, SUPPRESSED);
	}
	give_back(slot);
}

/* Both without branches: the verifier would follow each outcome through all that comes after. */
INLINE u32 opened_how(u32 mode)
{
	u32 created = (mode / FMODE_CREATED) & 1, written = (mode / FMODE_WRITE) & 1;
	return created * OPENED_CREATED + (written & ~created) * OPENED_WRITE;
}

INLINE u32 uses_of(u32 mode)
{
	u32 created = (mode / FMODE_CREATED) & 1, written = (mode / FMODE_WRITE) & 1;
	return (mode & FMODE_READ) * USE_READ | (written | created) * USE_WRITE;
}

/* Devices and pipes: `2>/dev/null` is no news. */
INLINE int is_stream(struct file *file)
{
	u32 type = BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT;
	return type == S_IFCHR || type == S_IFIFO;
}

/* What a file has in common with none before it: the number alone is given again to the next one that is
 * made, and who deletes a file and makes another would seem to repeat himself. */
INLINE u64 inode_of(struct file *file)
{
	return BPF_CORE_READ(file, f_inode, i_ino) ^ (u64)BPF_CORE_READ(file, f_inode, i_generation) << 32;
}

/* A file that is open now. Returns whether a rule denies it. */
CALLED int file_opened(struct member *member, struct file *file)
{
	u32 mode = BPF_CORE_READ(file, f_mode), how = opened_how(mode), denied = 0;
	if (mode & FMODE_PATH) { /* only a handle: nothing of it can be read */
		count(KIND_OPEN, SUPPRESSED);
		return 0;
	}
	struct dentry *entry = entry_of(file);
	struct slot *slot = take_slot();
	if (!slot) {
		lose(KIND_OPEN, FAULT, &member->tree);
		return enforcing(member->owner); /* a crowd must not open what one may not */
	}
	look_up(slot, member, entry, uses_of(mode));
	denied = slot->found & FLAG_DENIED;
	u32 flags = slot->found & FLAG_INTEREST, rule = slot->number, times = 1;
	if (!denied && !flags) {
		struct owner *owner = bpf_map_lookup_elem(&owners, &member->owner);
		if (how == OPENED_READ && owner && owner->endings && entry_ends_as_asked(slot, member->owner, owner->lasts, entry))
			flags = FLAG_FALLIBLE;
		else if (how == OPENED_READ || is_stream(file)) {
			__sync_fetch_and_add(&member->reads, how == OPENED_READ);
			times = 0;
		}
	}
	if (times && !denied)
		times = repeated(member, KIND_OPEN, how, inode_of(file), BPF_CORE_READ(file, f_inode, i_sb, s_dev));
	if (!times) {
		count(KIND_OPEN, SUPPRESSED);
	} else {
		fill(&slot->record, KIND_OPEN, member);
		slot->record.detail = how;
		slot->record.flags = flags;
		slot->record.times = times;
		if (denied) {
			deny_record(&slot->record, rule);
			count(KIND_OPEN, DENIED);
		}
		add_path(slot, 0, &file->f_path);
		send_slot(slot);
	}
	give_back(slot);
	return denied;
}

/* `named` says which argument the name is: the one before it is the directory it counts from. */
CALLED int open_ended(long result, u32 named)
{
	struct member *member = current_member();
	if (!member)
		return 0;
	if (security_hooks) {
		/* What was opened, the security hook has told. */
		if (result >= 0 || told_already(result))
			return 0;
	}
	count(KIND_OPEN, ATTEMPTED);
	if (result < 0) {
		open_failed(member, result, (const char *)argument(named), named ? argument(named - 1) : AT_FDCWD);
		return 0;
	}
	struct file *file = file_of(result);
	if (!file) {
		lose(KIND_OPEN, FAULT, &member->tree);
		return 0;
	}
	/* Too late to refuse: the process ends before it gets to see what it opened. */
	if (file_opened(member, file))
		bpf_send_signal(SIGKILL);
	return 0;
}

/* The names that a call was given, each with the directory from which it counts. */
struct names { const char *name; const char *to; int directory; int to_directory; };

/* A call on one or two names that ended. */
CALLED int names_ended(u32 kind, long result, struct names *named)
{
	struct member *member = current_member();
	if (!member || told_already(result))
		return 0;
	count(kind, ATTEMPTED);
	/* What is not there can't be touched: `rm -f` and `mkdir -p` try it all the time. */
	if (result == -ENOENT || result == -17 /* EEXIST */) {
		count(kind, SUPPRESSED);
		return 0;
	}
	struct slot *slot = take_slot();
	if (!slot) {
		lose(kind, FAULT, &member->tree);
		return 0;
	}
	fill(&slot->record, kind, member);
	slot->record.result = result < 0 ? result : 0;
	slot->record.flags = FLAG_AS_NAMED;
	long failed = add_user_text(slot, 0, named->name);
	u32 second = slot->used;
	if (named->to)
		failed |= add_user_text(slot, 1, named->to);
	if (failed) {
		lose(kind, FAULT, &member->tree);
	} else {
		add_base(slot, 2, 0, named->directory);
		if (named->to)
			add_base(slot, 3, second, named->to_directory);
		send_slot(slot);
	}
	give_back(slot);
	return 0;
}

INLINE int name_ended(u32 kind, long result, const char *name, int directory)
{
	struct names named = { .name = name, .directory = directory };
	return names_ended(kind, result, &named);
}

INLINE int two_ended(u32 kind, long result, const char *name, int directory, const char *to, int to_directory)
{
	struct names named = { .name = name, .to = to, .directory = directory, .to_directory = to_directory };
	return names_ended(kind, result, &named);
}

/* A call on an open file that ended. */
CALLED int number_ended(u32 kind, long result, int number)
{
	struct member *member = current_member();
	if (!member || told_already(result))
		return 0;
	count(kind, ATTEMPTED);
	struct file *file = file_of(number);
	struct slot *slot = file ? take_slot() : 0;
	if (!slot) {
		lose(kind, FAULT, &member->tree);
		return 0;
	}
	fill(&slot->record, kind, member);
	slot->record.result = result < 0 ? result : 0;
	add_path(slot, 0, &file->f_path);
	send_slot(slot);
	give_back(slot);
	return 0;
}

#define A(which) argument(which)
#define NAMED(which) ((const char *)argument(which))
#define ENDS(call, body)                                                                           \
	SEC("tp/syscalls/sys_exit_" #call)                                                             \
	int ends_##call(struct ended *context)                                                         \
	{                                                                                              \
		long result = context->result;                                                             \
		return body;                                                                               \
	}

ENDS(open, open_ended(result, 0))
ENDS(creat, open_ended(result, 0))
ENDS(openat, open_ended(result, 1))
ENDS(openat2, open_ended(result, 1))
ENDS(open_by_handle_at, result < 0 ? 0 : open_ended(result, 0))
ENDS(rename, two_ended(KIND_RENAME, result, NAMED(0), AT_FDCWD, NAMED(1), AT_FDCWD))
ENDS(renameat, two_ended(KIND_RENAME, result, NAMED(1), A(0), NAMED(3), A(2)))
ENDS(renameat2, two_ended(KIND_RENAME, result, NAMED(1), A(0), NAMED(3), A(2)))
ENDS(unlink, name_ended(KIND_UNLINK, result, NAMED(0), AT_FDCWD))
ENDS(rmdir, name_ended(KIND_UNLINK, result, NAMED(0), AT_FDCWD))
ENDS(unlinkat, name_ended(KIND_UNLINK, result, NAMED(1), A(0)))
ENDS(link, two_ended(KIND_LINK, result, NAMED(0), AT_FDCWD, NAMED(1), AT_FDCWD))
ENDS(linkat, two_ended(KIND_LINK, result, NAMED(1), A(0), NAMED(3), A(2)))
ENDS(symlink, name_ended(KIND_MAKE, result, NAMED(1), AT_FDCWD))
ENDS(symlinkat, name_ended(KIND_MAKE, result, NAMED(2), A(1)))
ENDS(mkdir, name_ended(KIND_MAKE, result, NAMED(0), AT_FDCWD))
ENDS(mkdirat, name_ended(KIND_MAKE, result, NAMED(1), A(0)))
ENDS(mknod, name_ended(KIND_MAKE, result, NAMED(0), AT_FDCWD))
ENDS(mknodat, name_ended(KIND_MAKE, result, NAMED(1), A(0)))
ENDS(truncate, name_ended(KIND_TRUNCATE, result, NAMED(0), AT_FDCWD))
ENDS(chmod, name_ended(KIND_ATTRIBUTES, result, NAMED(0), AT_FDCWD))
ENDS(fchmodat, name_ended(KIND_ATTRIBUTES, result, NAMED(1), A(0)))
ENDS(fchmodat2, name_ended(KIND_ATTRIBUTES, result, NAMED(1), A(0)))
ENDS(chown, name_ended(KIND_ATTRIBUTES, result, NAMED(0), AT_FDCWD))
ENDS(lchown, name_ended(KIND_ATTRIBUTES, result, NAMED(0), AT_FDCWD))
ENDS(fchownat, name_ended(KIND_ATTRIBUTES, result, NAMED(1), A(0)))
ENDS(fchmod, number_ended(KIND_ATTRIBUTES, result, A(0)))
ENDS(fchown, number_ended(KIND_ATTRIBUTES, result, A(0)))
