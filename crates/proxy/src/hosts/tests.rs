use super::*;

#[test]
fn reads_those_that_are_named() {
    let hosts = Hosts::providers()
        .with(
            [
                "mcp.example.test",
                "*.inner.example.test",
                "10.0.0.7",
                "::1",
            ]
            .map(pattern),
        )
        .without(["secret.inner.example.test"].map(pattern));
    let cases = [
        ("api.anthropic.com", true),
        ("API.Anthropic.com.", true),
        ("anthropic.com", false),
        ("evil-api.anthropic.com", false),
        ("api.anthropic.com.evil.test", false),
        ("console.anthropic.com", false),
        ("cloudcode-pa.googleapis.com", true),
        ("daily-cloudcode-pa.googleapis.com", true),
        ("europe-west4-aiplatform.googleapis.com", true),
        ("storage.googleapis.com", false),
        ("bedrock-runtime.eu-central-1.amazonaws.com", true),
        ("bedrock-runtime.eu.central.amazonaws.com", false),
        ("bedrock-runtime.amazonaws.com", false),
        ("api.individual.githubcopilot.com", true),
        ("githubcopilot.com", false),
        ("mcp.example.test", true),
        ("a.b.inner.example.test", true),
        ("secret.inner.example.test", false),
        ("10.0.0.7", true),
        ("10.0.0.8", false),
        ("[::1]", true),
        ("", false),
    ];
    for (host, expected) in cases {
        assert_eq!(hosts.reads(host), expected, "{host}");
    }
}

#[test]
fn no_pattern_means_everything() {
    let refused = |text: &str| text.parse::<Pattern>().unwrap_err();
    for wide in ["*", "*.com", "a.*.com", "example.*", "*x.de"] {
        assert_eq!(refused(wide), PatternError::TooWide(wide.to_owned()));
    }
    for text in [
        "",
        "a..b",
        "https://a.test",
        "a.test:443",
        "a b.test",
        "x**y.a.test",
    ] {
        assert_eq!(refused(text), PatternError::NotAHost(text.to_owned()));
    }
    assert_eq!(pattern("localhost").to_string(), "localhost");
}

#[test]
fn built_in_patterns_are_patterns() {
    for text in PROVIDERS.iter().chain(Hosts::NEVER) {
        assert_eq!(pattern(text).to_string(), *text);
    }
}

#[test]
fn an_authority_is_held_to_the_fixed_parts() {
    let hosts = Hosts::none().with(
        [
            "api.example.test",
            "*.api.example.test",
            "run.*.cloud.test",
            "*-x.run.test",
            "::1",
        ]
        .map(pattern),
    );
    assert_eq!(
        hosts.names(),
        ["api.example.test", "cloud.test", "run.test"]
    );
    assert_eq!(hosts.addresses(), ["::1".parse::<IpAddr>().unwrap()]);
}

fn pattern(text: &str) -> Pattern {
    text.parse().unwrap()
}
