/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* What our programs read of the kernel's own structures, and no more. Only the names count: where a
 * field lies is found out when the programs are loaded (CO-RE). */
#pragma once
#include <linux/bpf.h>
#include <bpf_helpers.h>
#include <bpf_core_read.h>
#include <bpf_endian.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;

#define BOUND __attribute__((preserve_access_index))

struct super_block { u32 s_dev; } BOUND;
struct hlist_node { struct hlist_node *next; } BOUND;
struct hlist_head { struct hlist_node *first; } BOUND;
struct inode { unsigned short i_mode; struct super_block *i_sb; unsigned long i_ino; u32 i_generation; struct hlist_head i_dentry; } BOUND;
struct qstr { u32 len; const unsigned char *name; } BOUND;
union dentry_links { struct hlist_node d_alias; } BOUND;
struct dentry { struct dentry *d_parent; struct qstr d_name; struct inode *d_inode; struct super_block *d_sb; union dentry_links d_u; } BOUND;
struct vfsmount { struct dentry *mnt_root; } BOUND;
struct mount { struct mount *mnt_parent; struct dentry *mnt_mountpoint; struct vfsmount mnt; } BOUND;
struct path { struct vfsmount *mnt; struct dentry *dentry; } BOUND;
struct file { u32 f_mode; struct path f_path; struct inode *f_inode; void *private_data; } BOUND;
struct fdtable { u32 max_fds; struct file **fd; } BOUND;
struct files_struct { struct fdtable *fdt; } BOUND;
struct fs_struct { struct path pwd; } BOUND;
struct mm_struct { unsigned long arg_start, arg_end, env_start, env_end; struct file *exe_file; } BOUND;
struct kuid { u32 val; } BOUND;
struct cred { struct kuid uid; } BOUND;
struct live_count { int counter; } BOUND;
struct signal_struct { struct live_count live; int group_exit_code; } BOUND;
struct task_struct {
	u32 flags;
	u32 ptrace;
	int pid;
	int tgid;
	int exit_code;
	u64 start_boottime;
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	struct signal_struct *signal;
	struct mm_struct *mm;
	struct fs_struct *fs;
	struct files_struct *files;
	const struct cred *cred;
	char comm[16];
} BOUND;
struct linux_binprm { struct file *file; const char *filename; const char *interp; } BOUND;
struct in6_address { u8 bytes[16]; };
struct sock_common {
	u32 skc_daddr;
	u32 skc_rcv_saddr;
	u16 skc_dport;
	u16 skc_num;
	unsigned short skc_family;
	struct in6_address skc_v6_daddr;
	struct in6_address skc_v6_rcv_saddr;
} BOUND;
struct sock { struct sock_common __sk_common; } BOUND;
struct socket { short type; struct sock *sk; } BOUND;
struct unix_sock { struct path path; struct sock *peer; } BOUND;
struct io_kiocb { u8 opcode; } BOUND;
struct bpf_iter__task { struct task_struct *task; } BOUND;
struct bpf_iter__task_file { struct task_struct *task; u32 fd; struct file *file; } BOUND;

/* The arguments of a system call lie elsewhere on each processor. */
struct pt_regs___x86 { unsigned long di, si, dx, r10, r8; } BOUND;
struct pt_regs___arm { unsigned long long regs[31]; unsigned long long orig_x0; } BOUND;

/* What a program on the tracepoint of a system call's end is given (its `format` in tracefs). */
struct ended { u64 head; u64 number; long result; };

/* linux/fs.h */
#define FMODE_READ 0x1
#define FMODE_WRITE 0x2
#define FMODE_PATH 0x4000
#define FMODE_CREATED 0x100000
#define S_IFMT 0170000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define AT_FDCWD -100
/* asm-generic/errno-base.h */
#define EPERM 1
#define ENOENT 2
#define EACCES 13
/* linux/socket.h */
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM 1
#define SIGKILL 9
