//! Megabytes a second of one core over source code, logs and chat, stage by stage.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use ringfence_scan::classifier::Model;
use ringfence_scan::injection::{Origin, scan};
use ringfence_scan::text::read;

const SIZE: usize = 4 << 20;
const ROUNDS: u32 = 3;

fn main() {
    let model = Model::shipped();
    println!(
        "{:<14} {:>10} {:>10} {:>10} {:>12}",
        "text", "reading", "rules", "classifier", "all stages"
    );
    for (name, text) in [
        ("source code", source()),
        ("logs", logs()),
        ("chat", chat()),
    ] {
        // Start-up (rules, weights) is not part of the rate.
        let _warm = scan(text.as_bytes(), Origin::ToolResult);
        let reading = rate(&text, |text| {
            black_box(read(text));
        });
        let folded = read(&text).views.swap_remove(0).text;
        let rules = rate(&text, |text| {
            black_box(scan(text.as_bytes(), Origin::UserPrompt));
        });
        let classifier = rate(&folded, |text| {
            black_box(model.strongest(text));
        });
        let all = rate(&text, |text| {
            black_box(scan(text.as_bytes(), Origin::ToolResult));
        });
        println!("{name:<14} {reading:>10.0} {rules:>10.0} {classifier:>10.0} {all:>12.0}");
    }
    println!("MB/s; `rules` is reading and rules, as for a user's prompt");
}

fn rate(text: &str, work: impl Fn(&str)) -> f64 {
    let best = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work(black_box(text));
            start.elapsed()
        })
        .min()
        .unwrap_or(Duration::MAX);
    #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
    let bytes = text.len() as f64;
    bytes / best.as_secs_f64() / 1e6
}

fn repeated(piece: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(SIZE + 100_000);
    let mut number = 0;
    while text.len() < SIZE {
        text.push_str(&piece(number));
        number += 1;
    }
    text
}

fn source() -> String {
    let files = [
        include_str!("../src/injection.rs"),
        include_str!("../src/text/fold.rs"),
        include_str!("../src/text/decode/escapes.rs"),
        include_str!("../src/classifier.rs"),
    ];
    repeated(|number| {
        files
            .get(number % files.len())
            .copied()
            .unwrap_or_default()
            .to_owned()
    })
}

fn logs() -> String {
    repeated(|number| {
        format!(
            "2026-11-21T10:{:02}:{:02}Z INFO request{{id={number:08x}}}: GET /api/sessions/{number}?limit=50 200 {}ms \"curl/8.5.0\" 10.0.{}.{}\n",
            number / 60 % 60,
            number % 60,
            number % 977,
            number % 256,
            number % 254
        )
    })
}

fn chat() -> String {
    let lines = [
        "Could you look at the test that fails since yesterday? I think the cache is not cleared.\n",
        "Sure. I ran it twice: the second run passes, so the order of the tests matters. Please try the branch.\n",
        "Das habe ich auch gesehen, danke für den Hinweis. Übrigens ist die Doku noch nicht aktuell.\n",
        "The file is written before the lock is taken; moving the call two lines up should be enough.\n",
        "了解しました。明日もう一度確認します。\n",
    ];
    repeated(|number| {
        lines
            .get(number * 7 % lines.len())
            .copied()
            .unwrap_or_default()
            .to_owned()
    })
}
