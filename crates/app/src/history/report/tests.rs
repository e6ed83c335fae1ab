use super::*;

#[test]
fn entries_are_summed_and_shown() {
    let mut report = Report::default();
    let file = FileReport {
        entries: HistoryCounts {
            entries: 6,
            understood: 3,
            unknown: 1,
            too_long: 1,
            empty: 1,
        },
        bytes: 2048,
        events: 4,
        known: 2,
        too_old: 1,
        ..FileReport::default()
    };
    report.add(file.clone());
    report.add(file);
    assert_eq!(
        report.balance(),
        "2 files, 4.0 KiB: 12 entries = 6 understood + 2 unknown + 2 too long + 2 empty; 8 new \
         events, 4 known already, 2 too old"
    );
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}

#[test]
fn nothing_is_said_of_nothing() {
    assert_eq!(Gathered::default().found(), Vec::<String>::new());
}
