/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* Who belongs to which tree: begun by name or by hand, inherited at fork, ended at exit. */

#define ARGV 4096

INLINE void populate(s32 by)
{
	u32 zero = 0;
	u64 *many = bpf_map_lookup_elem(&population, &zero);
	if (many)
		__sync_fetch_and_add(many, (long)by);
}

SEC("tp_btf/sched_process_fork")
int process_fork(u64 *context)
{
	struct task_struct *parent = (void *)context[0], *child = (void *)context[1];
	u32 parent_pid = parent->tgid, pid = child->tgid;
	if (child->pid != child->tgid)
		return 0;
	struct member *member = bpf_map_lookup_elem(&members, &parent_pid);
	if (!member)
		return 0;
	struct member fresh = {
		.tree = member->tree,
		.started = ticks(child->start_boottime),
		.parent_started = member->started,
		.executable = member->executable,
		.device = member->device,
		.owner = member->owner,
		.parent = parent_pid,
		.preloaded = member->preloaded,
		.agent = member->agent,
	};
	struct record record;
	fill(&record, KIND_FORK, member);
	count(KIND_FORK, ATTEMPTED);
	if (bpf_map_update_elem(&members, &pid, &fresh, BPF_ANY)) {
		lose(KIND_FORK, MAP_FULL, &fresh.tree);
		return 0;
	}
	populate(1);
	record.other = pid;
	record.other_started = fresh.started;
	send_record(&record);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int process_exit(u64 *context)
{
	struct task_struct *task = (void *)context[0];
	u32 pid = task->tgid;
	struct member *member = bpf_map_lookup_elem(&members, &pid);
	if (!member || BPF_CORE_READ(task, signal, live.counter))
		return 0;
	struct record record;
	fill(&record, KIND_EXIT, member);
	int code = BPF_CORE_READ(task, signal, group_exit_code);
	record.other = code ? code : task->exit_code;
	record.other_started = member->reads; /* what only this process has counted */
	/* Two last threads can come here together: who takes the entry away tells. */
	if (bpf_map_delete_elem(&members, &pid))
		return 0;
	populate(-1);
	count(KIND_EXIT, ATTEMPTED);
	send_record(&record);
	return 0;
}

/* Reads the first argument that is no option into `program.name`, without its directory: what an
 * interpreter was told to run. A name of more than 15 bytes is none that we look for. */
CALLED void first_argument(struct slot *slot, unsigned long at, unsigned long end)
{
	__builtin_memset(slot->program.name, 0, sizeof slot->program.name);
	slot->rest = 0;
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < 16; i++) {
		if (at >= end)
			return;
		long length = bpf_probe_read_user_str(slot->text, sizeof slot->text, (void *)at);
		if (length <= 0)
			return;
		at += length;
		if (i == 0 || slot->text[0] == '-')
			continue;
		slot->rest = length - 1;
		break;
	}
	u32 length = slot->rest, name = 0;
#pragma clang loop unroll(disable)
	for (u32 i = 1; i <= sizeof slot->program.name && i <= length; i++) {
		if (slot->text[(length - i) & 511] == '/')
			break;
		name = i;
	}
	if (name < sizeof slot->program.name)
		bpf_probe_read_kernel(slot->program.name, at_most(name, 15), &slot->text[(length - name) & 511]);
}

/* Whether this user has asked to watch programs of this name. The kernel keeps 15 bytes of a name. */
INLINE int begins_tree(struct task_struct *task, u32 user)
{
	struct program_key key = { .owner = user };
	bpf_probe_read_kernel(key.name, sizeof key.name, task->comm);
	if (bpf_map_lookup_elem(&programs, &key))
		return 1;
	key.owner = ANYBODY;
	if (!bpf_map_lookup_elem(&programs, &key) || !bpf_map_lookup_elem(&owners, &user))
		return 0;
	struct slot *slot = take_slot();
	if (!slot)
		return 0;
	first_argument(slot, BPF_CORE_READ(task, mm, arg_start), BPF_CORE_READ(task, mm, arg_end));
	slot->program.owner = user;
	int found = bpf_map_lookup_elem(&programs, &slot->program) != 0;
	give_back(slot);
	return found;
}

CALLED struct member *begin_tree(struct task_struct *task, u32 user)
{
	u32 pid = task->tgid;
	u64 since = started(task);
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	struct member fresh = {
		.tree = { .pid = pid, .started = since },
		.started = since,
		.parent_started = started(parent),
		.owner = user,
		.parent = BPF_CORE_READ(parent, tgid),
		.agent = 1,
	};
	struct tree tree = { .owner = user };
	bpf_map_update_elem(&trees, &fresh.tree, &tree, BPF_NOEXIST);
	if (bpf_map_update_elem(&members, &pid, &fresh, BPF_NOEXIST)) {
		count(KIND_EXEC, ATTEMPTED);
		lose(KIND_EXEC, MAP_FULL, &fresh.tree);
		return 0;
	}
	populate(1);
	return bpf_map_lookup_elem(&members, &pid);
}

/* Copies the environment to the end of the record. */
INLINE void add_environment(struct slot *slot, unsigned long from, unsigned long to)
{
	u64 length = at_most(to - from, LARGEST_PART);
	char *into = next_part(slot);
	if (!into)
		return;
	if (to - from > LARGEST_PART)
		slot->record.flags |= FLAG_ENV_CUT;
	if (bpf_probe_read_user(into, length, (void *)from)) {
		slot->record.flags |= FLAG_ENV_CUT;
		return;
	}
	slot->record.lengths[4] = length;
	slot->used += length;
}

/* Whether a library is loaded before the program's own (ld.so(8): LD_PRELOAD, LD_AUDIT); where not all
 * can be read, there may be one. The rest of a long variable is read as one more: that errs towards yes. */
CALLED u32 has_preload(struct slot *slot, unsigned long at, unsigned long end)
{
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < 512; i++) {
		if (at >= end)
			return 0;
		long length = bpf_probe_read_user_str(slot->text, sizeof slot->text, (void *)at);
		if (length <= 0)
			return 1;
		if (slot->text[0] == 'L' && slot->text[1] == 'D' && slot->text[2] == '_' &&
		    (slot->text[3] == 'P' || slot->text[3] == 'A' || slot->text[3] == 'L'))
			return 1;
		at += length;
	}
	return 1;
}

CALLED void remember_executable(struct slot *slot, struct member *member, struct task_struct *task, struct file *file)
{
	member->executable = BPF_CORE_READ(file, f_inode, i_ino);
	member->device = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
	member->preloaded = 1;
	struct exception_key key = {
		.inode = member->executable, .device = member->device, .owner = member->owner, .what = EXCEPTS_SOMEWHERE,
	};
	/* Few executables are excepted from anything: only theirs is worth reading. Nor is who is traced:
	 * it does what its tracer wants. */
	if (!BPF_CORE_READ(task, ptrace) && bpf_map_lookup_elem(&exceptions, &key))
		member->preloaded = has_preload(slot, BPF_CORE_READ(task, mm, env_start), BPF_CORE_READ(task, mm, env_end));
}

CALLED void describe_exec(struct slot *slot, struct member *member, struct task_struct *task, struct linux_binprm *program)
{
	struct record *record = &slot->record;
	struct file *file = BPF_CORE_READ(program, file);
	const char *named = BPF_CORE_READ(program, filename);
	unsigned long from = BPF_CORE_READ(task, mm, arg_start), to = BPF_CORE_READ(task, mm, arg_end);
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	struct owner *owner = bpf_map_lookup_elem(&owners, &member->owner);
	add_path(slot, 0, &file->f_path);
	if (BPF_CORE_READ(program, interp) != named)
		add_kernel_text(slot, 1, named);
	add_path(slot, 2, &fs->pwd);
	char *into = next_part(slot);
	u64 length = at_most(to - from, ARGV);
	if (to - from > ARGV)
		record->flags |= FLAG_ARGV_CUT;
	if (into && !bpf_probe_read_user(into, length, (void *)from)) {
		record->lengths[3] = length;
		slot->used += length;
	} else {
		record->flags |= FLAG_ARGV_CUT;
	}
	if (owner && owner->variables)
		add_environment(slot, BPF_CORE_READ(task, mm, env_start), BPF_CORE_READ(task, mm, env_end));
}

SEC("tp_btf/sched_process_exec")
int process_exec(u64 *context)
{
	struct task_struct *task = (void *)context[0];
	struct linux_binprm *program = (void *)context[2];
	struct member *member = current_member();
	if (!member) {
		u32 user = BPF_CORE_READ(task, cred, uid.val);
		if (begins_tree(task, user))
			member = begin_tree(task, user);
		if (!member)
			return 0;
	} else if (member->agent && member->tree.pid != (u32)task->tgid && !begins_tree(task, member->owner)) {
		/* What an agent runs is not the agent; what it starts of its own kind goes on as it. */
		member->agent = 0;
	}
	count(KIND_EXEC, ATTEMPTED);
	struct slot *slot = take_slot();
	if (!slot) {
		member->preloaded = 1;
		lose(KIND_EXEC, FAULT, &member->tree);
		return 0;
	}
	struct file *file = BPF_CORE_READ(program, file);
	remember_executable(slot, member, task, file);
	look_up(slot, member, BPF_CORE_READ(file, f_path.dentry), USE_EXECUTE);
	fill(&slot->record, KIND_EXEC, member);
	slot->record.other = member->parent;
	slot->record.other_started = member->parent_started;
	/* Before its first instruction, where no security hook could refuse it. */
	if (slot->found & FLAG_DENIED && !security_hooks) {
		bpf_send_signal(SIGKILL);
		deny_record(&slot->record, slot->number);
		count(KIND_EXEC, DENIED);
	}
	describe_exec(slot, member, task, program);
	send_slot(slot);
	give_back(slot);
	return 0;
}

/* Takes running processes into a tree: its root, and whoever descends from it. */
SEC("iter/task")
int process_seed(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	u32 zero = 0;
	struct seed *seed = bpf_map_lookup_elem(&seeds, &zero);
	if (!task || !seed || task->pid != task->tgid)
		return 0;
	u32 pid = task->tgid;
	u64 since = ticks(task->start_boottime);
	struct process_key root = { .pid = seed->pid, .started = seed->started };
	struct task_struct *above = task;
	int below = 0;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 64; i++) {
		u32 number = BPF_CORE_READ(above, tgid);
		if (number == root.pid && started(above) == root.started) {
			below = 1;
			break;
		}
		if (number <= 1)
			break;
		struct member *known = bpf_map_lookup_elem(&members, &number);
		if (known) {
			below = known->tree.pid == root.pid && known->tree.started == root.started;
			break;
		}
		above = BPF_CORE_READ(above, real_parent);
	}
	if (!below)
		return 0;
	if (pid == root.pid)
		seed->found = 1;
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	struct member fresh = {
		.tree = root,
		.started = since,
		.parent_started = started(parent),
		.executable = BPF_CORE_READ(task, mm, exe_file, f_inode, i_ino),
		.device = BPF_CORE_READ(task, mm, exe_file, f_inode, i_sb, s_dev),
		.owner = seed->owner,
		.parent = BPF_CORE_READ(parent, tgid),
		.preloaded = 1, /* how it was started is not known any more */
		.agent = pid == root.pid,
	};
	long failed = bpf_map_update_elem(&members, &pid, &fresh, BPF_NOEXIST);
	if (!failed) {
		seed->added++;
		populate(1);
	} else if (failed == -7 /* E2BIG */) {
		seed->full++;
		count(KIND_FORK, ATTEMPTED);
		lose(KIND_FORK, MAP_FULL, &root);
	}
	return 0;
}
