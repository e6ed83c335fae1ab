//! The seccomp program: which system calls the supervisor is asked about, which fail at once, and
//! which go on untouched (seccomp(2), "Filters").
//!
//! **Invariant:** a call of a foreign calling convention never goes on: it could be another call.

use libc::sock_filter;

/// A processor's own convention: its name for seccomp (`linux/audit.h`) and its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    X86_64,
    Aarch64,
}

impl Machine {
    /// The one that this program was built for, if it is known.
    pub(super) fn here() -> Option<Machine> {
        match std::env::consts::ARCH {
            "x86_64" => Some(Machine::X86_64),
            "aarch64" => Some(Machine::Aarch64),
            _ => None,
        }
    }

    fn convention(self) -> u32 {
        match self {
            Machine::X86_64 => 0xc000_003e,
            Machine::Aarch64 => 0xc000_00b7,
        }
    }
}

/// A call that the supervisor answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Execve,
    Execveat,
    Connect,
    SendTo,
    SendMessage,
    SendMessages,
    Listen,
    Trace,
    ReadMemory,
    WriteMemory,
    Signal,
    Mount,
    LoadProgram,
    LoadModule,
    LoadModuleFile,
    MakeRing,
}

/// Their numbers: call, `x86_64`, aarch64 (`asm/unistd_64.h`, `asm-generic/unistd.h`).
const ASKED: [(Call, u32, u32); 16] = [
    (Call::Execve, 59, 221),
    (Call::Execveat, 322, 281),
    (Call::Connect, 42, 203),
    (Call::SendTo, 44, 206),
    (Call::SendMessage, 46, 211),
    (Call::SendMessages, 307, 269),
    (Call::Listen, 50, 201),
    (Call::Trace, 101, 117),
    (Call::ReadMemory, 310, 270),
    (Call::WriteMemory, 311, 271),
    (Call::Signal, 62, 129),
    (Call::Mount, 165, 40),
    (Call::LoadProgram, 321, 280),
    (Call::LoadModule, 175, 105),
    (Call::LoadModuleFile, 313, 273),
    (Call::MakeRing, 425, 425),
];

/// Calls that the filter itself answers.
const CLONE: (u32, u32) = (56, 220);
const CLONE3: (u32, u32) = (435, 435);
const PRCTL: (u32, u32) = (157, 167);
const TAKE_DESCRIPTOR: (u32, u32) = (438, 438);

const ALLOW: u32 = libc::SECCOMP_RET_ALLOW;
const ASK: u32 = libc::SECCOMP_RET_USER_NOTIF;
const KILL: u32 = libc::SECCOMP_RET_KILL_PROCESS;

/// Numbers from here on are of the x32 convention.
const X32: u32 = 0x4000_0000;

/// A datagram that asks for a name has at least a header (RFC 1035, section 4.1.1) …
const SHORTEST_QUESTION: u32 = 17;
/// … and is no longer than this (section 2.3.4); what is longer is no question.
const LONGEST_QUESTION: u32 = 512;

const FAST_OPEN: u32 = libc::MSG_FASTOPEN as u32;

fn failed(error: i32) -> u32 {
    libc::SECCOMP_RET_ERRNO | error.unsigned_abs()
}

impl Call {
    /// The call of this number.
    pub(super) fn of(machine: Machine, number: i32) -> Option<Call> {
        let number = u32::try_from(number).ok()?;
        ASKED
            .iter()
            .find(|(_, x86, arm)| machine.pick(*x86, *arm) == number)
            .map(|(call, _, _)| *call)
    }
}

impl Machine {
    fn pick(self, x86: u32, arm: u32) -> u32 {
        match self {
            Machine::X86_64 => x86,
            Machine::Aarch64 => arm,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "all codes are below 2^16 (bpf_common.h)"
)]
const fn step(code: u32, k: u32, yes: u8, no: u8) -> sock_filter {
    sock_filter {
        code: code as u16,
        jt: yes,
        jf: no,
        k,
    }
}

const LOAD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
const EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
const AT_LEAST: u32 = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
const ANY_BIT: u32 = libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K;
const RETURN: u32 = libc::BPF_RET | libc::BPF_K;

fn answer(value: u32) -> sock_filter {
    step(RETURN, value, 0, 0)
}

/// Loads half of an argument; both machines are little-endian.
fn argument(place: u32, high: bool) -> sock_filter {
    step(LOAD, 16 + 8 * place + 4 * u32::from(high), 0, 0)
}

/// `if value of condition { return answer }`.
fn when(condition: u32, value: u32, then: u32) -> [sock_filter; 2] {
    [step(condition, value, 0, 1), answer(then)]
}

/// `if value != 0 { return answer }`.
fn unless_zero(then: u32) -> [sock_filter; 2] {
    [step(EQUAL, 0, 1, 0), answer(then)]
}

/// What to do with one call: the steps of `body` end with an answer in every case.
fn of_call(program: &mut Vec<sock_filter>, number: u32, body: Vec<sock_filter>) {
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    program.push(step(EQUAL, number, 0, length));
    program.extend(body);
}

/// `sendto`: asked where it names an address, or is short enough to ask for a name.
fn send_to() -> Vec<sock_filter> {
    let mut body = vec![argument(3, false)];
    body.extend(when(ANY_BIT, FAST_OPEN, failed(libc::EOPNOTSUPP)));
    for high in [false, true] {
        body.push(argument(4, high));
        body.extend(unless_zero(ASK));
    }
    body.push(argument(2, true));
    body.extend(unless_zero(ALLOW));
    body.push(argument(2, false));
    body.extend(when(AT_LEAST, LONGEST_QUESTION + 1, ALLOW));
    body.extend(when(AT_LEAST, SHORTEST_QUESTION, ASK));
    body.push(answer(ALLOW));
    body
}

/// A connection that is opened by its first message would pass the check of `connect`.
fn send_message(flags: u32) -> Vec<sock_filter> {
    let mut body = vec![argument(flags, false)];
    body.extend(when(ANY_BIT, FAST_OPEN, failed(libc::EOPNOTSUPP)));
    body.push(answer(ASK));
    body
}

/// Two processes with one table of files could swap a socket under a call that waits for its answer.
fn clone() -> Vec<sock_filter> {
    const FILES: u32 = libc::CLONE_FILES as u32;
    const THREAD: u32 = libc::CLONE_THREAD as u32;
    let mut body = vec![argument(0, false)];
    body.extend(when(ANY_BIT, THREAD, ALLOW));
    body.extend(when(ANY_BIT, FILES, failed(libc::EPERM)));
    body.push(answer(ALLOW));
    body
}

/// Who could not be looked into could not be judged: hiding is said to have worked, and has not.
fn control() -> Vec<sock_filter> {
    let mut body = vec![
        argument(0, false),
        step(EQUAL, libc::PR_SET_DUMPABLE.unsigned_abs(), 1, 0),
        answer(ALLOW),
        argument(1, false),
    ];
    body.extend(when(EQUAL, 0, failed(0)));
    body.push(answer(ALLOW));
    body
}

/// The whole program for a machine.
pub(super) fn program(machine: Machine) -> Vec<sock_filter> {
    let mut program = vec![
        step(LOAD, 4, 0, 0),
        step(EQUAL, machine.convention(), 1, 0),
        answer(KILL),
        step(LOAD, 0, 0, 0),
    ];
    if machine == Machine::X86_64 {
        program.extend(when(AT_LEAST, X32, failed(libc::ENOSYS)));
    }
    for (call, x86, arm) in ASKED {
        let body = match call {
            Call::SendTo => send_to(),
            Call::SendMessage => send_message(2),
            Call::SendMessages => send_message(3),
            _ => vec![answer(ASK)],
        };
        of_call(&mut program, machine.pick(x86, arm), body);
    }
    let number = |pair: (u32, u32)| machine.pick(pair.0, pair.1);
    of_call(&mut program, number(CLONE), clone());
    // Its flags stand in memory, where no filter can look: libraries fall back to `clone`.
    of_call(
        &mut program,
        number(CLONE3),
        vec![answer(failed(libc::ENOSYS))],
    );
    of_call(&mut program, number(PRCTL), control());
    of_call(
        &mut program,
        number(TAKE_DESCRIPTOR),
        vec![answer(failed(libc::EPERM))],
    );
    program.push(answer(ALLOW));
    program
}

#[cfg(test)]
mod tests;
