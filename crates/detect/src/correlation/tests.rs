use super::*;
use crate::yaml::{Document, parse};

fn read(text: &str) -> Result<Definition, String> {
    let document = Document { text, line: 1 };
    let node = parse(&document).unwrap();
    Definition::read(&node, None).map_err(|(at, problem)| format!("{}: {problem}", at.line))
}

#[test]
fn a_definition_is_read_whole() {
    let text = "type: value_count
rules: [a, b]
group-by: [session, who]
timespan: 90m
aliases: {who: {a: program, b: by}}
condition: {field: hosts, gt: 2, lte: 9}
generate: true
";
    let definition = read(text).unwrap();
    assert_eq!(definition.kind, Kind::ValueCount(vec!["hosts".to_owned()]));
    assert_eq!(definition.span, 90 * 60 * 1_000_000);
    assert_eq!(
        definition.bounds,
        Bounds {
            least: 3,
            most: Some(9)
        }
    );
    assert_eq!(definition.bounds.kept(), 10);
    assert!(definition.generate);
    assert_eq!(definition.aliases["who"]["b"], "by");
    let other = read(&text.replace("90m", "91m")).unwrap();
    assert_ne!(definition.print(), other.print());
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let good = "type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 2}\n";
    assert!(read(good).is_ok());
    let cases = [
        (
            "event_count",
            "value_sum",
            "1: `type` may not be `value_sum`",
        ),
        ("event_count", "value_count", "4: `field` is missing"),
        (
            "event_count",
            "temporal_ordered",
            "4: `condition` must be left out",
        ),
        (
            "rules: [a]",
            "rules: []",
            "2: `rules` must be a list of 1 to 16",
        ),
        (
            "timespan: 1m",
            "timespan: 1 minute",
            "3: `timespan` must be a time",
        ),
        (
            "timespan: 1m",
            "timespan: 91d",
            "3: `timespan` must be a time",
        ),
        ("timespan: 1m\n", "", "1: `timespan` is missing"),
        ("{gte: 2}", "{gte: 20000}", "4: `condition` must be a map"),
        ("{gte: 2}", "{near: 2}", "4: unknown key `near`"),
        ("{gte: 2}", "{lt: 0}", "4: `lt` must be more than 0"),
        ("{gte: 2}", "a and b", "4: `condition` must be a map"),
        (
            "condition: {gte: 2}\n",
            "",
            "1: `correlation.condition` is missing",
        ),
        (
            "condition",
            "generate: x\ncondition",
            "4: `generate` must be true or false",
        ),
        (
            "condition",
            "aliases: [x]\ncondition",
            "4: `aliases` must be a map",
        ),
        (
            "condition",
            "group: [x]\ncondition",
            "4: unknown key `group`",
        ),
    ];
    for (from, to, wanted) in cases {
        let message = read(&good.replace(from, to)).unwrap_err();
        assert!(message.starts_with(wanted), "{to}: {message}");
    }
}

#[test]
fn times_are_read() {
    let cases = [
        ("30s", Some(30)),
        ("5m", Some(300)),
        ("2h", Some(7200)),
        ("1d", Some(86400)),
        ("1w", Some(604_800)),
        ("", None),
        ("5", None),
        ("m", None),
        ("-1s", None),
        ("99999999999999999999s", None),
        ("9223372036854775807w", None),
    ];
    for (text, wanted) in cases {
        assert_eq!(seconds(text), wanted, "{text}");
    }
}
