/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* Reaching for other processes and for the kernel itself. */

CALLED int reached(u32 kind, u32 other, long result)
{
	struct member *member = current_member();
	struct record record;
	if (!member || told_already(result))
		return 0;
	count(kind, ATTEMPTED);
	fill(&record, kind, member);
	record.other = other;
	record.result = result < 0 ? result : 0;
	send_record(&record);
	return 0;
}

/* PTRACE_ATTACH and PTRACE_SEIZE (ptrace(2)); other requests need one of them first. */
INLINE int traced(long result, unsigned long request, u32 pid)
{
	return request == 16 || request == 0x4206 ? reached(KIND_TRACE, pid, result) : 0;
}

ENDS(ptrace, traced(result, A(0), A(1)))
ENDS(process_vm_readv, reached(KIND_TRACE, A(0), result))
ENDS(process_vm_writev, reached(KIND_TRACE, A(0), result))
ENDS(mount, name_ended(KIND_MOUNT, result, NAMED(1), AT_FDCWD))
ENDS(move_mount, name_ended(KIND_MOUNT, result, NAMED(3), A(2)))
ENDS(init_module, reached(KIND_MODULE, 0, result))
ENDS(finit_module, number_ended(KIND_MODULE, result, A(0)))
ENDS(io_uring_setup, reached(KIND_QUEUE, 0, result))

INLINE int program_loaded(long result, unsigned long command, const void *attributes)
{
	struct member *member = current_member();
	if (!member || command != 5 /* BPF_PROG_LOAD */ || told_already(result))
		return 0;
	u32 type = 0;
	bpf_probe_read_user(&type, sizeof type, attributes);
	return reached(KIND_PROGRAM, type, result);
}

ENDS(bpf, program_loaded(result, A(0), (void *)A(1)))

/* Any way of sending a signal comes here, in the sender's own time. */
SEC("tp_btf/signal_generate")
int system_signal(u64 *context)
{
	struct task_struct *target = (void *)context[2];
	struct member *member = current_member();
	if (!member)
		return 0;
	struct guard_key key = { .pid = target->tgid, .owner = member->owner };
	if (!bpf_map_lookup_elem(&guarded, &key))
		return 0;
	struct record record;
	count(KIND_SIGNAL, ATTEMPTED);
	fill(&record, KIND_SIGNAL, member);
	record.other = key.pid;
	record.detail = context[0];
	send_record(&record);
	return 0;
}

/* Work that no system call announces: what it is stands in its opcode (linux/io_uring.h). */
SEC("raw_tp/io_uring_submit_req")
int system_queued(u64 *context)
{
	struct member *member = current_member();
	if (!member)
		return 0;
	struct io_kiocb *request = (void *)context[0];
	u32 operation = BPF_CORE_READ(request, opcode);
	switch (operation) {
	case 16: /* CONNECT */
	case 18: /* OPENAT */
	case 28: /* OPENAT2 */
	case 35: /* RENAMEAT */
	case 36: /* UNLINKAT */
	case 37: /* MKDIRAT */
	case 38: /* SYMLINKAT */
	case 39: /* LINKAT */
		break;
	default:
		return 0;
	}
	count(KIND_QUEUE, ATTEMPTED);
	u32 times = repeated(member, KIND_QUEUE, operation, 0, 0);
	if (!times) {
		count(KIND_QUEUE, SUPPRESSED);
		return 0;
	}
	struct record record;
	fill(&record, KIND_QUEUE, member);
	record.detail = operation;
	record.times = times;
	send_record(&record);
	return 0;
}
