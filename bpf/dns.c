/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0-only) */
/* Questions for names on their way out: UDP to port 53, from whatever library or socket. */

#define DNS_HEAD 12
#define LONGEST_NAME 250

/* Reads the name of the first question into `walk` as `.label.label`, in lower case; `used` says how
 * long it is on the wire. Returns its length, 0 if it is none. */
CALLED u32 read_name(struct slot *slot)
{
	slot->at = 0;
	slot->rest = 0;
	slot->state = 0;
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < LONGEST_NAME; i++) {
		u8 byte = slot->text[DNS_HEAD + i];
		u32 rest = slot->rest;
		if (rest == 0) {
			if (byte == 0) {
				slot->state = 1;
				break;
			}
			if (byte > 63)
				break;
			slot->rest = byte;
			byte = '.';
		} else {
			slot->rest = rest - 1;
			if (byte >= 'A' && byte <= 'Z')
				byte += 32;
		}
		slot->walk[i] = byte;
		slot->at = i + 1;
	}
	return slot->state ? slot->at : 0;
}

/* Which rule holds for the name that was read: its number and one. Names stand backwards in the map. */
CALLED u32 name_rule(struct slot *slot, u32 kind, u32 scope)
{
	slot->name.bits = (8 + NAME) * 8;
	slot->name.kind = kind;
	slot->name.scope = scope;
	/* Before the name's first byte (at 511 and below, that is) stand zeros: no branch, which the
	 * verifier would follow on both sides in each turn. */
	__builtin_memset(slot->walk + 256, 0, 256);
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < NAME; i++)
		slot->name.data[i] = slot->walk[(slot->at - 1 - i) & 511];
	u32 *rule = bpf_map_lookup_elem(&names, &slot->name);
	return rule ? *rule : 0;
}

/* Returns the rule's number and one if the question must not go out. */
CALLED u32 question(struct slot *slot, struct sender *sender, u32 length)
{
	u32 rule = length ? name_rule(slot, SCOPE_RULE, sender->owner) : 0;
	u32 lock_rule = 0, lock = lock_of(&sender->tree, &lock_rule);
	if (rule && tree_may(&sender->tree, sender->owner, rule - 1))
		rule = 0;
	if (!rule && lock && !(length && name_rule(slot, SCOPE_LOCK, lock)))
		rule = lock_rule;
	return rule && enforcing(sender->owner) ? rule : 0;
}

/* There is no process on the way out: the socket says whose packet it is. */
CALLED void fill_sent(struct record *record, u32 kind, struct sender *sender)
{
	__builtin_memset(record, 0, sizeof *record);
	record->at = bpf_ktime_get_boot_ns();
	record->started = sender->started;
	record->tree = sender->tree.pid;
	record->tree_started = sender->tree.started;
	record->pid = sender->pid;
	record->owner = sender->owner;
	record->user = sender->user;
	record->kind = kind;
	record->times = 1;
}

/* A packet of a raw socket, or of ping's: no hook for addresses has seen it. */
CALLED int look_at_packet(struct __sk_buff *packet, struct sender *sender, u32 version)
{
	struct member whose = { .tree = sender->tree, .owner = sender->owner };
	u32 address[4] = { 0, 0, bpf_htonl(0xffff), 0 };
	long failed = version == 4 ? bpf_skb_load_bytes(packet, 16, &address[3], 4)
				   : bpf_skb_load_bytes(packet, 24, address, 16);
	count(KIND_SEND, ATTEMPTED);
	if (failed) {
		lose(KIND_SEND, FAULT, &sender->tree);
		return 1;
	}
	u32 rule = forbidden(&whose, address, 0), times = 1;
	if (!rule) {
		u64 half = (u64)address[0] << 32 | address[1], other = (u64)address[2] << 32 | address[3];
		times = repeated(&whose, KIND_SEND, 0, half * 0x9E3779B97F4A7C15ULL ^ other, 0);
	}
	if (!times) {
		count(KIND_SEND, SUPPRESSED);
		return 1;
	}
	struct record record;
	fill_sent(&record, KIND_SEND, sender);
	record.detail = TRANSPORT_UDP;
	record.times = times;
	__builtin_memcpy(record.address, address, 16);
	if (rule) {
		deny_record(&record, rule - 1);
		count(KIND_SEND, DENIED);
	}
	send_record(&record);
	return !rule;
}

CALLED int look_at_question(struct __sk_buff *packet, struct sender *sender, struct slot *slot, u32 at)
{
	u32 length = packet->len - at;
	if (length > 288)
		length = 288;
	asm volatile("" : "+r"(length));
	if (length < 17 || length > 288) {
		count(KIND_QUERY, FAULT);
		return 1;
	}
	__builtin_memset(slot->text, 0, sizeof slot->text);
	if (bpf_skb_load_bytes(packet, at, slot->text, length)) {
		count(KIND_QUERY, FAULT);
		return 1;
	}
	u32 name = read_name(slot);
	u32 rule = question(slot, sender, name);
	struct record *record = &slot->record;
	fill_sent(record, KIND_QUERY, sender);
	u64 type = at_most(DNS_HEAD + name + 1, sizeof slot->text - 2);
	if (name)
		record->other = slot->text[type] << 8 | slot->text[type + 1];
	if (rule) {
		deny_record(record, rule - 1);
		count(KIND_QUERY, DENIED);
	}
	if (name) {
		add_kernel(slot, 0, slot->walk, name);
		send_slot(slot);
	} else if (rule) {
		send_slot(slot);
	} else {
		count(KIND_QUERY, SUPPRESSED); /* no question: what else goes to this port */
	}
	return !rule;
}

SEC("cgroup_skb/egress")
int dns_egress(struct __sk_buff *packet)
{
	struct bpf_sock *socket = packet->sk;
	u8 version = 0, protocol = 0;
	u16 port = 0;
	u32 at = 40;
	if (!socket)
		return 1;
	socket = bpf_sk_fullsock(socket);
	if (!socket || socket->type == SOCK_STREAM)
		return 1;
	struct sender *sender = bpf_sk_storage_get(&senders, socket, 0, 0);
	if (!sender || bpf_skb_load_bytes(packet, 0, &version, 1))
		return 1;
	if (version >> 4 == 4)
		at = (version & 15) * 4;
	if (bpf_skb_load_bytes(packet, version >> 4 == 4 ? 9 : 6, &protocol, 1))
		return 1;
	if (protocol != 17)
		return look_at_packet(packet, sender, version >> 4);
	if (bpf_skb_load_bytes(packet, at + 2, &port, 2) || port != bpf_htons(53))
		return 1;
	count(KIND_QUERY, ATTEMPTED);
	struct slot *slot = take_slot();
	if (!slot) {
		/* Nothing can be read: a locked tree asks again, others are let go. */
		lose(KIND_QUERY, FAULT, &sender->tree);
		u32 rule = 0;
		return !(lock_of(&sender->tree, &rule) && enforcing(sender->owner));
	}
	int pass = look_at_question(packet, sender, slot, at + 8);
	give_back(slot);
	return pass;
}
