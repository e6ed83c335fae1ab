//! The committed object of the kernel's side was made of the sources beside it.
#![deny(unsafe_code)]

use std::process::Command;

#[test]
fn object_and_sources_belong_together() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bpf");
    let check = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.success(), "run `make bpf`: {said}");
    let sums = std::fs::read_to_string(format!("{folder}/SHA256SUMS")).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let source = name
            .rsplit_once('.')
            .is_some_and(|(_, kind)| ["c", "h", "o"].contains(&kind));
        assert!(
            !source || sums.contains(&format!("  {name}\n")),
            "{name} is not summed up: run `make bpf`"
        );
    }
}
