use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn mark(seq: i64, at: i64, kind: &'static str, call: Option<i64>) -> Mark {
    Mark {
        seq,
        at: Timestamp(at * 1_000_000),
        source: Source::Hook,
        kind,
        call,
        verdict: Verdict::Allow,
        prompt: (kind == "prompt").then_some(u64::try_from(seq).unwrap()),
    }
}

fn pages(outline: &Outline, size: usize) -> Vec<Page> {
    let mut pages = vec![outline.page(None, size)];
    while let Some(next) = pages.last().unwrap().next {
        pages.push(outline.page(Some(next), size));
    }
    pages
}

#[test]
fn a_call_stands_on_one_page_whenever_its_parts_were_told() {
    let mut marks = Vec::new();
    for number in 0..40 {
        marks.push(mark(number, number, "tool_call", Some(number)));
    }
    // The transcript is read an hour later and tells of the first call.
    marks.push(Mark {
        source: Source::Transcript,
        ..mark(99, 0, "tool_result", Some(0))
    });
    let outline = Outline::of(marks);
    assert_eq!((outline.counts().calls, outline.counts().events), (40, 41));
    let pages = pages(&outline, 10);
    assert_eq!(pages[0].seqs[..2], [0, 99]);
    assert_eq!(pages.len(), 5);
}

#[test]
fn turns_are_counted_over_pages_and_found_again() {
    let mut marks = Vec::new();
    for number in 0..100 {
        let kind = if number % 10 == 5 {
            "prompt"
        } else {
            "message"
        };
        marks.push(mark(number, number, kind, None));
    }
    let outline = Outline::of(marks);
    assert_eq!(outline.counts().turns, 10);
    let pages = pages(&outline, 10);
    let turns: Vec<u64> = pages.iter().map(|page| page.frame.turn).collect();
    assert_eq!(turns, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let third = outline.cursor_of_turn(3).unwrap();
    assert_eq!(outline.page(Some(third), 10).seqs[0], 25);
    assert_eq!(Cursor::parse(&third.to_string()), Some(third));
    assert_eq!(outline.cursor_of_turn(11), None);
}

#[test]
fn the_same_prompt_of_two_sources_begins_one_turn() {
    let hook = mark(1, 1, "prompt", None);
    let transcript = Mark {
        seq: 7,
        at: Timestamp(1_400_000),
        source: Source::Transcript,
        ..hook
    };
    let again = Mark {
        seq: 9,
        ..transcript
    };
    assert_eq!(Outline::of(vec![transcript, hook]).counts().turns, 1);
    assert_eq!(Outline::of(vec![hook, transcript, again]).counts().turns, 2);
}

#[test]
fn a_flood_below_one_call_is_counted_and_not_read() {
    let mut marks = vec![mark(0, 0, "tool_call", Some(1))];
    for number in 1..=5000 {
        marks.push(Mark {
            source: Source::Kernel,
            ..mark(number, 1, "exec", Some(1))
        });
    }
    let outline = Outline::of(marks);
    assert_eq!(outline.counts().left_out, 5000 - u64::from(MOST_DEEDS));
    assert_eq!(outline.page(None, 100).seqs.len(), 201);
}

#[test]
fn garbage_is_no_cursor() {
    for text in ["", "-", "1", "a-b", "1-", "9999999999999999999-1"] {
        assert_eq!(Cursor::parse(text), None, "{text}");
    }
    assert_eq!(Cursor::parse("-5-3"), Some(Cursor { at: -5, seq: 3 }));
}

proptest! {
    #[test]
    fn every_event_is_on_one_page(
        parts in prop::collection::vec((0_i64..50, 0_usize..4, prop::option::of(0_i64..8)), 0..200),
        size in 1_usize..20,
    ) {
        let kinds = ["tool_call", "tool_result", "prompt", "message"];
        let marks: Vec<Mark> = parts.iter().zip(0..).map(|((at, kind, call), seq)| {
            let kind = kinds[*kind];
            let call = call.filter(|_| kind.starts_with("tool"));
            mark(seq, *at, kind, call)
        }).collect();
        let outline = Outline::of(marks);
        let pages = pages(&outline, size);
        let all: Vec<i64> = pages.iter().flat_map(|page| page.seqs.clone()).collect();
        let different: BTreeSet<i64> = all.iter().copied().collect();
        prop_assert_eq!(all.len(), parts.len());
        prop_assert_eq!(different.len(), parts.len());
    }
}
