//! Ugly spellings of simple commands, and their plain twins.

use super::Case;

pub(super) const CASES: &[Case] = &[
    (
        "cat ~/.ssh/id_rsa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        r#"cat "$HOME/.ssh/id_rsa""#,
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        "cat ${HOME}/.ssh/id_rsa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        "cat '~/.ssh/id_rsa'",
        &["cat ~/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        r#"c"a"t ~/.s""sh/id_rsa"#,
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        "'c'at ~/.ssh/id_rsa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        r"c\at ~/.ssh/id_r\sa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        r"\cat ~/.ssh/id_rsa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        r"$'\x63at' ~/.ssh/id_rsa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        r"$'\143\141\164' ~/.ssh/id_rsa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        r"$'\u0063at' ~/.ssh/id_rsa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        r#"$"cat" ~/.ssh/id_rsa"#,
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        "/bin/cat ~/.ssh/id_rsa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        "/usr/bin/../bin/cat ~/.ssh/id_rsa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        "a=ca;b=t;$a$b ~/.ssh/id_rsa",
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        r#"a=cat; "$a" ~/.ssh/id_rsa"#,
        &["cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        "x='cat /etc/passwd'; $x",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    ("cat${IFS}/etc/passwd", &["cat /etc/passwd R=/etc/passwd"]),
    ("cat$IFS/etc/passwd", &["cat /etc/passwd R=/etc/passwd"]),
    ("cat$IFS$9/etc/passwd", &["cat /etc/passwd R=/etc/passwd"]),
    (
        "IFS=,;x=cat,/etc/passwd;$x",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    ("{cat,/etc/passwd}", &["cat /etc/passwd R=/etc/passwd"]),
    (
        "{cat,~/.ssh/{id_rsa,config}}",
        &["cat /home/u/.ssh/id_rsa /home/u/.ssh/config R=/home/u/.ssh/id_rsa,/home/u/.ssh/config"],
    ),
    (
        "cat /etc/{passwd,shadow}",
        &["cat /etc/passwd /etc/shadow R=/etc/passwd,/etc/shadow"],
    ),
    (
        "cat file{1..3}",
        &["cat file1 file2 file3 R=file1,file2,file3"],
    ),
    ("echo {} {a} a{b", &["echo {} {a} a{b"]),
    ("c${x}at /etc/passwd", &["cat /etc/passwd R=/etc/passwd"]),
    ("c$@at /etc/passwd", &["cat /etc/passwd R=/etc/passwd"]),
    ("w$*hoami", &["whoami"]),
    ("${x:-cat} /etc/passwd", &["cat /etc/passwd R=/etc/passwd"]),
    (
        "${x:=cat} /etc/passwd; $x y",
        &["cat /etc/passwd R=/etc/passwd", "cat y R=y"],
    ),
    (
        "x=xcatx; ${x:1:3} /etc/passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    ("x=tac; y=${x: -1}; echo $y", &["echo c"]),
    (
        "x=dog; ${x//dog/cat} /etc/passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "x=dcog; ${x/d*g/cat} /etc/passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "x=catalogue; ${x%alogue} /etc/passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "x=tomcat; ${x#tom} /etc/passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "x=CAT; ${x,,} /etc/passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "x=y; y=cat; ${!x} /etc/passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        r#"a=(cat /etc/passwd); "${a[@]}""#,
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "a[1]=cat; ${a[1]} /etc/passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "x=ca; x+=t; $x /etc/passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        r#"set -- cat /etc/passwd; "$@""#,
        &["set -- cat /etc/passwd", "cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "set -- /etc/passwd; cat $1",
        &["set -- /etc/passwd", "cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "printf -v c '%s' cat; $c /etc/passwd",
        &["printf -v c %s cat", "cat /etc/passwd R=/etc/passwd"],
    ),
    (
        r#"read a b <<< "cat /etc/passwd"; $a $b"#,
        &["read a b", "cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "export P=/etc/passwd; cat $P",
        &["export P=/etc/passwd", "cat /etc/passwd R=/etc/passwd"],
    ),
    (
        r#"declare -a a=(x /etc/passwd); cat "${a[1]}""#,
        &[
            r#"declare -a "a=(x /etc/passwd)""#,
            "cat /etc/passwd R=/etc/passwd",
        ],
    ),
    (
        "$(echo cat) /etc/passwd",
        &["echo cat", "cat /etc/passwd ^0 R=/etc/passwd"],
    ),
    (
        "`echo c``echo at` /etc/passwd",
        &["echo c", "echo at", "cat /etc/passwd ^0,1 R=/etc/passwd"],
    ),
    (
        "$(printf '%s' cat) $(echo /etc)/passwd",
        &[
            "printf %s cat",
            "echo /etc",
            "cat /etc/passwd$ ^0,1 R=/etc/passwd",
        ],
    ),
    (
        "/bin/c?t /etc/passwd",
        &["! UnknownProgram", "cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "/b?n/[c]at /etc/passwd",
        &["! UnknownProgram", "cat /etc/passwd R=/etc/passwd"],
    ),
    ("cat /etc/pass*", &["cat /etc/pass*~ R=/etc/pass*"]),
    (
        "cat ${PATH:0:1}etc${PATH:0:1}passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        r"ca\
t /etc/\
passwd",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "cat /etc/passwd # rm -rf /",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    ("cat</etc/passwd", &["cat R=/etc/passwd"]),
    ("</etc/passwd cat", &["cat R=/etc/passwd"]),
    (
        "alias x='cat /etc/passwd'; x",
        &[
            r#"alias "x=cat /etc/passwd""#,
            "cat /etc/passwd R=/etc/passwd",
        ],
    ),
    (
        "alias ll='ls -l'; ll /tmp",
        &[r#"alias "ll=ls -l""#, "ls -l /tmp R=/tmp"],
    ),
    (
        r#"f() { cat "$1"; }; f /etc/passwd"#,
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "function g { cat /etc/passwd; }; g",
        &["cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "$UNKNOWN /etc/passwd",
        &["! UnknownProgram", "$UNKNOWN /etc/passwd"],
    ),
    (
        r#"cat $UNKNOWN/x "$UNKNOWN""#,
        &["cat $UNKNOWN/x~ $UNKNOWN~ R=$UNKNOWN/x,$UNKNOWN"],
    ),
    (
        r#"unset x; cat "$x/etc/passwd""#,
        &["unset x", "cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "w=world; echo ${w}s ${w:+alt} ${nope:+alt} ${#w} ${w^^} ${w%ld} ${w@U}",
        &["echo worlds alt 5 WORLD wor WORLD"],
    ),
    ("$0 -c id", &["[sh -c] id"]),
    (
        "cd ~/.ssh && cat id_rsa",
        &["cd /home/u/.ssh", "cat id_rsa R=/home/u/.ssh/id_rsa"],
    ),
    (
        "cd /tmp; rm x; cd sub && rm y",
        &["cd /tmp", "rm x D=/tmp/x", "cd sub", "rm y D=/tmp/sub/y"],
    ),
    (
        "(cd /tmp; rm x); rm y",
        &["cd /tmp", "rm x D=/tmp/x", "rm y D=y"],
    ),
    (r#"cd "$D" && rm x"#, &["cd $D~", "rm x D=$D/x"]),
    (
        "pushd /a; cat b; popd; cat c",
        &["pushd /a", "cat b R=/a/b", "popd", "cat c R=c"],
    ),
    (
        "curl file:///etc/passwd",
        &["curl file:///etc/passwd R=/etc/passwd"],
    ),
    ("LD_PRELOAD=/tmp/x.so ls", &["ls"]),
    ("x=$(<~/.ssh/id_rsa)", &["cat R=/home/u/.ssh/id_rsa"]),
    ("echo $((1+2)) $[3] $((x<<2))", &["echo 3 3 $((x<<2))~"]),
    (
        r#"echo "a$b" 'c$d' "e\$f" "`id`""#,
        &["id", "echo a$b~ c$d e$f `id`$ ^0"],
    ),
];
