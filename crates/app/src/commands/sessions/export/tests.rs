use super::*;

#[test]
fn a_home_is_hidden_where_it_is_one() {
    let homes = Homes::of(Path::new("/home/dev"));
    let table = [
        ("/home/dev/project", "~/project"),
        ("cd /home/dev", "cd ~"),
        ("\"/home/dev\"", "\"~\""),
        ("/home/developer/x", "/home/developer/x"),
        (
            "~/.claude/projects/-home-dev-project/x",
            "~/.claude/projects/-~-project/x",
        ),
        ("/home/dev/home/dev", "~~"),
        ("nothing", "nothing"),
    ];
    for (given, expected) in table {
        assert_eq!(homes.hide(given), expected);
    }
    assert_eq!(Homes::of(Path::new("/")).hide("/a/b"), "/a/b");
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.html");
    std::fs::write(&path, "before").unwrap();
    let broken = to_file(&path, |out| {
        out.write_all(b"half")?;
        anyhow::bail!("the record broke")
    });
    assert!(broken.is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
    to_file(&path, |out| Ok(out.write_all(b"after")?)).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "after");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
