use super::*;
use regex::Regex;

fn matches(pattern: &Pattern, text: &str) -> bool {
    pattern.matches(&Text::new(text.into()))
}

#[test]
fn values_match_as_sigma_says() {
    use Case::{Heeded, Ignored};
    use Place::{Anywhere, End, Start, Whole};
    let cases = [
        ("curl", Whole, Ignored, "CURL", true),
        ("Curl", Whole, Heeded, "curl", false),
        ("-R", Whole, Heeded, "-R", true),
        ("cur", Whole, Ignored, "curl", false),
        ("url", End, Ignored, "curl", true),
        ("cu", Start, Ignored, "curl", true),
        ("ur", Anywhere, Ignored, "curl", true),
        ("", Whole, Ignored, "", true),
        ("", Anywhere, Ignored, "x", true),
        ("*", Whole, Ignored, "", true),
        ("c*l", Whole, Ignored, "curl", true),
        ("c*l", Whole, Ignored, "cl", true),
        ("c*l", Whole, Ignored, "c", false),
        ("c?l", Whole, Ignored, "cul", true),
        ("c?l", Whole, Ignored, "curl", false),
        ("a*b*c", Whole, Ignored, "a-b-b-c", true),
        ("a*b*c", Whole, Ignored, "a-c-b", false),
        ("*.pem", Whole, Ignored, "/x/KEY.PEM", true),
        ("a?c", Anywhere, Ignored, "xxabcxx", true),
        ("a?c", Start, Ignored, "xabc", false),
        ("a?c", End, Ignored, "xabc", true),
        ("aba", Whole, Ignored, "ababa", false),
        ("a*aba", Whole, Ignored, "aba", false),
        ("a*aba", Whole, Ignored, "aaba", true),
        (r"a\*b", Whole, Ignored, "a*b", true),
        (r"a\*b", Whole, Ignored, "axb", false),
        (r"a\\*", Whole, Ignored, r"a\tail", true),
        (r"a\b", Whole, Ignored, r"a\b", true),
        (r"a\\b", Whole, Ignored, r"a\b", true),
        ("ÄÖ*", Whole, Ignored, "äöü", true),
    ];
    for (value, place, case, text, wanted) in cases {
        let pattern = Pattern::text(value, place, case);
        assert_eq!(matches(&pattern, text), wanted, "{value} {place:?} {text}");
    }
}

#[test]
fn regular_expressions_heed_case_unless_told_otherwise() {
    let strict = Pattern::regex("^-[a-z]*e$", Flags::default(), Regexes::Checked).unwrap();
    assert!(matches(&strict, "-lvpe"));
    assert!(!matches(&strict, "-LVPE"));
    let flags = Flags {
        ignore_case: true,
        ..Flags::default()
    };
    let lenient = Pattern::regex("^-[a-z]*e$", flags, Regexes::Shipped).unwrap();
    assert!(matches(&lenient, "-LVPE"));
}

#[test]
fn a_broken_or_huge_expression_is_an_error_while_loading() {
    for source in ["(", "(a{1000}){1000}"] {
        let error = Pattern::regex(source, Flags::default(), Regexes::Checked).unwrap_err();
        assert!(matches!(error, Problem::Regex { .. }), "{source}");
    }
}

#[test]
fn numbers_are_compared_as_numbers() {
    let pattern = Pattern::Number {
        order: Order::Greater,
        than: Amount(9.0),
    };
    for (text, wanted) in [("10", true), ("9", false), ("ten", false)] {
        assert_eq!(matches(&pattern, text), wanted, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn a_glob_agrees_with_the_same_regular_expression(
        value in "[ab*?]{0,8}",
        text in "[ab]{0,10}",
    ) {
        let source = format!("^{}$", value.replace('*', ".*").replace('?', "."));
        let regex = Regex::new(&source).unwrap();
        let pattern = Pattern::text(&value, Place::Whole, Case::Ignored);
        proptest::prop_assert_eq!(matches(&pattern, &text), regex.is_match(&text));
    }
}

#[test]
fn an_expression_knows_what_it_cannot_match_without() {
    let cases: [(&str, bool, Option<&[&str]>); 19] = [
        ("^curl -X", false, Some(&["curl -x"])),
        ("(curl|wget) .*", false, Some(&["curl", "wget"])),
        ("[Cc]url", false, Some(&["url"])),
        ("CURL", true, Some(&["curl"])),
        ("(?i)sk-", false, Some(&["sk-"])),
        ("a?b*", false, None),
        ("(abc)?d+", false, Some(&["d"])),
        ("x[0-9]+yz", false, Some(&["yz"])),
        ("[0-9]{3}", false, None),
        ("(ab|[0-9])", false, None),
        (r"\xffab", false, None),
        (r"\.so(\s|$)", false, Some(&[".so"])),
        ("a{0,3}bc", false, Some(&["bc"])),
        ("ab+?c", false, Some(&["a"])),
        ("(?x) a b", false, None),
        ("x[]^a[b]c]yz", false, Some(&["yz"])),
        ("ä+x", false, Some(&["ä"])),
        ("^$", false, None),
        ("(", false, None),
    ];
    for (source, ignore_case, wanted) in cases {
        let flags = Flags {
            ignore_case,
            ..Flags::default()
        };
        let pattern = Pattern::regex(source, flags, Regexes::Shipped).unwrap();
        let wanted = wanted.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect());
        assert_eq!(pattern.required_texts(), wanted, "{source}");
    }
}

proptest::proptest! {
    #[test]
    fn what_an_expression_needs_is_in_all_it_matches(
        source in "[abAB?*+|()\\[\\]]{1,10}",
        ignore_case in proptest::bool::ANY,
        text in "[abAB]{0,12}",
    ) {
        let flags = Flags { ignore_case, ..Flags::default() };
        let pattern = Pattern::regex(&source, flags, Regexes::Shipped).unwrap();
        let regex = regex::RegexBuilder::new(&source).case_insensitive(ignore_case).build();
        if let Ok(regex) = regex {
            proptest::prop_assert_eq!(matches(&pattern, &text), regex.is_match(&text));
        }
    }
}
