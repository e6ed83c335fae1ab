use super::*;
use proptest::prelude::*;

const NAMES: [&str; 4] = ["sel_a", "sel_b", "filter", "_hidden"];

/// Judges a condition where the selections named in `true_ones` hold.
fn judge(text: &str, true_ones: &[&str]) -> bool {
    let condition = Condition::read(text, &NAMES).unwrap();
    condition.holds(&|place| true_ones.contains(&NAMES[place]))
}

#[test]
fn conditions_mean_what_sigma_says() {
    let cases: [(&str, &[&str], bool); 16] = [
        ("sel_a", &["sel_a"], true),
        ("sel_a", &[], false),
        ("not sel_a", &[], true),
        ("sel_a and not filter", &["sel_a"], true),
        ("sel_a and not filter", &["sel_a", "filter"], false),
        ("sel_a or sel_b and filter", &["sel_a"], true),
        ("(sel_a or sel_b) and filter", &["sel_a"], false),
        ("( sel_a or sel_b )and(filter)", &["sel_b", "filter"], true),
        ("1 of sel_*", &["sel_b"], true),
        ("all of sel_*", &["sel_b"], false),
        ("all of them", &["sel_a", "sel_b", "filter"], true),
        ("1 of them", &["_hidden"], false),
        ("any of *_a", &["sel_a"], true),
        ("1 of sel_* AND NOT 1 of filter*", &["sel_a"], true),
        ("not (sel_a and sel_b)", &["sel_a"], true),
        ("1 of _*", &["_hidden"], true),
    ];
    for (text, true_ones, wanted) in cases {
        assert_eq!(judge(text, true_ones), wanted, "{text} {true_ones:?}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let deep = format!("{}sel_a{}", "(".repeat(40), ")".repeat(40));
    let long = "sel_a or ".repeat(400);
    let cases = [
        ("", "ends too early"),
        ("sel_a and", "ends too early"),
        ("sel_c", "no selection `sel_c`"),
        ("sel_a sel_b", "`sel_b` stands where"),
        ("(sel_a", "`)` is missing"),
        ("sel_a)", "`)` stands where"),
        ("2 of sel_*", "`2 of`"),
        ("1 of", "ends after `of`"),
        ("1 of x*", "names no selection"),
        (deep.as_str(), "too deep"),
        (long.as_str(), "longer than"),
    ];
    for (text, wanted) in cases {
        let message = Condition::read(text, &NAMES).unwrap_err().to_string();
        assert!(message.contains(wanted), "{text:?}: {message}");
    }
}

proptest! {
    #[test]
    fn garbage_is_read_or_refused(text in ".{0,200}") {
        let _outcome = Condition::read(&text, &NAMES);
    }

    #[test]
    fn word_salad_is_read_or_refused(
        words in prop::collection::vec(
            prop::sample::select(vec!["and", "or", "not", "(", ")", "1", "of", "them", "sel_a", "sel_*"]),
            0..60,
        ),
    ) {
        if let Ok(condition) = Condition::read(&words.join(" "), &NAMES) {
            condition.holds(&|place| place == 0);
        }
    }
}
