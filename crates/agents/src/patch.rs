//! Codex's patch format, as far as it names files: one change for each.
//!
//! The grammar is the one that Codex gives its models with the `apply_patch` tool.

use crate::bound;
use ringfence_event::{Change, ChangeKind};

/// Returns the files that a patch touches, in order, with the text that it adds.
pub(crate) fn changes(patch: &str) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for line in patch.lines() {
        if let Some((path, change)) = header(line) {
            changes.push(Change {
                path: bound::text(path.to_owned()),
                change,
                text: None,
            });
        } else if let Some(path) = line.trim_start().strip_prefix("*** Move to: ") {
            moved(&mut changes, path);
        } else if let (Some(added), Some(current)) = (line.strip_prefix('+'), changes.last_mut()) {
            let text = current.text.get_or_insert_default();
            text.push_str(added);
            text.push('\n');
        }
    }
    for change in &mut changes {
        change.text = change.text.take().map(bound::text);
    }
    changes
}

/// Codex forgives blanks around its markers.
fn header(line: &str) -> Option<(&str, ChangeKind)> {
    let line = line.trim();
    let (rest, change) = if let Some(rest) = line.strip_prefix("*** Add File: ") {
        (rest, ChangeKind::Create)
    } else if let Some(rest) = line.strip_prefix("*** Update File: ") {
        (rest, ChangeKind::Update)
    } else {
        (line.strip_prefix("*** Delete File: ")?, ChangeKind::Delete)
    };
    Some((rest.trim(), change))
}

/// A file that is moved is deleted where it was and created where it goes.
fn moved(changes: &mut Vec<Change>, path: &str) {
    if let Some(from) = changes.last_mut() {
        from.change = ChangeKind::Delete;
    }
    changes.push(Change {
        path: bound::text(path.trim().to_owned()),
        change: ChangeKind::Create,
        text: None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, change: ChangeKind, text: Option<&str>) -> Change {
        Change {
            path: path.to_owned(),
            change,
            text: text.map(str::to_owned),
        }
    }

    #[test]
    fn each_file_is_a_change() {
        let patch = "*** Begin Patch\n*** Add File: a b.txt\n+one\n+two\n*** Update File: src/x.rs\n\
            @@ fn main\n-old\n+new\n context\n*** Delete File: gone.txt\n*** Update File: from.txt\n\
            *** Move to: to.txt\n@@\n-1\n+2\n*** End Patch";
        assert_eq!(
            changes(patch),
            [
                change("a b.txt", ChangeKind::Create, Some("one\ntwo\n")),
                change("src/x.rs", ChangeKind::Update, Some("new\n")),
                change("gone.txt", ChangeKind::Delete, None),
                change("from.txt", ChangeKind::Delete, None),
                change("to.txt", ChangeKind::Create, Some("2\n")),
            ]
        );
    }

    #[test]
    fn what_is_no_patch_changes_nothing() {
        assert_eq!(changes("+++ b/x\n+one"), []);
        assert_eq!(
            changes("*** Move to: x"),
            [change("x", ChangeKind::Create, None)]
        );
    }
}
