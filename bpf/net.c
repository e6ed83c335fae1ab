/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* Connections and datagrams, by control group: also those that io_uring makes. */

enum transport { TRANSPORT_TCP, TRANSPORT_UDP, TRANSPORT_UNIX };

INLINE int is_loopback4(u32 address) /* in network order */
{
	return (address & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000);
}

INLINE int is_mapped(const u32 *address)
{
	return !address[0] && !address[1] && address[2] == bpf_htonl(0xffff);
}

INLINE int is_loopback6(const u32 *address)
{
	if (is_mapped(address))
		return is_loopback4(address[3]);
	return !address[0] && !address[1] && !address[2] && address[3] == bpf_htonl(1);
}

/* The rule of a network, 0 if there is none: rules are kept by their number and one. */
INLINE u32 rule4(u32 kind, u32 scope, u32 address)
{
	struct address4_key key = { .bits = 96, .kind = kind, .scope = scope };
	__builtin_memcpy(key.data, &address, 4);
	u32 *rule = bpf_map_lookup_elem(&addresses4, &key);
	return rule ? *rule : 0;
}

INLINE u32 rule6(u32 kind, u32 scope, const u32 *address)
{
	struct address6_key key = { .bits = 192, .kind = kind, .scope = scope };
	__builtin_memcpy(key.data, address, 16);
	u32 *rule = bpf_map_lookup_elem(&addresses6, &key);
	return rule ? *rule : 0;
}

INLINE u32 lock_of(struct process_key *tree, u32 *rule)
{
	struct lock *lock = bpf_map_lookup_elem(&locks, tree);
	if (!lock)
		return 0;
	*rule = lock->rule;
	return lock->id;
}

/* Which rule denies an address (given as IPv6, v4-mapped where it is IPv4): its number and one. */
CALLED u32 forbidden(struct member *member, const u32 *address, int question)
{
	u32 four = is_mapped(address);
	u32 rule = four ? rule4(SCOPE_RULE, member->owner, address[3]) : rule6(SCOPE_RULE, member->owner, address);
	u32 lock_rule = 0, lock = lock_of(&member->tree, &lock_rule);
	if (rule && tree_may(&member->tree, member->owner, rule - 1))
		rule = 0;
	if (!rule && lock && !is_loopback6(address)) {
		u32 open = four ? rule4(SCOPE_LOCK, lock, address[3]) : rule6(SCOPE_LOCK, lock, address);
		/* A question for a name is let out here, and its name looked at on the way. */
		if (!open && !question)
			rule = lock_rule;
	}
	return rule && enforcing(member->owner) ? rule : 0;
}

INLINE void own_socket(struct bpf_sock *socket, struct member *member, u32 pid)
{
	struct sender *sender;
	if (!socket || socket->type == SOCK_STREAM)
		return;
	sender = bpf_sk_storage_get(&senders, socket, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!sender)
		return;
	sender->tree = member->tree;
	sender->started = member->started;
	sender->pid = pid;
	sender->owner = member->owner;
	sender->user = current_user();
}

/* Returns 1 to let it pass, 0 to refuse. */
CALLED int reach(struct bpf_sock_addr *context, u32 kind, const u32 *address)
{
	struct member *member = current_member();
	if (!member)
		return 1;
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	u32 stream = context->type == SOCK_STREAM;
	u16 port = bpf_ntohs(context->user_port);
	own_socket(context->sk, member, pid);
	count(kind, ATTEMPTED);
	u32 rule = forbidden(member, address, port == 53 && !stream);
	u32 times = 1;
	if (kind == KIND_SEND && !rule) {
		u64 half = (u64)address[0] << 32 | address[1], other = (u64)address[2] << 32 | address[3];
		times = repeated(member, kind, 0, half * 0x9E3779B97F4A7C15ULL ^ other, port);
	}
	if (!times) {
		count(kind, SUPPRESSED);
		return 1;
	}
	struct record record;
	fill(&record, kind, member);
	record.detail = stream ? TRANSPORT_TCP : TRANSPORT_UDP;
	record.port = port;
	record.times = times;
	__builtin_memcpy(record.address, address, 16);
	if (rule) {
		deny_record(&record, rule - 1);
		count(kind, DENIED);
	}
	send_record(&record);
	return !rule;
}

INLINE int reach4(struct bpf_sock_addr *context, u32 kind)
{
	u32 address[4] = { 0, 0, bpf_htonl(0xffff), context->user_ip4 };
	return reach(context, kind, address);
}

INLINE int reach6(struct bpf_sock_addr *context, u32 kind)
{
	u32 address[4] = { context->user_ip6[0], context->user_ip6[1], context->user_ip6[2], context->user_ip6[3] };
	return reach(context, kind, address);
}

SEC("cgroup/connect4")
int net_connect4(struct bpf_sock_addr *context) { return reach4(context, KIND_CONNECT); }
SEC("cgroup/connect6")
int net_connect6(struct bpf_sock_addr *context) { return reach6(context, KIND_CONNECT); }
SEC("cgroup/sendmsg4")
int net_sendmsg4(struct bpf_sock_addr *context) { return reach4(context, KIND_SEND); }
SEC("cgroup/sendmsg6")
int net_sendmsg6(struct bpf_sock_addr *context) { return reach6(context, KIND_SEND); }

SEC("cgroup/sock_create")
int net_create(struct bpf_sock *socket)
{
	struct member *member = current_member();
	if (member)
		own_socket(socket, member, bpf_get_current_pid_tgid() >> 32);
	return 1;
}

INLINE struct sock *sock_of(int number)
{
	struct file *file = file_of(number);
	struct socket *socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}

/* Tells a socket's own address, or the other side's, unless it is this machine alone. */
CALLED int socket_ended(u32 kind, long result, int number)
{
	struct member *member = current_member();
	if (!member || result < 0)
		return 0;
	struct sock *sock = sock_of(number);
	u16 family = BPF_CORE_READ(sock, __sk_common.skc_family);
	u32 address[4] = { 0, 0, bpf_htonl(0xffff), 0 };
	if (family == AF_INET)
		address[3] = kind == KIND_ACCEPT ? BPF_CORE_READ(sock, __sk_common.skc_daddr)
						 : BPF_CORE_READ(sock, __sk_common.skc_rcv_saddr);
	else if (family == AF_INET6 && kind == KIND_ACCEPT)
		BPF_CORE_READ_INTO(&address, sock, __sk_common.skc_v6_daddr);
	else if (family == AF_INET6)
		BPF_CORE_READ_INTO(&address, sock, __sk_common.skc_v6_rcv_saddr);
	else
		return 0;
	if (is_loopback6(address))
		return 0;
	count(kind, ATTEMPTED);
	struct record record;
	fill(&record, kind, member);
	record.detail = TRANSPORT_TCP;
	record.port = BPF_CORE_READ(sock, __sk_common.skc_num);
	__builtin_memcpy(record.address, address, 16);
	send_record(&record);
	return 0;
}

ENDS(listen, socket_ended(KIND_LISTEN, result, A(0)))
ENDS(accept, socket_ended(KIND_ACCEPT, result, result))
ENDS(accept4, socket_ended(KIND_ACCEPT, result, result))

/* The rule of the file that a Unix socket is bound to; nothing of an abstract one. */
CALLED int bound_denied(struct slot *slot, struct member *member, struct sock *bound)
{
	struct unix_sock *socket = (void *)bound;
	struct dentry *entry = BPF_CORE_READ(socket, path.dentry);
	slot->found = 0;
	if (!entry)
		return 0;
	look_up(slot, member, entry, USE_READ | USE_WRITE);
	return slot->found & FLAG_DENIED;
}

CALLED int unix_ended(long result, int number, const void *address, u32 length)
{
	struct member *member = current_member();
	u16 family = 0;
	if (!member || bpf_probe_read_user(&family, sizeof family, address) || family != AF_UNIX)
		return 0;
	if (told_already(result))
		return 0;
	count(KIND_UNIX, ATTEMPTED);
	/* Most programs look for nscd, which is hardly ever there. */
	if (result == -ENOENT) {
		count(KIND_UNIX, SUPPRESSED);
		return 0;
	}
	struct slot *slot = take_slot();
	if (!slot) {
		lose(KIND_UNIX, FAULT, &member->tree);
		return 0;
	}
	int denied = 0;
	if (!result && !security_hooks) {
		struct unix_sock *own = (void *)sock_of(number);
		denied = bound_denied(slot, member, BPF_CORE_READ(own, peer));
	}
	fill(&slot->record, KIND_UNIX, member);
	slot->record.detail = TRANSPORT_UNIX;
	slot->record.result = result < 0 ? result : 0;
	if (denied) {
		bpf_send_signal(SIGKILL);
		deny_record(&slot->record, slot->number);
		count(KIND_UNIX, DENIED);
	}
	/* sockaddr_un: a name of at most 108 bytes after the family. */
	u64 named = at_most(length < 2 ? 0 : length - 2, 108);
	char *into = next_part(slot);
	if (into && !bpf_probe_read_user(into, named, address + 2)) {
		slot->record.lengths[0] = named;
		slot->used += named;
		if (named && into[0] && into[0] != '/')
			add_base(slot, 2, 0, AT_FDCWD);
		send_slot(slot);
	} else {
		lose(KIND_UNIX, FAULT, &member->tree);
	}
	give_back(slot);
	return 0;
}

ENDS(connect, unix_ended(result, A(0), (void *)A(1), A(2)))
