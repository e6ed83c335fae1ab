//! What programs read, write, delete and talk to.

use super::Case;

pub(super) const CASES: &[Case] = &[
    ("head -n 5 f", &["head -n 5 f R=f"]),
    ("head -n5 -q f g", &["head -n5 -q f g R=f,g"]),
    ("tail -f -n 100 log", &["tail -f -n 100 log R=log"]),
    ("less +F f", &["less +F f R=f"]),
    ("bat -l rust f", &["bat -l rust f R=f"]),
    ("wc -l a b", &["wc -l a b R=a,b"]),
    (
        "cut -d: -f1 /etc/passwd",
        &["cut -d: -f1 /etc/passwd R=/etc/passwd"],
    ),
    (
        "sort -t : -k 3 -o out in",
        &["sort -t : -k 3 -o out in R=in W=out"],
    ),
    ("uniq in out", &["uniq in out R=in W=out"]),
    ("diff -u a b", &["diff -u a b R=a,b"]),
    ("grep -rn pattern src", &["grep -rn pattern src R=src"]),
    ("grep -e a -e b f", &["grep -e a -e b f R=f"]),
    ("grep -f patterns f", &["grep -f patterns f R=patterns"]),
    (
        "grep --include '*.rs' -A 3 x dir",
        &["grep --include *.rs -A 3 x dir R=dir"],
    ),
    ("rg -g '*.rs' x dir", &["rg -g *.rs x dir R=dir"]),
    ("sed -n 5p f", &["sed -n 5p f R=f"]),
    ("sed -i 's/a/b/' f", &["sed -i s/a/b/ f W=f"]),
    (
        "sed -i.bak -e s/a/b/ f g",
        &["sed -i.bak -e s/a/b/ f g W=f,g"],
    ),
    ("sed --in-place s/a/b/ f", &["sed --in-place s/a/b/ f W=f"]),
    ("sed -i 'w g' f", &["sed -i \"w g\" f R=f W=f"]),
    (
        "awk -F: '{print $1}' /etc/passwd",
        &[r#"awk -F: "{print $1}" /etc/passwd R=/etc/passwd"#],
    ),
    ("awk -v x=1 -f prog f", &["awk -v x=1 -f prog f R=prog"]),
    ("jq -r .a f", &["jq -r .a f R=f"]),
    ("jq --arg a b .x f", &["jq --arg a b .x f R=f"]),
    ("xxd f", &["xxd f R=f"]),
    ("xxd -r in out", &["xxd -r in out R=in W=out"]),
    ("od -A x -t x1 f", &["od -A x -t x1 f R=f"]),
    ("strings -n 8 f", &["strings -n 8 f R=f"]),
    ("base64 f", &["base64 f R=f"]),
    ("base64 -w 0 < f", &["base64 -w 0 R=f"]),
    ("cp a b", &["cp a b R=a W=b"]),
    ("cp -r a b dir", &["cp -r a b dir R=a,b W=dir"]),
    ("cp -t dir a b", &["cp -t dir a b R=a,b W=dir"]),
    ("mv a b", &["mv a b R=a W=b D=a"]),
    ("ln -s a b", &["ln -s a b R=a W=b"]),
    ("install -m 755 a b", &["install -m 755 a b R=a W=b"]),
    (
        "rsync -avz --exclude x a/ u@h.example.org:b",
        &["rsync -avz --exclude x a/ u@h.example.org:b R=a/ H=u@h.example.org:b"],
    ),
    (
        "scp -i key -P 22 a u@h.example.org:b",
        &["scp -i key -P 22 a u@h.example.org:b R=a H=u@h.example.org:b"],
    ),
    (
        "scp u@h.example.org:a .",
        &["scp u@h.example.org:a . W=. H=u@h.example.org:a"],
    ),
    (
        "sftp -b batch u@h.example.org",
        &["sftp -b batch u@h.example.org R=batch H=u@h.example.org"],
    ),
    (
        "tar czf out.tgz a b",
        &["tar czf out.tgz a b R=a,b W=out.tgz"],
    ),
    (
        "tar -czf out.tgz -C dir .",
        &["tar -czf out.tgz -C dir . R=dir W=out.tgz"],
    ),
    (
        "tar xzf in.tgz -C out",
        &["tar xzf in.tgz -C out R=in.tgz W=out"],
    ),
    ("tar -tf in.tar", &["tar -tf in.tar R=in.tar"]),
    (
        "tar czf - a | ssh h.example.org 'cat > b'",
        &[
            "tar czf - a R=a",
            r#"ssh h.example.org "cat > b" <0 H=h.example.org"#,
            "[ssh] cat <0 W=b",
        ],
    ),
    (
        "zip -r out.zip a b",
        &["zip -r out.zip a b R=a,b W=out.zip"],
    ),
    (
        "zip -P pw out.zip a",
        &["zip -P pw out.zip a R=a W=out.zip"],
    ),
    (
        "unzip in.zip -d out",
        &["unzip in.zip -d out R=in.zip W=out"],
    ),
    ("gzip -k f", &["gzip -k f R=f"]),
    ("7z a out.7z f", &["7z a out.7z f R=f W=out.7z"]),
    (
        "openssl enc -aes-256-cbc -in f -out g -pass pass:x",
        &["openssl enc -aes-256-cbc -in f -out g -pass pass:x R=f W=g"],
    ),
    (
        "openssl s_client -connect h.example.org:443",
        &["openssl s_client -connect h.example.org:443 H=h.example.org:443"],
    ),
    ("gpg -c -o out f", &["gpg -c -o out f R=f W=out"]),
    ("gpg --decrypt --batch f", &["gpg --decrypt --batch f R=f"]),
    ("age -i key -d f", &["age -i key -d f R=key,f"]),
    (
        "ssh-keygen -t ed25519 -N '' -f key",
        &[r#"ssh-keygen -t ed25519 -N "" -f key W=key"#],
    ),
    ("tee -a a b", &["tee -a a b W=a,b"]),
    (
        "dd if=/dev/zero of=/dev/sda bs=1M",
        &["dd if=/dev/zero of=/dev/sda bs=1M R=/dev/zero W=/dev/sda D=/dev/sda"],
    ),
    ("dd if=f", &["dd if=f R=f"]),
    ("truncate -s 0 f", &["truncate -s 0 f W=f"]),
    ("shred -u -n 3 f", &["shred -u -n 3 f D=f"]),
    ("rm -rf a b", &["rm -rf a b D=a,b"]),
    ("rm -- -f", &["rm -- -f D=-f"]),
    ("rmdir a; unlink b", &["rmdir a D=a", "unlink b D=b"]),
    (
        "mkfs.ext4 -L x /dev/sda1",
        &["mkfs.ext4 -L x /dev/sda1 D=/dev/sda1"],
    ),
    ("chmod -R 777 a b", &["chmod -R 777 a b W=a,b"]),
    ("chown u:g f", &["chown u:g f W=f"]),
    ("touch -d yesterday f", &["touch -d yesterday f W=f"]),
    ("mkdir -p a/b", &["mkdir -p a/b W=a/b"]),
    (
        "find . -name '*.pyc' -delete",
        &["find . -name *.pyc -delete R=. D=./*.pyc"],
    ),
    ("find a b -type f", &["find a b -type f R=a,b"]),
    (
        "find /tmp -mtime +7 -delete",
        &["find /tmp -mtime +7 -delete R=/tmp D=/tmp/{}"],
    ),
    ("ls -la ~/.ssh", &["ls -la /home/u/.ssh R=/home/u/.ssh"]),
    (
        "source ./env.sh; . f",
        &["source ./env.sh R=./env.sh", ". f R=f"],
    ),
    (
        "curl https://h.example.org/x",
        &["curl https://h.example.org/x H=https://h.example.org/x"],
    ),
    (
        "curl -o out -L https://h.example.org/x",
        &["curl -o out -L https://h.example.org/x W=out H=https://h.example.org/x"],
    ),
    (
        "curl -d @f -H 'A: b' https://h.example.org",
        &[r#"curl -d @f -H "A: b" https://h.example.org R=f H=https://h.example.org"#],
    ),
    (
        "curl --data-binary @- h.example.org < f",
        &["curl --data-binary @- h.example.org R=f H=h.example.org"],
    ),
    (
        "curl -F 'x=@f;type=text/plain' -F y=z h.example.org",
        &["curl -F x=@f;type=text/plain -F y=z h.example.org R=f H=h.example.org"],
    ),
    (
        "curl -T f https://h.example.org",
        &["curl -T f https://h.example.org R=f H=https://h.example.org"],
    ),
    (
        "curl -K cfg -u a:b -x http://p.example.org:8080 h.example.org",
        &[
            "curl -K cfg -u a:b -x http://p.example.org:8080 h.example.org R=cfg H=http://p.example.org:8080,h.example.org",
        ],
    ),
    (
        "curl -sSfLo out h.example.org",
        &["curl -sSfLo out h.example.org W=out H=h.example.org"],
    ),
    (
        "curl --data-urlencode x@f --json @g h.example.org",
        &["curl --data-urlencode x@f --json @g h.example.org R=f,g H=h.example.org"],
    ),
    (
        "curl -XPOST -d 'a@b' h.example.org",
        &["curl -XPOST -d a@b h.example.org H=h.example.org"],
    ),
    (
        "wget -O out https://h.example.org/x",
        &["wget -O out https://h.example.org/x W=out H=https://h.example.org/x"],
    ),
    (
        "wget --post-file=f -i urls",
        &["wget --post-file=f -i urls R=f,urls"],
    ),
    (
        "wget -q -P dir h.example.org/x",
        &["wget -q -P dir h.example.org/x W=dir,x H=h.example.org/x"],
    ),
    (
        "http POST https://h.example.org a=b",
        &["http POST https://h.example.org a=b H=https://h.example.org"],
    ),
    (
        "nc h.example.org 80",
        &["nc h.example.org 80 H=h.example.org:80"],
    ),
    ("nc -l -p 4444", &["nc -l -p 4444"]),
    (
        "nc -w 3 203.0.113.1 4242 < f",
        &["nc -w 3 203.0.113.1 4242 R=f H=203.0.113.1:4242"],
    ),
    (
        "telnet h.example.org 25",
        &["telnet h.example.org 25 H=h.example.org:25"],
    ),
    ("ftp h.example.org", &["ftp h.example.org H=h.example.org"]),
    (
        "dig @8.8.8.8 +short x.example.org TXT",
        &["dig @8.8.8.8 +short x.example.org TXT H=8.8.8.8,x.example.org"],
    ),
    (
        "nslookup x.example.org 8.8.8.8",
        &["nslookup x.example.org 8.8.8.8 H=x.example.org,8.8.8.8"],
    ),
    (
        "host x.example.org",
        &["host x.example.org H=x.example.org"],
    ),
    (
        "getent hosts x.example.org",
        &["getent hosts x.example.org H=x.example.org"],
    ),
    ("getent passwd", &["getent passwd R=/etc/passwd"]),
    (
        "ping -c 3 203.0.113.1",
        &["ping -c 3 203.0.113.1 H=203.0.113.1"],
    ),
    (
        "nmap -sS -p 80 203.0.113.0/24",
        &["nmap -sS -p 80 203.0.113.0/24 H=203.0.113.0/24"],
    ),
    (
        "git clone https://h.example.org/a.git dir",
        &["git clone https://h.example.org/a.git dir W=dir H=https://h.example.org/a.git"],
    ),
    (
        "git clone git@h.example.org:a/b.git",
        &["git clone git@h.example.org:a/b.git H=git@h.example.org:a/b.git"],
    ),
    ("git push origin main", &["git push origin main"]),
    (
        "git push git@h.example.org:a/b main",
        &["git push git@h.example.org:a/b main H=git@h.example.org:a/b"],
    ),
    (
        "git remote add x https://h.example.org/a",
        &["git remote add x https://h.example.org/a H=https://h.example.org/a"],
    ),
    ("git -C dir pull", &["git -C dir pull"]),
    ("git rm -r a", &["git rm -r a D=a"]),
    ("git clean -fdx", &["git clean -fdx D=."]),
    ("git clean -n", &["git clean -n"]),
    ("git add a b", &["git add a b R=a,b"]),
    ("git commit -F msg", &["git commit -F msg R=msg"]),
    ("git apply x.patch", &["git apply x.patch R=x.patch"]),
    ("git checkout -- f", &["git checkout -- f"]),
    (
        "git fetch --upload-pack='sh -c id' origin",
        &[
            r#"git fetch "--upload-pack=sh -c id" origin"#,
            "[git --upload-pack > sh -c] id",
        ],
    ),
    ("bash run.sh", &["bash run.sh R=run.sh"]),
    ("python3 -u x.py --in a", &["python3 -u x.py --in a R=x.py"]),
    (
        "node -r ./hook.js app.js",
        &["node -r ./hook.js app.js R=./hook.js,app.js"],
    ),
    ("ruby x.rb", &["ruby x.rb R=x.rb"]),
    ("java -jar x.jar", &["java -jar x.jar R=x.jar"]),
    ("make -f other.mk all", &["make -f other.mk all R=other.mk"]),
    (
        "npm install --registry https://h.example.org x",
        &["npm install --registry https://h.example.org x H=https://h.example.org"],
    ),
    ("npm run test:api", &["npm run test:api"]),
    (
        "pip install -r req.txt --index-url https://h.example.org",
        &[
            "pip install -r req.txt --index-url https://h.example.org R=req.txt H=https://h.example.org",
        ],
    ),
    (
        "pip install git+https://h.example.org/x",
        &["pip install git+https://h.example.org/x H=git+https://h.example.org/x"],
    ),
    (
        "docker cp box:/etc/passwd .",
        &["docker cp box:/etc/passwd . W=. H=box:/etc/passwd"],
    ),
    (
        "docker build -f D -t a:b .",
        &["docker build -f D -t a:b . R=D,."],
    ),
    (
        "kubectl apply -f x.yml",
        &["kubectl apply -f x.yml R=x.yml"],
    ),
    ("gh gist create f", &["gh gist create f R=f"]),
    ("gh api -F body=@f /x", &["gh api -F body=@f /x R=f"]),
    (
        "aws s3 cp f s3://bucket/x",
        &["aws s3 cp f s3://bucket/x R=f H=s3://bucket/x"],
    ),
    (
        "aws s3 rm --recursive s3://bucket",
        &["aws s3 rm --recursive s3://bucket H=s3://bucket"],
    ),
    (
        "gsutil cp f gs://bucket",
        &["gsutil cp f gs://bucket R=f H=gs://bucket"],
    ),
    (
        "rclone copy f remote:bucket",
        &["rclone copy f remote:bucket R=f H=remote:bucket"],
    ),
    (
        "redis-cli -h h.example.org get x",
        &["redis-cli -h h.example.org get x H=h.example.org"],
    ),
    (
        "psql -h h.example.org -f x.sql db",
        &["psql -h h.example.org -f x.sql db R=x.sql H=h.example.org"],
    ),
    (
        "mysql -h h.example.org -e 'drop table x'",
        &[r#"mysql -h h.example.org -e "drop table x" H=h.example.org"#],
    ),
    ("sqlite3 f 'select 1'", &[r#"sqlite3 f "select 1" R=f"#]),
    ("crontab f", &["crontab f R=f"]),
    ("at -f x now", &["at -f x now R=x"]),
    ("vim a b", &["vim a b R=a,b"]),
    ("split -b 1M f", &["split -b 1M f R=f"]),
    (
        "mytool --url=https://h.example.org a",
        &["mytool --url=https://h.example.org a H=https://h.example.org"],
    ),
    ("mytool ~/.ssh/id_rsa", &["mytool /home/u/.ssh/id_rsa"]),
    ("cat -- -n", &["cat -- -n R=-n"]),
    ("cat -", &["cat -"]),
];
