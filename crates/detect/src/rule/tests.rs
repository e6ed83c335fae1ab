use super::*;
use crate::samples::rule as sample;
use crate::yaml::documents;

fn read(text: &str) -> Result<Rule, LoadError> {
    let pack = Pack {
        name: "t.yml",
        text,
    };
    let documents = documents(text);
    match super::read(&pack, &documents[0], &Placeholders::new())? {
        Item::Rule(rule) => Ok(*rule),
        Item::Filter(_) => panic!("a filter"),
    }
}

fn good() -> String {
    sample("a-test", "command", "s: {program: x}\ncondition: s")
}

#[test]
fn a_rule_is_read_whole() {
    let text = good().replace(
        "level: high",
        "tags: [attack.t1552.004, attack.credential-access, attack.T1, attack.t1005]
references: https://attack.mitre.org/
falsepositives:
  - none
status: test
level: critical",
    );
    let rule = read(&text).unwrap();
    assert_eq!(rule.id, RuleId::from("a-test"));
    assert_eq!(rule.title, "A test");
    assert_eq!(rule.severity, Severity::Critical);
    assert_eq!(rule.action, Verdict::Deny);
    assert_eq!(rule.category, Category::Command);
    assert_eq!(rule.techniques, ["T1552.004", "T1005"]);
    assert_eq!(rule.references(), ["https://attack.mitre.org/"]);
    assert_eq!(rule.falsepositives(), ["none"]);
    assert_eq!(rule.allow_limit, AllowLimit::Project);
    assert_eq!(rule.examples().len(), 1);
    assert_eq!(rule.negative_examples().len(), 1);
    assert_eq!(rule.source, text.trim_end());
}

/// What is replaced in a good rule by what, and what is said of which line.
const WRONG: [(&str, &str, usize, &str); 15] = [
    ("title: A test\n", "", 1, "`title` is missing"),
    ("level: high", "level: x", 10, "`level` may not be `x`"),
    ("level: high", "levle: x", 10, "unknown key `levle`"),
    ("action: deny", "action: no", 13, "`action` may not be `no`"),
    (
        "reason:",
        "allow: x\n  reason:",
        14,
        "`allow` may not be `x`",
    ),
    (
        "product: agent",
        "product: x",
        5,
        "`product` may not be `x`",
    ),
    (
        "category: command",
        "category: x",
        6,
        "`category` may not be `x`",
    ),
    (
        "category: command",
        "service: x",
        6,
        "unknown key `service`",
    ),
    ("name: a-test", "name: A Test", 12, "`name` must be small"),
    ("{evidence}", "{path}", 14, "`reason` must be a sentence"),
    ("    - command: bad\n", "", 15, "`examples` must be a list"),
    (
        "- command: bad",
        "- comand: bad",
        16,
        "unknown key `comand`",
    ),
    ("id: ", "id: no-", 2, "`id` must be a UUID"),
    ("level:", "status: x\nlevel:", 10, "`status` may not be `x`"),
    (
        "level:",
        "tags: {a: b}\nlevel:",
        10,
        "`tags` must be a list",
    ),
];

#[test]
fn what_is_wrong_is_named_with_its_line() {
    for (from, to, line, wanted) in WRONG {
        let text = good().replacen(from, to, 1);
        let message = read(&text).unwrap_err().to_string();
        assert!(message.contains(wanted), "{to}: {message}");
        let place = format!("t.yml:{line}:");
        assert!(message.starts_with(&place), "{to}: {message}");
    }
}

#[test]
fn broken_yaml_is_an_error_with_its_place() {
    let error = read("title: [open\n").unwrap_err();
    assert!(
        matches!(&error, LoadError::Yaml { file, line: 2, .. } if file == "t.yml"),
        "{error:?}"
    );
}
