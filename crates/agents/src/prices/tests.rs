use super::*;
use ringfence_event::AgentKind::ClaudeCode;

fn usage(model: &str, counts: [u64; 5]) -> Usage {
    let [input, output, cache_read, cache_write, cache_write_hour] = counts;
    Usage {
        model: Some(model.to_owned()),
        input,
        output,
        cache_read,
        cache_write,
        cache_write_hour,
        ..Usage::default()
    }
}

#[test]
fn the_table_is_read_whole() {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(prices().models.len(), rows);
    assert_eq!(prices().date(), "2026-11-21");
}

#[test]
fn requests_cost_what_their_maker_says() {
    let table = [
        // What Claude Code 2.1.329 itself told of this request: 0.00522.
        ("claude-opus-5-5", [1000, 50, 200, 20, 10], 5_220_000),
        // What ccusage 20.0.24 gives: beyond 200,000 tokens, each heap by itself.
        (
            "claude-sonnet-4-20250514",
            [1_000_000, 0, 0, 0, 0],
            5_400_000_000,
        ),
        (
            "claude-sonnet-4-20250514",
            [0, 1_000_000, 0, 0, 0],
            21_000_000_000,
        ),
        (
            "claude-sonnet-4-20250514",
            [1000, 0, 500_000, 0, 0],
            243_000_000,
        ),
        (
            "claude-sonnet-4-20250514",
            [0, 0, 0, 100_000, 0],
            375_000_000,
        ),
        ("claude-haiku-4-5", [0, 0, 0, 0, 100_000], 200_000_000),
        // The same: the whole request.
        ("gpt-5.4", [1_000_000, 0, 0, 0, 0], 5_000_000_000),
        ("gemini-2.5-pro", [1_000_000, 0, 0, 0, 0], 2_500_000_000),
        ("gpt-5.2-codex", [1000, 0, 500_000, 0, 0], 89_250_000),
    ];
    for (model, counts, billionths) in table {
        let cost = prices().cost(&usage(model, counts));
        assert_eq!(cost, Some(Cost(billionths)), "{model} {counts:?}");
    }
}

#[test]
fn fast_answers_cost_more() {
    let fast = |model: &str| {
        let usage = Usage {
            fast: true,
            ..usage(model, [100_000, 0, 0, 0, 0])
        };
        prices().cost(&usage)
    };
    assert_eq!(fast("claude-opus-4-6"), Some(Cost(3_000_000_000)));
    assert_eq!(fast("claude-opus-4-8"), Some(Cost(1_000_000_000)));
    assert_eq!(fast("claude-haiku-4-5"), Some(Cost(100_000_000)));
}

#[test]
fn models_are_found_by_their_other_names() {
    let price = prices().of("claude-sonnet-4-5");
    assert!(price.is_some());
    for name in [
        "claude-sonnet-4-5-20250929",
        "anthropic/claude-sonnet-4-5",
        "claude-sonnet-4-5[1m]",
        "claude-sonnet-4-5-latest",
        "claude-sonnet-4-5-20991231",
        " claude-sonnet-4-5 ",
    ] {
        assert_eq!(prices().of(name), price, "{name}");
    }
    for name in ["", "scripted", "claude", "gpt"] {
        assert_eq!(prices().of(name), None, "{name}");
    }
}

#[test]
fn no_number_is_too_large() {
    let most = [u64::MAX; 5];
    let cost = prices().cost(&Usage {
        fast: true,
        ..usage("claude-opus-4-6", most)
    });
    assert_eq!(cost, Some(Cost(u64::MAX)));
}

#[test]
fn each_request_is_counted_once() {
    let of = |message: &str, request: &str, output: u64, aside: bool| Usage {
        request: Some(format!("{message}:{request}")),
        message: Some(message.to_owned()),
        aside,
        ..usage("claude-haiku-4-5", [0, output, 0, 0, 0])
    };
    // message, request, output, aside; the sum of the output after it
    let table = [
        ("m1", "r1", 5, false, 5),
        // The same, complete.
        ("m1", "r1", 100, false, 100),
        // Copied by a session that was resumed.
        ("m1", "r1", 100, false, 100),
        // Another message.
        ("m2", "r2", 10, false, 110),
        // A side conversation repeats the first.
        ("m1", "r9", 100, true, 110),
        // And says something of its own.
        ("m3", "r3", 1, true, 111),
        // What it repeated comes later, from the main one.
        ("m4", "r4", 50, true, 161),
        ("m4", "r5", 40, false, 151),
        // The same message under two requests of the main one is two.
        ("m2", "r6", 10, false, 161),
    ];
    let mut ledger = Ledger::default();
    let mut sum = Spent::default();
    for (message, request, output, aside, wanted) in table {
        let usage = of(message, request, output, aside);
        match ledger.count(ClaudeCode, &usage, prices()) {
            Counted::New(spent) => sum.add(&spent),
            Counted::Instead(before, after) => {
                sum.take_back(&before);
                sum.add(&after);
            }
            Counted::Again => {}
        }
        assert_eq!(sum.output, wanted, "{message} {request}");
    }
    let nameless = usage("scripted", [1, 0, 0, 0, 0]);
    for _ in 0..2 {
        let counted = ledger.count(ClaudeCode, &nameless, prices());
        assert!(matches!(counted, Counted::New(spent) if spent.unpriced == 1));
    }
}
