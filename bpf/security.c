/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* The kernel's security hooks: here a rule is kept before anything happens, whoever asks and how. */

/* Newer verifiers want to see that a hook returns 0 or an error; a folded branch hides it, an opaque
 * constant does not. */
#define REFUSE()                                                                                   \
	({                                                                                             \
		long refusal;                                                                              \
		asm volatile("%0 = -1" : "=r"(refusal));                                                   \
		refusal;                                                                                   \
	})

/* The last argument of a hook is what those before it have answered. */
#define BEGIN(arguments)                                                                           \
	if ((int)context[arguments])                                                                   \
		return REFUSE();                                                                           \
	struct member *member = current_member();                                                      \
	if (!member)                                                                                   \
		return 0;

INLINE void mark_refused(void)
{
	u64 thread = bpf_get_current_pid_tgid();
	u32 one = 1;
	bpf_map_update_elem(&refused, &thread, &one, BPF_ANY);
}

/* Tells of a refusal. The verdict stands already and does not wait for room in the ring. */
CALLED void tell_refusal(struct member *member, struct slot *slot, u32 kind, struct vfsmount *place, struct dentry *entry)
{
	u32 rule = slot->number;
	count(kind, ATTEMPTED);
	count(kind, DENIED);
	fill(&slot->record, kind, member);
	deny_record(&slot->record, rule);
	add_walk(slot, 0, place, entry);
	send_slot(slot);
	mark_refused();
}

/* Whether a rule denies these uses of a name in a directory; tells if so. */
CALLED int name_denied(struct member *member, u32 kind, struct vfsmount *mount, struct dentry *entry, u32 uses)
{
	struct slot *slot = take_slot();
	if (!slot) {
		count(kind, ATTEMPTED);
		lose(kind, FAULT, &member->tree);
		return enforcing(member->owner); /* a crowd must not do what one may not */
	}
	look_up(slot, member, entry, uses);
	int denied = slot->found & FLAG_DENIED;
	if (denied)
		tell_refusal(member, slot, kind, mount, entry);
	give_back(slot);
	return denied;
}

SEC("lsm/file_open")
int security_open(u64 *context)
{
	BEGIN(1)
	struct file *file = (void *)context[0];
	count(KIND_OPEN, ATTEMPTED);
	if (file_opened(member, file)) {
		mark_refused();
		return REFUSE();
	}
	return 0;
}

SEC("lsm/bprm_check_security")
int security_exec(u64 *context)
{
	BEGIN(1)
	struct linux_binprm *program = (void *)context[0];
	struct file *file = BPF_CORE_READ(program, file);
	if (name_denied(member, KIND_EXEC, BPF_CORE_READ(file, f_path.mnt), BPF_CORE_READ(file, f_path.dentry), USE_EXECUTE))
		return REFUSE();
	return 0;
}

/* A file that somebody else has opened comes over a socket, or out of another process. */
SEC("lsm/file_receive")
int security_receive(u64 *context)
{
	BEGIN(1)
	struct file *file = (void *)context[0];
	u32 uses = uses_of(BPF_CORE_READ(file, f_mode));
	if (name_denied(member, KIND_OPEN, BPF_CORE_READ(file, f_path.mnt), entry_of(file), uses))
		return REFUSE();
	return 0;
}

/* A denied program that the dynamic loader was given. */
SEC("lsm/mmap_file")
int security_map(u64 *context)
{
	BEGIN(4)
	struct file *file = (void *)context[0];
	if (!file || !(context[2] & 4 /* PROT_EXEC */))
		return 0;
	if (name_denied(member, KIND_EXEC, BPF_CORE_READ(file, f_path.mnt), entry_of(file), USE_EXECUTE))
		return REFUSE();
	return 0;
}

/* What is mounted over a protected directory takes its place. */
SEC("lsm/sb_mount")
int security_mount(u64 *context)
{
	BEGIN(5)
	struct path *at = (void *)context[1];
	if (name_denied(member, KIND_MOUNT, BPF_CORE_READ(at, mnt), BPF_CORE_READ(at, dentry), USE_REMOVE))
		return REFUSE();
	return 0;
}

SEC("lsm/move_mount")
int security_move_mount(u64 *context)
{
	BEGIN(2)
	struct path *at = (void *)context[1];
	if (name_denied(member, KIND_MOUNT, BPF_CORE_READ(at, mnt), BPF_CORE_READ(at, dentry), USE_REMOVE))
		return REFUSE();
	return 0;
}

#define AT_PATH(hook, kind, uses)                                                                  \
	SEC("lsm/" #hook)                                                                              \
	int security_##hook(u64 *context)                                                              \
	{                                                                                              \
		BEGIN(PATH_ARGUMENTS)                                                                      \
		struct path *path = (void *)context[0];                                                    \
		if (name_denied(member, kind, BPF_CORE_READ(path, mnt), BPF_CORE_READ(path, dentry), uses)) \
			return REFUSE();                                                                       \
		return 0;                                                                                  \
	}
#define AT_NAME(hook, kind, uses, arguments)                                                       \
	SEC("lsm/" #hook)                                                                              \
	int security_##hook(u64 *context)                                                              \
	{                                                                                              \
		BEGIN(arguments)                                                                           \
		struct path *directory = (void *)context[0];                                               \
		struct dentry *entry = (void *)context[1];                                                 \
		if (name_denied(member, kind, BPF_CORE_READ(directory, mnt), entry, uses))                 \
			return REFUSE();                                                                       \
		return 0;                                                                                  \
	}

AT_NAME(path_unlink, KIND_UNLINK, USE_REMOVE, 2)
AT_NAME(path_rmdir, KIND_UNLINK, USE_REMOVE, 2)
AT_NAME(path_mkdir, KIND_MAKE, USE_WRITE, 3)
AT_NAME(path_mknod, KIND_MAKE, USE_WRITE, 4)
AT_NAME(path_symlink, KIND_MAKE, USE_WRITE, 3)
#define PATH_ARGUMENTS 1
AT_PATH(path_truncate, KIND_TRUNCATE, USE_WRITE)
#undef PATH_ARGUMENTS
#define PATH_ARGUMENTS 2
AT_PATH(path_chmod, KIND_ATTRIBUTES, USE_WRITE)
#undef PATH_ARGUMENTS
#define PATH_ARGUMENTS 3
AT_PATH(path_chown, KIND_ATTRIBUTES, USE_WRITE)

SEC("lsm/path_link")
int security_path_link(u64 *context)
{
	BEGIN(3)
	struct dentry *old = (void *)context[0];
	struct path *directory = (void *)context[1];
	struct dentry *fresh = (void *)context[2];
	struct vfsmount *mount = BPF_CORE_READ(directory, mnt);
	if (name_denied(member, KIND_LINK, mount, old, USE_LINK))
		return REFUSE();
	if (name_denied(member, KIND_LINK, mount, fresh, USE_WRITE))
		return REFUSE();
	return 0;
}

/* The flags of a rename came into the hook with 5.19: the answer of those before is not looked at. */
SEC("lsm/path_rename")
int security_path_rename(u64 *context)
{
	struct member *member = current_member();
	if (!member)
		return 0;
	struct path *from = (void *)context[0], *to = (void *)context[2];
	struct dentry *old = (void *)context[1], *fresh = (void *)context[3];
	if (name_denied(member, KIND_RENAME, BPF_CORE_READ(from, mnt), old, USE_REMOVE))
		return REFUSE();
	/* What takes a protected file's place, and what comes into a protected directory. */
	if (name_denied(member, KIND_RENAME, BPF_CORE_READ(to, mnt), fresh, USE_REMOVE | USE_WRITE))
		return REFUSE();
	return 0;
}

SEC("lsm/unix_stream_connect")
int security_unix(u64 *context)
{
	BEGIN(3)
	struct sock *other = (void *)context[1];
	struct slot *slot = take_slot();
	if (!slot) {
		count(KIND_UNIX, ATTEMPTED);
		lose(KIND_UNIX, FAULT, &member->tree);
		return 0;
	}
	int denied = bound_denied(slot, member, other);
	if (denied) {
		struct unix_sock *socket = (void *)other;
		tell_refusal(member, slot, KIND_UNIX, BPF_CORE_READ(socket, path.mnt), BPF_CORE_READ(socket, path.dentry));
	}
	give_back(slot);
	if (denied)
		return REFUSE();
	return 0;
}

/* Tells of a refusal that concerns no file. */
CALLED void refuse_plainly(struct member *member, u32 kind, u32 rule, u32 other)
{
	struct record record;
	count(kind, ATTEMPTED);
	count(kind, DENIED);
	fill(&record, kind, member);
	deny_record(&record, rule);
	record.other = other;
	send_record(&record);
	mark_refused();
}

/* Whether a process is guarded from this member, and signals to it are denied. */
INLINE int guarded_from(struct member *member, struct task_struct *target, u32 *rule)
{
	struct guard_key key = { .pid = target->tgid, .owner = member->owner };
	u32 self = bpf_get_current_pid_tgid() >> 32;
	struct owner *owner = bpf_map_lookup_elem(&owners, &member->owner);
	if (key.pid == self || !owner || !owner->guarded_denies || !bpf_map_lookup_elem(&guarded, &key))
		return 0;
	*rule = owner->guarded_rule;
	return enforcing(member->owner);
}

SEC("lsm/ptrace_access_check")
int security_trace(u64 *context)
{
	BEGIN(2)
	struct task_struct *target = (void *)context[0];
	u32 rule = 0;
	/* PTRACE_MODE_ATTACH: reading /proc/<pid>/stat is not meant. */
	if (!((u32)context[1] & 2))
		return 0;
	/* Who is steered may no more than who steers. */
	u32 pid = target->tgid;
	struct member *steered = bpf_map_lookup_elem(&members, &pid);
	if (steered && steered != member) {
		steered->preloaded = 1;
		steered->agent = 0;
	}
	if (!guarded_from(member, target, &rule))
		return 0;
	refuse_plainly(member, KIND_TRACE, rule, target->tgid);
	return REFUSE();
}

SEC("lsm/task_kill")
int security_kill(u64 *context)
{
	BEGIN(4)
	struct task_struct *target = (void *)context[0];
	u32 rule = 0;
	/* Signal 0 only asks whether the process is there. */
	if (!(int)context[2] || !guarded_from(member, target, &rule))
		return 0;
	refuse_plainly(member, KIND_SIGNAL, rule, target->tgid);
	return REFUSE();
}

INLINE int kernel_denied(struct member *member, u32 *rule)
{
	struct owner *owner = bpf_map_lookup_elem(&owners, &member->owner);
	if (!owner || !owner->kernel_denies)
		return 0;
	*rule = owner->kernel_rule;
	return enforcing(member->owner);
}

SEC("lsm/bpf")
int security_program(u64 *context)
{
	BEGIN(3)
	u32 rule = 0;
	if ((u32)context[0] != 5 /* BPF_PROG_LOAD */ || !kernel_denied(member, &rule))
		return 0;
	refuse_plainly(member, KIND_PROGRAM, rule, 0);
	return REFUSE();
}

SEC("lsm/kernel_read_file")
int security_module(u64 *context)
{
	BEGIN(3)
	u32 rule = 0;
	if ((u32)context[1] != 2 /* READING_MODULE */ || !kernel_denied(member, &rule))
		return 0;
	refuse_plainly(member, KIND_MODULE, rule, 0);
	return REFUSE();
}

SEC("lsm/kernel_load_data")
int security_module_data(u64 *context)
{
	BEGIN(2)
	u32 rule = 0;
	if ((u32)context[0] != 2 /* LOADING_MODULE */ || !kernel_denied(member, &rule))
		return 0;
	refuse_plainly(member, KIND_MODULE, rule, 0);
	return REFUSE();
}
