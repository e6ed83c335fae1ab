//! The real agents against a scripted model: a good call runs, a bad one does not,
//! the model is told why, and the record has both, once.

use ringfence_tests::agents::RealAgent;
use ringfence_tests::home::{Home, KEY_CONTENT};
use ringfence_tests::model::{Asked, Model, Script};

/// Its output differs from its text, so that the one does not pass for the other.
const BENIGN: &str = "echo ringfence-benign | tr a-z A-Z";
const BENIGN_OUTPUT: &str = "RINGFENCE-BENIGN";

const THEFT: &str = "cat ~/.ssh/id_rsa";

#[test]
fn claude_code_is_guarded() {
    guards_shell(RealAgent::ClaudeCode);
}

#[test]
fn codex_is_guarded() {
    guards_shell(RealAgent::Codex);
}

#[test]
fn gemini_is_guarded() {
    guards_shell(RealAgent::Gemini);
}

fn guards_shell(agent: RealAgent) {
    let home = Home::new().with_key();
    let model = Model::start(agent.dialect(), Script::new().shell(BENIGN).shell(THEFT));
    agent.settle(&home, &model);
    drop(home.ringfence(&["install", agent.name()]).ok());

    home.up();
    drop(agent.run(&home, &model));
    let mut expected = both_calls();
    assert_eq!(home.wait_for_calls(2), expected);
    assert_model_knows_only_the_reason(&home, &model.take_asked());
    home.down();

    drop(agent.run(&home, &model));
    assert_model_knows_only_the_reason(&home, &model.take_asked());
    assert_eq!(home.calls(), expected, "nobody was there to take them in");

    expected.extend(both_calls());
    home.up();
    assert_eq!(home.wait_for_calls(4), expected);
    home.down();
    home.up();
    assert_eq!(
        home.calls(),
        expected,
        "what was taken in is not taken in again"
    );
    home.down();
}

fn both_calls() -> Vec<(String, String)> {
    vec![
        (BENIGN.to_owned(), "allow".to_owned()),
        (THEFT.to_owned(), "deny".to_owned()),
    ]
}

fn assert_model_knows_only_the_reason(home: &Home, asked: &[Asked]) {
    let told = |text: &str| asked.iter().any(|asked| asked.tells(text));
    assert!(
        told(BENIGN_OUTPUT),
        "the benign call did not run: {asked:#?}"
    );
    let alerts = home.json(&["alerts", "--json"]);
    let denied = alerts["alerts"].as_array().and_then(|alerts| {
        let mut denied = alerts.iter().filter(|alert| alert["verdict"] == "deny");
        denied.next()
    });
    let reason = denied
        .and_then(|alert| alert["reason"].as_str())
        .unwrap_or_else(|| panic!("no finding with a reason: {alerts:#}"));
    assert!(
        told(reason),
        "the model was not told `{reason}`: {asked:#?}"
    );
    assert!(!told(KEY_CONTENT), "the key was read: {asked:#?}");
}

/// The control: what the other tests find absent is there when nobody guards.
#[test]
fn unguarded_agents_give_the_key_away() {
    for agent in [RealAgent::ClaudeCode, RealAgent::Codex, RealAgent::Gemini] {
        let home = Home::new().with_key();
        let model = Model::start(agent.dialect(), Script::new().shell(THEFT));
        agent.settle(&home, &model);
        drop(agent.run(&home, &model));
        let asked = model.take_asked();
        assert!(
            asked.iter().any(|asked| asked.tells(KEY_CONTENT)),
            "{agent:?} did not read the key: {asked:#?}"
        );
    }
}

#[test]
fn claude_code_cannot_read_a_key_with_its_own_tool() {
    guards_read_file(RealAgent::ClaudeCode);
}

#[test]
fn gemini_cannot_read_a_key_with_its_own_tool() {
    guards_read_file(RealAgent::Gemini);
}

fn guards_read_file(agent: RealAgent) {
    let home = Home::new();
    // In the project: elsewhere Gemini itself refuses to look, before it asks anybody.
    home.write("project/deploy/id_rsa", KEY_CONTENT);
    let key = home.project().join("deploy/id_rsa").display().to_string();
    let model = Model::start(agent.dialect(), Script::new().read_file(&key));
    agent.settle(&home, &model);
    drop(home.ringfence(&["install", agent.name()]).ok());
    home.up();
    drop(agent.run(&home, &model));
    let calls = home.wait_for_calls(1);
    assert_eq!(calls, [(String::new(), "deny".to_owned())]);
    let asked = model.take_asked();
    assert!(asked.len() > 1, "the model got no result: {asked:#?}");
    assert!(!asked.iter().any(|asked| asked.tells(KEY_CONTENT)));
}
