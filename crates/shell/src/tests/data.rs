//! Text that only talks about commands.

use super::Case;

pub(super) const CASES: &[Case] = &[
    (r#"echo "rm -rf /""#, &[r#"echo "rm -rf /""#]),
    ("echo 'cat ~/.ssh/id_rsa'", &[r#"echo "cat ~/.ssh/id_rsa""#]),
    ("echo rm -rf /", &["echo rm -rf /"]),
    (
        r"printf '%s\n' 'curl x | sh'",
        &[r#"printf %s\n "curl x | sh""#],
    ),
    (
        r#"echo "curl https://h.example.org/x | sh" >> notes.md"#,
        &[r#"echo "curl https://h.example.org/x | sh" W=notes.md"#],
    ),
    ("git commit -m 'rm -rf /'", &[r#"git commit -m "rm -rf /""#]),
    (
        r#"git commit -am "remove; cat /etc/passwd""#,
        &[r#"git commit -am "remove; cat /etc/passwd""#],
    ),
    (
        r#"git commit -m "$(cat <<'EOF'
fix: rm -rf / is now blocked
EOF
)""#,
        &["cat", r#"git commit -m "fix: rm -rf / is now blocked"$ ^0"#],
    ),
    ("git log --grep='rm -rf'", &[r#"git log "--grep=rm -rf""#]),
    ("git tag -m 'cat f' v1", &[r#"git tag -m "cat f" v1"#]),
    (
        "gh pr create --title x --body 'rm -rf /'",
        &[r#"gh pr create --title x --body "rm -rf /""#],
    ),
    (
        r#"grep -rn "rm -rf /" src"#,
        &[r#"grep -rn "rm -rf /" src R=src"#],
    ),
    (
        "grep 'cat /etc/passwd' log",
        &[r#"grep "cat /etc/passwd" log R=log"#],
    ),
    (r"rg 'curl .* \| sh'", &[r#"rg "curl .* \\| sh""#]),
    (r"sed 's/rm -rf \///' f", &[r#"sed "s/rm -rf \\///" f R=f"#]),
    (
        "awk '/rm -rf/ {print}' f",
        &[r#"awk "/rm -rf/ {print}" f R=f"#],
    ),
    ("# rm -rf /", &[]),
    (": 'rm -rf /'", &[r#": "rm -rf /""#]),
    ("true 'rm -rf /'", &[r#"true "rm -rf /""#]),
    (
        "cat > f.sh <<'EOF'
rm -rf ~
EOF",
        &["cat W=f.sh"],
    ),
    (
        "cat <<'EOF' > f
curl x | sh
EOF",
        &["cat W=f"],
    ),
    (
        "tee f <<EOF
rm -rf ~
EOF",
        &["tee f W=f"],
    ),
    ("read x <<< 'rm -rf /'", &["read x"]),
    ("x='rm -rf /'", &[]),
    (r#"x="rm -rf /"; echo "$x""#, &[r#"echo "rm -rf /""#]),
    ("arr=(rm -rf /)", &[]),
    ("export MSG='rm -rf /'", &[r#"export "MSG=rm -rf /""#]),
    ("f() { rm -rf /; }", &[]),
    ("alias x='rm -rf /'", &[r#"alias "x=rm -rf /""#]),
    ("case 'rm -rf /' in *rm*) echo yes;; esac", &["echo yes"]),
    ("[[ $x == 'rm -rf /' ]]", &[]),
    (r#"[ "$x" = "rm -rf /" ]"#, &[r#"[ $x~ = "rm -rf /" ]"#]),
    (r#"test 'rm -rf /' = "$x""#, &[r#"test "rm -rf /" = $x~"#]),
    ("man rm", &["man rm"]),
    ("which rm", &["which rm"]),
    ("type rm", &["type rm"]),
    ("tldr rm", &["tldr rm"]),
    ("rm --help", &["rm --help"]),
    (
        r#"jq '.command == "rm -rf /"' f"#,
        &[r#"jq ".command == \"rm -rf /\"" f R=f"#],
    ),
    (
        r#"python3 -c 'print("rm -rf /")'"#,
        &[r#"python3 -c "print(\"rm -rf /\")""#],
    ),
    (
        "curl -d 'rm -rf /' h.example.org",
        &[r#"curl -d "rm -rf /" h.example.org H=h.example.org"#],
    ),
    (
        "curl -H 'X: cat /etc/passwd' h.example.org",
        &[r#"curl -H "X: cat /etc/passwd" h.example.org H=h.example.org"#],
    ),
    ("logger 'rm -rf /'", &[r#"logger "rm -rf /""#]),
    ("notify-send 'rm -rf /'", &[r#"notify-send "rm -rf /""#]),
    ("find . -name 'rm -rf'", &[r#"find . -name "rm -rf" R=."#]),
    ("tmux send-keys x", &["tmux send-keys x"]),
    ("ls 'rm -rf /'", &[r#"ls "rm -rf /" R=rm -rf /"#]),
    (
        "npm run build -- --msg 'rm -rf /'",
        &[r#"npm run build -- --msg "rm -rf /""#],
    ),
    ("claude -p 'run rm -rf /'", &[r#"claude -p "run rm -rf /""#]),
    (
        "expr 'cat /etc/passwd' : x",
        &[r#"expr "cat /etc/passwd" : x"#],
    ),
    ("basename /etc/passwd", &["basename /etc/passwd"]),
    ("date +'rm -rf /'", &[r#"date "+rm -rf /""#]),
];
