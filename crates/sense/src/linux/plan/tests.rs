use super::*;
use crate::{AddressRule, FileUse, FileUses, Lock, NameRule};

const OWNER: u32 = 1000;

fn inode(number: u64) -> Inode {
    Inode { number, device: 8 }
}

fn plan(settings: &Settings, policy: &Policy, found: &Found) -> Plan {
    compile(OWNER, settings, policy, found, &mut |_| 77)
}

fn rule(number: u32, denies: FileUses, except: &[&str]) -> FileRule {
    FileRule {
        number: RuleNumber(number),
        path: "/home/ada/.ssh".to_owned(),
        denies,
        except: except.iter().map(|&path| path.to_owned()).collect(),
        spares_agent: false,
    }
}

#[test]
fn names_stand_backwards_with_a_dot_behind() {
    let policy = Policy {
        names: vec![NameRule {
            number: RuleNumber(0),
            suffix: "Evil.Example.".to_owned(),
        }],
        ..Policy::default()
    };
    let plan = plan(&Settings::default(), &policy, &Found::default());
    let (key, value) = plan.iter().next().unwrap();
    let expected = Bytes::default()
        .word(64 + 13 * 8)
        .word(RULE)
        .word(OWNER)
        .bytes(b"elpmaxe.live.")
        .padded(12 + NAME);
    assert_eq!(key, &(Table::Names, expected));
    assert_eq!(value, &1_u32.to_ne_bytes().to_vec());
}

#[test]
fn networks_are_kept_by_family_and_scope() {
    let network = |text: &str, prefix| AddressRule {
        number: RuleNumber(4),
        network: text.parse().unwrap(),
        prefix,
    };
    let tree = Process { pid: 5, started: 6 };
    let policy = Policy {
        addresses: vec![
            network("192.0.2.0", 24),
            network("::ffff:198.51.100.7", 128),
            network("2001:db8::", 32),
        ],
        locks: vec![Lock {
            number: RuleNumber(9),
            tree,
            addresses: vec![("203.0.113.1".parse().unwrap(), 32)],
            names: Vec::new(),
        }],
        ..Policy::default()
    };
    let plan = plan(&Settings::default(), &policy, &Found::default());
    let four = |bits: u32, kind, scope, data: [u8; 4]| {
        let key = Bytes::default()
            .word(64 + bits)
            .word(kind)
            .word(scope)
            .bytes(&data);
        (Table::Addresses4, key.done())
    };
    let five = 5_u32.to_ne_bytes().to_vec();
    assert_eq!(
        plan.get(&four(24, RULE, OWNER, [192, 0, 2, 0])),
        Some(&five)
    );
    assert_eq!(
        plan.get(&four(32, RULE, OWNER, [198, 51, 100, 7])),
        Some(&five)
    );
    assert!(plan.contains_key(&four(32, LOCK, 77, [203, 0, 113, 1])));
    let lock = Bytes::default().word(77).word(10).done();
    assert_eq!(plan.get(&(Table::Locks, process_key(tree))), Some(&lock));
    assert_eq!(
        plan.keys()
            .filter(|(table, _)| *table == Table::Addresses6)
            .count(),
        1
    );
}

#[test]
fn the_strictest_rule_of_each_use_is_kept() {
    let read: FileUses = [FileUse::Read].into_iter().collect();
    let policy = Policy {
        files: vec![
            rule(1, read, &["/usr/bin/ssh"]),
            rule(2, FileUses::ALL, &[]),
        ],
        ..Policy::default()
    };
    let found = Found {
        inodes: [
            ("/home/ada/.ssh".to_owned(), inode(40)),
            ("/usr/bin/ssh".to_owned(), inode(50)),
        ]
        .into(),
        ..Found::default()
    };
    let plan = plan(&Settings::default(), &policy, &found);
    let entry = &plan[&(Table::Files, file_key(OWNER, inode(40)))];
    for wanted in [1, 2, 4, 8, 16] {
        assert_eq!(
            denial(entry, wanted),
            Some(Denial {
                number: RuleNumber(2),
                excepted: false,
                spares_agent: false,
            }),
            "{wanted}"
        );
    }
    assert_eq!(denial(entry, 32), None);
    assert!(plan.contains_key(&(
        Table::Exceptions,
        exception_key(OWNER, inode(50), 1, Excepts::Program)
    )));
    assert!(plan.contains_key(&(
        Table::Exceptions,
        exception_key(OWNER, inode(50), 0, Excepts::Somewhere)
    )));
}

#[test]
fn what_lies_below_a_denied_directory_is_held_too() {
    let policy = Policy {
        files: vec![rule(3, FileUses::ALL, &[])],
        ..Policy::default()
    };
    let key = "/home/ada/.ssh/id".to_owned();
    let found = Found {
        inodes: [
            ("/home/ada/.ssh".to_owned(), inode(40)),
            (key.clone(), inode(41)),
        ]
        .into(),
        below: [("/home/ada/.ssh".to_owned(), vec![key])].into(),
    };
    let plan = plan(&Settings::default(), &policy, &found);
    for number in [40, 41] {
        assert!(plan.contains_key(&(Table::Files, file_key(OWNER, inode(number)))));
    }
}

#[test]
fn interests_are_matched_whole() {
    let interest = |path: &str, ending| Interest {
        path: path.to_owned(),
        ending,
    };
    let interests = [
        interest("/home/ada/.aws", false),
        interest("/.env", true),
        interest(".pem", true),
    ];
    for (path, asked) in [
        ("/home/ada/.aws", true),
        ("/home/ada/.aws/credentials", true),
        ("/home/ada/.awsome", false),
        ("/work/.env", true),
        ("/work/a.env", false),
        ("/work/key.pem", true),
        ("/work/key.pem.txt", false),
    ] {
        assert_eq!(asked_for(path, &interests), asked, "{path}");
    }
}
