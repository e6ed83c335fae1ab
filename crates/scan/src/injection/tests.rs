use super::*;

#[test]
fn every_rule_finds_its_examples_and_spares_its_twins() {
    let patterns = Patterns::shipped();
    patterns.check().unwrap();
    assert!(patterns.rules().len() > 60);
    let mut faults = Vec::new();
    for rule in patterns.rules() {
        let origin = rule.origins.first().copied().unwrap_or(Origin::ToolResult);
        let finds = |text: &String| {
            let reading = read(text);
            let mut hits = reading
                .views
                .iter()
                .flat_map(|view| patterns.hits(&view.text, origin));
            hits.any(|hit| hit.rule.id == rule.id)
        };
        faults.extend(rule.examples.iter().filter(|text| !finds(text)).map(|text| (&rule.id, text)));
        faults.extend(rule.benign.iter().filter(|text| finds(text)).map(|text| (&rule.id, text)));
    }
    assert_eq!(faults, Vec::new());
}
