//! What a fenced tree can't do, held against the table of evasions: on Debian's kernels in an
//! emulator, where everything works (tier A), and on this machine's (tier B). And what must not
//! stay behind when the sensor dies, is flooded or is left alone.

use ringfence_tests::evasions::{Cover, EVASIONS, Evasion};
use ringfence_tests::guest::{Kernel, Programs};
use ringfence_tests::home::built;
use ringfence_tests::run::{collect, wait};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a guest does, last what kills its helpers. Its clock is its own; this machine's is not.
const IN_A_GUEST: &str = "attempts clock small-storm";

/// Attempts that need what is set up in a guest only.
const ONLY_IN_A_GUEST: [&str; 3] = ["overlay", "ping-socket", "packet-socket"];

/// Where control groups of version 2 may be.
const CGROUPS: [&str; 2] = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"];

/// Time for what is done natively.
const DEADLINE: Duration = Duration::from_mins(3);

#[test]
fn tier_a_on_linux_6_1() {
    in_a_guest("6.1");
}

#[test]
fn tier_a_on_linux_6_12() {
    in_a_guest("6.12");
}

fn in_a_guest(version: &str) {
    let kernel = match Kernel::find(version) {
        Ok(kernel) => kernel,
        Err(why) => return println!("SKIPPED: no guest: {why}"),
    };
    let arguments =
        format!("/tmp/world /programs /sys/fs/cgroup /sys/fs/cgroup/other {IN_A_GUEST}");
    let lines = kernel.run(&arguments, &Programs::new());
    assert_eq!(lines.first().map(String::as_str), Some("tier A"));
    judge(&lines, |evasion| evasion.a, &[]);
}

#[test]
fn tier_b_here() {
    if let Some(lines) = here("attempts") {
        assert_eq!(lines.first().map(String::as_str), Some("tier B"));
        judge(&lines, |evasion| evasion.b, &ONLY_IN_A_GUEST);
    }
}

#[test]
fn a_killed_sensor_leaves_no_denial_behind() {
    here("killed");
}

#[test]
fn denials_lapse_when_the_daemon_is_silent() {
    here("silent");
}

#[test]
fn every_event_of_a_flood_is_accounted_for() {
    here("flood");
}

#[test]
fn a_full_table_of_processes_is_told() {
    here("full");
}

#[test]
fn fifty_thousand_processes_leave_nothing_behind() {
    here("storm");
}

#[test]
fn the_threat_model_lists_what_is_tested() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/threat-model.md");
    let text = fs::read_to_string(&path).expect("docs/threat-model.md");
    let (begin, end) = (
        "<!-- evasions: from tests/src/evasions.rs -->\n",
        "<!-- end -->",
    );
    let (head, rest) = text.split_once(begin).expect("the beginning of the table");
    let (table, tail) = rest.split_once(end).expect("the end of the table");
    let wanted = table_of_evasions();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{head}{begin}{wanted}{end}{tail}")).expect("it is written");
        return;
    }
    assert!(
        table == wanted,
        "docs/threat-model.md lists other evasions than the tests try\nhint: UPDATE_DOCS=1 cargo nextest run -p ringfence-tests the_threat_model"
    );
}

/// Runs the program of the guests on this machine, as root, in a control group of its own. Returns
/// nothing where that can't be.
fn here(what: &str) -> Option<Vec<String>> {
    let Some(cgroups) = CGROUPS
        .into_iter()
        .find(|place| Path::new(place).join("cgroup.procs").exists())
    else {
        println!("SKIPPED: no control groups of version 2");
        return None;
    };
    if !rustix::process::geteuid().is_root() {
        println!("SKIPPED: the sensor needs root");
        return None;
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let name = directory.path().file_name().and_then(|name| name.to_str());
    let name = format!("ringfence-test-{}", name.expect("a name"));
    let cgroup = Path::new(cgroups).join(&name);
    let other = Path::new(cgroups).join(format!("{name}-other"));
    let programs = Programs::new();
    let mut guest = Command::new(built("guest"))
        .args([&directory.path().join("world"), programs.directory()])
        .args([&cgroup, &other])
        .arg(what)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let said = collect(guest.stdout.take().expect("stdout is piped"));
    let status = wait(&mut guest, DEADLINE);
    let said = said.recv().expect("its output");
    for group in [&cgroup, &other] {
        // The program has done so, if it came to its end.
        fs::remove_dir(group).ok();
    }
    assert!(
        status.is_some_and(|status| status.success()) && said.contains(&format!("did {what}")),
        "{what} failed with {status:?} after:\n{said}"
    );
    Some(said.lines().map(str::to_owned).collect())
}

/// How one attempt went.
struct Outcome<'a> {
    free: &'a str,
    fenced: &'a str,
    intact: bool,
    told: bool,
}

fn outcomes(lines: &[String]) -> BTreeMap<&str, Outcome<'_>> {
    let mut outcomes = BTreeMap::new();
    for line in lines {
        let parts: Vec<&str> = line.split('\t').collect();
        let [free, fenced, intact, rules] = parts.as_slice() else {
            continue;
        };
        let (Some((name, free)), Some((_, fenced))) =
            (free.split_once(' '), fenced.split_once(' '))
        else {
            continue;
        };
        let outcome = Outcome {
            free,
            fenced,
            intact: *intact == "true",
            told: *rules != "[]",
        };
        outcomes.insert(name, outcome);
    }
    outcomes
}

/// Holds what happened against the table.
fn judge(lines: &[String], cover: impl Fn(&Evasion) -> Cover, elsewhere: &[&str]) {
    let outcomes = outcomes(lines);
    let mut faults = Vec::new();
    for evasion in EVASIONS {
        let name = evasion.name;
        let Some(outcome) = outcomes.get(name) else {
            faults.push(format!("{name}: was not tried"));
            continue;
        };
        if outcome.free != "through" {
            if !elsewhere.contains(&name) {
                faults.push(format!("{name}: fails outside too: {}", outcome.free));
            }
            continue;
        }
        let through = outcome.fenced == "through";
        match cover(evasion) {
            Cover::Denied | Cover::Late(_) if through => {
                faults.push(format!("{name}: gets through"));
            }
            Cover::Denied if !outcome.intact => {
                faults.push(format!("{name}: {}, but it left a mark", outcome.fenced));
            }
            Cover::Denied | Cover::Late(_) if !outcome.told => {
                faults.push(format!("{name}: {}, but nobody was told", outcome.fenced));
            }
            Cover::Gap(_) if !through => faults.push(format!(
                "{name}: {}: the table calls it a gap",
                outcome.fenced
            )),
            Cover::Meant if !through => faults.push(format!("{name}: {}", outcome.fenced)),
            Cover::Denied | Cover::Late(_) | Cover::Gap(_) | Cover::Meant => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The table as docs/threat-model.md shows it: gaps with the number of their reason below it.
fn table_of_evasions() -> String {
    let mut reasons: Vec<&str> = Vec::new();
    let mut table = String::from("| an agent's process … | A | B |\n|---|---|---|\n");
    for evasion in EVASIONS {
        let mut cell = |cover: Cover| match cover {
            Cover::Denied => "denied".to_owned(),
            Cover::Meant => "works".to_owned(),
            Cover::Late(reason) | Cover::Gap(reason) => {
                let known = reasons.iter().position(|known| *known == reason);
                let number = known.unwrap_or_else(|| {
                    reasons.push(reason);
                    reasons.len() - 1
                });
                let word = if matches!(cover, Cover::Gap(_)) {
                    "**not denied**"
                } else {
                    "ended, late"
                };
                format!("{word} ({})", number + 1)
            }
        };
        let (a, b) = (cell(evasion.a), cell(evasion.b));
        table.push_str(&format!("| {} | {a} | {b} |\n", evasion.does));
    }
    table.push('\n');
    for (index, reason) in reasons.iter().enumerate() {
        table.push_str(&format!("{}. {}.\n", index + 1, reason));
    }
    table
}
