use super::*;
use crate::linux::record::{self, tests::Fixture, tests::bytes};
use proptest::prelude::*;

fn told(kind: Kind, change: impl FnOnce(&mut Fixture)) -> Observation {
    tell(&bytes(kind, change)).unwrap()
}

/// Tells bytes of the ring; `/link` is a link to `/real`.
fn tell(bytes: &[u8]) -> Option<Observation> {
    let variables = ["CALL_ID".to_owned()];
    let mut reading = Reading {
        booted: 1_000_000,
        variables: &variables,
        follow: &mut |directory| match directory {
            "/gone" => None,
            "/link" => Some("/real".to_owned()),
            other => Some(other.to_owned()),
        },
    };
    record::read(bytes).map(|record| observe(&record, &mut reading))
}

#[test]
fn who_and_when_stand_in_each_observation() {
    let fork = told(Kind::Fork, |record| {
        record.at = 5_000_000;
        record.other = 9;
    });
    let expected = Observation {
        at: 1_005_000,
        process: Process {
            pid: 2,
            started: 20,
        },
        tree: Process {
            pid: 1,
            started: 10,
        },
        user: 1001,
        deed: Deed::Fork {
            child: Process {
                pid: 9,
                started: 30,
            },
        },
        error: None,
        denied: None,
        times: 1,
    };
    assert_eq!(fork, expected);
}

#[test]
fn a_start_is_told_with_its_words_and_the_asked_variables() {
    let exec = told(Kind::Exec, |record| {
        record.other = 1;
        record.flags = flag::ARGV_CUT;
        record.parts = [
            b"/usr/bin/dash",
            b"./run.sh",
            b"/work",
            b"/bin/sh\0./run.sh\0\0",
            b"PATH=/bin\0CALL_ID=a=b\0CALL_IDS=no\0CALL_ID",
        ];
    });
    let own = |text: &str| text.to_owned();
    let expected = Deed::Exec {
        executable: own("/usr/bin/dash"),
        script: Some(own("/work/run.sh")),
        argv: vec![own("/bin/sh"), own("./run.sh"), own("")],
        truncated: true,
        cwd: Some(own("/work")),
        environment: vec![(own("CALL_ID"), own("a=b"))],
        parent: Process {
            pid: 1,
            started: 30,
        },
    };
    assert_eq!(exec.deed, expected);
}

#[test]
fn an_end_is_a_code_or_a_signal() {
    for (status, code, signal) in [
        (0, Some(0), None),
        (3 << 8, Some(3), None),
        (9, None, Some(9)),
        (0x8b, None, Some(11)),
    ] {
        let exit = told(Kind::Exit, |record| record.other = status);
        assert_eq!(exit.deed, Deed::Exit { code, signal }, "{status}");
    }
}

#[test]
fn names_are_followed_to_real_paths() {
    for (name, base, real) in [
        ("/link/a", "", "/real/a"),
        ("a", "/link", "/real/a"),
        ("../x/./b", "/work/y", "/work/x/b"),
        ("/gone/a", "", "/gone/a"),
        ("/", "", "/"),
        ("../../..", "/a", "/"),
    ] {
        let unlink = told(Kind::Unlink, |record| {
            record.flags = flag::AS_NAMED;
            record.parts = [name.as_bytes(), b"", base.as_bytes(), b"", b""];
        });
        let expected = Deed::File {
            activity: FileActivity::Delete,
            path: real.to_owned(),
            to: None,
        };
        assert_eq!(unlink.deed, expected, "{name} in {base}");
    }
    let cut = told(Kind::Open, |record| {
        record.flags = flag::PATH_CUT;
        record.parts[0] = b"/deep/file";
    });
    assert!(matches!(cut.deed, Deed::File { path, .. } if path == "…/deep/file"));
}

#[test]
fn addresses_are_told_in_their_own_family() {
    let mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1];
    let connect = told(Kind::Connect, |record| {
        record.address = mapped;
        record.port = 443;
        record.flags = flag::DENIED;
        record.rule = 6;
        record.result = -1;
    });
    let to = Endpoint::Inet {
        address: [192, 0, 2, 1].into(),
        port: 443,
        transport: Transport::Tcp,
    };
    assert_eq!(connect.deed, Deed::Connect { to });
    assert_eq!(
        (connect.denied, connect.error),
        (Some(RuleNumber(6)), Some(1))
    );
    let query = told(Kind::Query, |record| {
        record.other = 28;
        record.parts[0] = b".www.example.org";
    });
    let name = "www.example.org".to_owned();
    assert_eq!(query.deed, Deed::Query { name, record: 28 });
}

#[test]
fn sockets_are_told_by_path_or_abstract_name() {
    for (address, base, path) in [
        (&b"/run/docker.sock\0\0"[..], &b""[..], "/run/docker.sock"),
        (b"\0bus", b"", "@bus"),
        (b"agent.sock", b"/link", "/real/agent.sock"),
    ] {
        let unix = told(Kind::Unix, |record| {
            record.parts = [address, b"", base, b"", b""];
        });
        let to = Endpoint::Unix {
            path: path.to_owned(),
        };
        assert_eq!(unix.deed, Deed::Connect { to });
    }
}

proptest! {
    #[test]
    fn any_record_can_be_told(
        bytes in proptest::collection::vec(any::<u8>(), HEAD..HEAD + 200),
        kind in 1_u8..23,
        flags in 0_u16..128,
    ) {
        let mut bytes = bytes;
        bytes[82] = kind;
        bytes[84..86].copy_from_slice(&flags.to_ne_bytes());
        for (index, length) in [40_u16, 30, 20, 10, 5].into_iter().enumerate() {
            bytes[86 + index * 2..88 + index * 2].copy_from_slice(&length.to_ne_bytes());
        }
        let enough = bytes.len() >= HEAD + 105;
        prop_assert_eq!(tell(&bytes).is_some(), enough);
    }
}

/// Bytes of a record without its parts.
const HEAD: usize = record::HEAD;
