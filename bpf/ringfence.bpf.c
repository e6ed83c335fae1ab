/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* All that runs in the kernel, as one object: `make bpf` builds it. Kernels from 5.15 with BTF. */
#include "path.h"
#include "processes.c"
#include "files.c"
#include "net.c"
#include "dns.c"
#include "system.c"
#include "security.c"

/* Tells the kernel's inode and device of each file that the sensor itself holds open: what stat(2)
 * tells is not it on overlayfs and btrfs. */
SEC("iter/task_file")
int resolve_files(struct bpf_iter__task_file *context)
{
	u32 zero = 0, number = context->fd;
	struct seed *seed = bpf_map_lookup_elem(&seeds, &zero);
	struct task_struct *task = context->task;
	struct file *file = context->file;
	if (!seed || !task || !file || (u32)task->tgid != seed->self || task->pid != task->tgid)
		return 0;
	struct resolved resolved = {
		.inode = BPF_CORE_READ(file, f_inode, i_ino),
		.device = BPF_CORE_READ(file, f_inode, i_sb, s_dev),
	};
	bpf_map_update_elem(&inodes, &number, &resolved, BPF_ANY);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
