use super::*;
use serde_json::json;

fn read(meaning: Meaning, input: &Value) -> Value {
    let operation = serde_json::to_value(operation(meaning, input)).unwrap();
    let mut fields = operation.as_object().unwrap().clone();
    fields.remove("does");
    Value::Object(fields)
}

#[test]
fn commands() {
    let cases = [
        (json!({"command": "ls -la"}), json!({"command": "ls -la"})),
        (
            json!({"cmd": "ls", "workdir": "/tmp"}),
            json!({"command": "ls", "cwd": "/tmp"}),
        ),
        (
            json!({"command": "ls", "dir_path": ""}),
            json!({"command": "ls"}),
        ),
        (
            json!({"command": ["bash", "-lc", "cat 'a b' | wc"]}),
            json!({
                "command": r"bash -lc 'cat '\''a b'\'' | wc'",
                "argv": ["bash", "-lc", "cat 'a b' | wc"],
            }),
        ),
        (
            json!({"command": ["rm", "", "$HOME", "a=b"]}),
            json!({"command": "rm '' '$HOME' a=b", "argv": ["rm", "", "$HOME", "a=b"]}),
        ),
        (
            json!({"command": ["rm", 7]}),
            json!({"command": "[\"rm\",7]"}),
        ),
        (json!({"other": 1}), json!({"command": "{\"other\":1}"})),
        (json!("rm -rf x"), json!({"command": "rm -rf x"})),
        (Value::Null, json!({"command": ""})),
    ];
    for (input, wanted) in cases {
        assert_eq!(read(Meaning::Shell, &input), wanted, "{input}");
    }
}

#[test]
fn paths() {
    let cases = [
        (json!({"file_path": "/a"}), json!(["/a"])),
        (json!({"filePath": "/a"}), json!(["/a"])),
        (json!({"absolute_path": "/a"}), json!(["/a"])),
        (
            json!({"paths": ["a", 1, "b"], "include": ["*.md"]}),
            json!(["a", "b", "*.md"]),
        ),
        (json!({"path": {"a": 1}}), json!([])),
        (Value::Null, json!([])),
    ];
    for (input, wanted) in cases {
        assert_eq!(read(Meaning::Read, &input), json!({"paths": wanted}));
    }
}

#[test]
fn changes() {
    let change = |path: &str, change: &str, text: Option<&str>| match text {
        Some(text) => json!({"changes": [{"path": path, "change": change, "text": text}]}),
        None => json!({"changes": [{"path": path, "change": change}]}),
    };
    let cases = [
        (
            Meaning::Create,
            json!({"file_path": "a", "content": "x"}),
            change("a", "create", Some("x")),
        ),
        (
            Meaning::Edit,
            json!({"file_path": "a", "old_string": "x", "new_string": "y"}),
            change("a", "update", Some("y")),
        ),
        (
            Meaning::Edit,
            json!({"file_path": "a", "old_string": "", "new_string": "y"}),
            change("a", "create", Some("y")),
        ),
        (
            Meaning::Edit,
            json!({"file_path": "a", "edits": [{"new_string": "x"}, {"new_string": "y"}, 1]}),
            change("a", "update", Some("x\ny")),
        ),
        (
            Meaning::Edit,
            json!({"notebook_path": "a.ipynb", "new_source": "import os"}),
            change("a.ipynb", "update", Some("import os")),
        ),
        (
            Meaning::Delete,
            json!({"path": "a", "text": "no"}),
            change("a", "delete", None),
        ),
        (
            Meaning::Patch,
            json!({"input": "*** Begin Patch\n*** Delete File: a\n*** End Patch"}),
            change("a", "delete", None),
        ),
        (
            Meaning::Patch,
            json!("*** Begin Patch\n*** Add File: a\n+x\n*** End Patch"),
            change("a", "create", Some("x\n")),
        ),
        (Meaning::Patch, json!({"input": 1}), json!({"changes": []})),
    ];
    for (meaning, input, wanted) in cases {
        assert_eq!(read(meaning, &input), wanted);
    }
}

#[test]
fn addresses() {
    let urls = |input: Value| read(Meaning::Fetch, &input)["urls"].clone();
    assert_eq!(
        urls(json!({"url": "https://a.example"})),
        json!(["https://a.example"])
    );
    assert_eq!(
        urls(
            json!({"prompt": "Compare (https://a.example/x?y=1) with <HTTP://b.example>, \
            \"http://c.example/a.b\"! and ftp://d.example, seehttps://e.example."})
        ),
        json!([
            "https://a.example/x?y=1",
            "HTTP://b.example",
            "http://c.example/a.b",
            "https://e.example"
        ])
    );
    assert_eq!(urls(json!({"prompt": "nothing here"})), json!([]));
}

#[test]
fn the_rest() {
    assert_eq!(
        read(Meaning::Search, &json!({"pattern": "TODO", "path": "src"})),
        json!({"path": "src", "pattern": "TODO"})
    );
    assert_eq!(
        read(Meaning::Search, &json!({"dir_path": "."})),
        json!({"path": ".", "pattern": null})
    );
    assert_eq!(
        read(Meaning::WebSearch, &json!({"search_term": "x"})),
        json!({"query": "x"})
    );
    assert_eq!(
        read(Meaning::Subagent, &json!({"message": "look"})),
        json!({"prompt": "look"})
    );
    assert_eq!(read(Meaning::Other, &json!({"a": 1})), json!({}));
}

#[test]
fn arguments_in_a_text_are_unpacked() {
    assert_eq!(
        unpacked(json!("{\"command\": \"ls\"}")),
        json!({"command": "ls"})
    );
    for other in [json!("[1]"), json!("ls"), json!({"a": "{}"}), Value::Null] {
        assert_eq!(unpacked(other.clone()), other);
    }
}
