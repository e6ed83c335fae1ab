//! The program is run here, step by step, as the kernel does it (`net/core/filter.c`).

use super::*;

/// What the kernel shows the program (`struct seccomp_data`).
#[derive(Clone, Copy)]
struct Data {
    number: u32,
    convention: u32,
    arguments: [u64; 6],
}

impl Data {
    fn word(&self, offset: u32) -> u32 {
        match offset {
            0 => self.number,
            4 => self.convention,
            _ => {
                let value = self.arguments[usize::try_from((offset - 16) / 8).unwrap()];
                let half = if offset % 8 == 4 { value >> 32 } else { value };
                u32::try_from(half & 0xffff_ffff).unwrap()
            }
        }
    }
}

fn run(program: &[sock_filter], data: Data) -> u32 {
    let mut place = 0;
    let mut value = 0;
    loop {
        let step = program[place];
        let jump = |yes: bool| usize::from(if yes { step.jt } else { step.jf });
        place += 1;
        match u32::from(step.code) {
            LOAD => value = data.word(step.k),
            EQUAL => place += jump(value == step.k),
            AT_LEAST => place += jump(value >= step.k),
            ANY_BIT => place += jump(value & step.k != 0),
            RETURN => return step.k,
            other => panic!("step {other:#x} is not one of ours"),
        }
    }
}

fn said(machine: Machine, number: u32, arguments: [u64; 6]) -> u32 {
    let data = Data {
        number,
        convention: machine.convention(),
        arguments,
    };
    run(&program(machine), data)
}

const MACHINES: [Machine; 2] = [Machine::X86_64, Machine::Aarch64];
const HIGH: u64 = 1 << 32;

#[test]
fn every_asked_call_is_asked_and_known_again() {
    for machine in MACHINES {
        for (call, x86, arm) in ASKED {
            let number = machine.pick(x86, arm);
            assert_eq!(said(machine, number, [1; 6]), ASK, "{machine:?} {call:?}");
            let again = Call::of(machine, i32::try_from(number).unwrap());
            assert_eq!(again, Some(call));
        }
        assert_eq!(Call::of(machine, -1), None);
    }
}

#[test]
fn all_other_calls_go_on() {
    for machine in MACHINES {
        let named: Vec<u32> = ASKED
            .iter()
            .map(|(_, x86, arm)| machine.pick(*x86, *arm))
            .chain([CLONE, CLONE3, PRCTL, TAKE_DESCRIPTOR].map(|pair| machine.pick(pair.0, pair.1)))
            .collect();
        for number in (0..600).filter(|number| !named.contains(number)) {
            assert_eq!(said(machine, number, [1; 6]), ALLOW, "{machine:?} {number}");
        }
    }
}

#[test]
fn foreign_conventions_never_go_on() {
    let foreign = [0x4000_0003, 0x4000_0028, 0, 0xc000_003e, 0xc000_00b7];
    for machine in MACHINES {
        for convention in foreign
            .into_iter()
            .filter(|one| *one != machine.convention())
        {
            for number in [0, 11, 59, 221] {
                let data = Data {
                    number,
                    convention,
                    arguments: [0; 6],
                };
                assert_eq!(run(&program(machine), data), KILL, "{convention:#x}");
            }
        }
    }
    for number in [X32, X32 + 59, X32 + 520, u32::MAX] {
        assert_eq!(said(Machine::X86_64, number, [0; 6]), failed(libc::ENOSYS));
    }
}

#[test]
fn arguments_decide_where_they_stand_in_registers() {
    let fast = u64::from(FAST_OPEN);
    let fork = libc::SIGCHLD as u64;
    let thread = (libc::CLONE_VM | libc::CLONE_FILES | libc::CLONE_THREAD) as u64;
    let shares = (libc::CLONE_VM | libc::CLONE_FILES) as u64;
    let hide = libc::PR_SET_DUMPABLE as u64;
    let name = libc::PR_SET_NAME as u64;
    let cases = [
        ("short, connected", (44, 206), [3, 9, 40, 0, 0, 0], ASK),
        ("17 bytes", (44, 206), [3, 9, 17, 0, 0, 0], ASK),
        ("16 bytes", (44, 206), [3, 9, 16, 0, 0, 0], ALLOW),
        ("512 bytes", (44, 206), [3, 9, 512, 0, 0, 0], ASK),
        ("513 bytes", (44, 206), [3, 9, 513, 0, 0, 0], ALLOW),
        ("4 GiB", (44, 206), [3, 9, HIGH + 40, 0, 0, 0], ALLOW),
        ("long, with address", (44, 206), [3, 9, 9000, 0, 8, 16], ASK),
        ("high address", (44, 206), [3, 9, 9000, 0, HIGH, 16], ASK),
        (
            "fast open",
            (44, 206),
            [3, 9, 9, fast, 8, 16],
            failed(libc::EOPNOTSUPP),
        ),
        (
            "fast open",
            (46, 211),
            [3, 9, fast, 0, 0, 0],
            failed(libc::EOPNOTSUPP),
        ),
        (
            "fast open",
            (307, 269),
            [3, 9, 1, fast, 0, 0],
            failed(libc::EOPNOTSUPP),
        ),
        ("fork", CLONE, [fork, 0, 0, 0, 0, 0], ALLOW),
        ("thread", CLONE, [thread, 0, 0, 0, 0, 0], ALLOW),
        (
            "shared files",
            CLONE,
            [shares, 0, 0, 0, 0, 0],
            failed(libc::EPERM),
        ),
        ("clone3", CLONE3, [0; 6], failed(libc::ENOSYS)),
        ("hide", PRCTL, [hide, 0, 0, 0, 0, 0], failed(0)),
        ("show", PRCTL, [hide, 1, 0, 0, 0, 0], ALLOW),
        ("name", PRCTL, [name, 0, 0, 0, 0, 0], ALLOW),
        (
            "take",
            TAKE_DESCRIPTOR,
            [3, 4, 0, 0, 0, 0],
            failed(libc::EPERM),
        ),
    ];
    for machine in MACHINES {
        for (what, (x86, arm), arguments, expected) in cases {
            let got = said(machine, machine.pick(x86, arm), arguments);
            assert_eq!(got, expected, "{machine:?}: {what}");
        }
    }
}
