//! Programs that talk to other machines.

/// See [`super::table`] for the form.
pub(super) const TABLE: &str = "
curl,tlscurl | host… | host=--url data=-d,--data,--data-binary,--data-ascii,--data-raw-file,--data-urlencode,--json,--url-query,-H,--header,--proxy-header form=-F,--form read=-T,--upload-file,-K,--config,-b,--cookie,--netrc-file write=-o,--output,-c,--cookie-jar,-D,--dump-header,--trace,--trace-ascii,--stderr,--output-dir text=-E,--cert,--key,--cacert,-u,--user,-A,--user-agent,-X,--request,-e,--referer,-m,--max-time,-w,--write-out,-r,--range,-U,--proxy-user,-C,--continue-at,-y,-Y,-z,-Q,--quote,-t,--retry,--retry-delay,--retry-max-time,--connect-timeout,--limit-rate,--resolve,--connect-to,--interface,--ciphers,--capath,--data-raw,--form-string,--max-redirs,--max-filesize,--dns-servers,--local-port,--tls-max,--oauth2-bearer,--aws-sigv4,--unix-socket,--proto,--proto-default,--noproxy,--create-file-mode,--keepalive-time,--rate,-P host=-x,--proxy,--socks5,--socks5-hostname,--doh-url,--preproxy
invoke-webrequest,iwr,invoke-restmethod,irm,start-bitstransfer | host | host=-Uri,-Source,-uri write=-OutFile,-outfile,-Destination read=-InFile,-infile text=-Method,-Body,-Headers,-method,-body
wget,wget2 | host… | read=-i,--input-file,--post-file,--body-file,--load-cookies,--certificate,--private-key,--ca-certificate,--config write=-O,--output-document,-o,--output-file,-a,--append-output,-P,--directory-prefix,--save-cookies text=-U,--user-agent,--header,-t,--tries,-T,--timeout,-w,--wait,-A,-R,-D,-I,-X,-l,--level,-e,--execute,--post-data,--body-data,--method,--user,--password,--limit-rate,-Q,-B,--base,--accept,--reject,--domains,--referer,--cut-dirs,--max-redirect,--wait,--bind-address command=--use-askpass
aria2c,axel,lwp-download,lwp-request,GET,POST,HEAD | host… | write=-o,-d,--dir,--out read=-i,--input-file text=-x,-s,-k,-n,-j,--header,-m,-c
http,https,xh,xhs | url… | text=-a,--auth,-A,--timeout,-p,--print,-s,--style,--session write=-o,--output
nc,ncat,netcat,nc.traditional,nc.openbsd | host port | command=-e,-c,--exec,--sh-exec,--lua-exec text=-p,-s,-w,-i,-q,-O,-T,-X,-x,-P,-g,-G,-I,-m,-V,--source-port,--wait,--delay,--max-conns,--proxy-type,--proxy,--idle-timeout
socat | text… | text=-T,-b,-t,-lf,-L
telnet | host port | text=-l,-b,-e,-n
ssh,autossh,mosh,slogin | host text… | read=-F,-S text=-i,-p,-l,-o,-b,-c,-D,-E,-e,-L,-R,-W,-w,-m,-O,-Q,-M,-P,-B,-I host=-J
sshpass | text… | text=-p read=-f
scp | remote… remotewrite | text=-i,-P,-l,-o,-c,-D,-X read=-F command=-S host=-J
sftp | host | text=-i,-P,-l,-o,-c,-D,-B,-R,-s read=-F,-b command=-S host=-J
rsync | remote… remotewrite | command=-e,--rsh text=--rsync-path,--exclude,--include,-f,--filter,--chmod,--chown,--bwlimit,--max-size,--min-size,--timeout,--port,-B,--suffix,--info,--out-format,--partial-dir,-M,-T,--temp-dir,--address,--iconv read=--files-from,--exclude-from,--include-from,--password-file,--link-dest,--compare-dest write=--log-file,--backup-dir
ftp,tftp,lftp,ncftp,ncftpput,ncftpget | host port | text=-u,-p,-P,-e,-c read=-f
ftpput,ftpget | host text text | text=-u,-p,-P
smbclient,rpcclient | host | text=-U,-c,-W,-p,-I,-m,-N
ping,ping6,fping,hping3,arping,traceroute,traceroute6,tracepath,mtr,nping | host | text=-c,-i,-W,-w,-s,-t,-I,-p,-n,-S,-Q,-M,-m,-f,-g,-q,-e,-E,-D
dig | url… | text=-t,-p,-b,-c,-x,-q,-k,-y read=-f
nslookup | host host
host,drill,kdig,resolvectl,dog | host host | text=-t,-c,-R,-W,-T,-m,-N
getent | text text…
whois | host | text=-h,-p
nmap,masscan,zmap,rustscan | host… | text=-p,--script,--script-args,--top-ports,--rate,--min-rate,--max-rate,--host-timeout,--exclude,--ports write=-oN,-oX,-oG,-oA read=-iL,--excludefile
openvpn,wg-quick | text read | read=--config
chisel,bore,ngrok,cloudflared,frpc,gost,localtunnel,lt | url… | host=-s,--url,--to text=-p,--port,-L,-R
mail,mailx,mutt,sendmail,swaks,msmtp,s-nail | text… | read=-a,-A,-q,--attach,--body,--data text=-s,-c,-b,-r,-S,--header host=--server,-S
aws s3 cp,aws s3 mv,aws s3 sync | remote remotewrite | text=--acl,--exclude,--include,--region,--profile,--sse,--storage-class,--content-type host=--endpoint-url
aws s3 rm,aws s3 rb | url…
aws s3 ls,aws s3 presign,aws s3 mb | url…
aws s3api put-object | | read=--body text=--bucket,--key
aws s3,aws s3api | | text=--bucket,--key
aws | | host=--endpoint-url text=--region,--profile,--output,--query
gsutil cp,gsutil mv,gsutil rsync | remote… remotewrite
gsutil | | text=-o,-h
gcloud | | text=--project,--account,--zone,--region
rclone copy,rclone sync,rclone move,rclone copyto,rclone moveto | remote remotewrite | text=--transfers,--exclude,--include
rclone | | read=--config
mc cp,mc mirror | remote… remotewrite
mc
az | | read=--file,-f text=--name,-n,--account-name,--container-name,-c,--resource-group,-g
s3cmd put,s3cmd sync | remote… remotewrite
s3cmd | | read=-c
azcopy copy,azcopy cp,azcopy sync | remote remotewrite
azcopy
gh gist create | read… | text=-d,--desc,-f,--filename
gh gist,gh release,gh repo
gh release create,gh release upload | text read… | text=-t,--title,-n,--notes,--target read=-F,--notes-file
gh repo clone | repository write
gh api | text | read=--input text=-X,--method,-H,--header,-f,--raw-field,-q,--jq,-t,--template form=-F,--field
gh secret set | text | read=-f,--env-file text=-b,--body,-R,--repo,-o,--org,-e
gh secret
gh | | text=-R,--repo
glab snippet create | read… | text=-t,-d,-f
glab snippet
glab
websocat,wscat | url… | host=-c,--connect command=sh-c:
transfer,transfer.sh,croc,ffsend,wormhole | text read…
ipfs add | read…
ipfs
redis-cli,redis-benchmark | text… | host=-h,-u text=-p,-a,-n,--user,--pass,-i,-r read=--cert,--key,--cacert
psql,pg_dump,pg_dumpall,pg_restore,createdb,dropdb | url… | host=-h,--host text=-p,-U,-d,-c,--command,--port,--username,--dbname,-v,-t,--table,-n,-F,-P,-T read=-f,--file write=-o,--output,-L
mysql,mysqldump,mariadb,mysqladmin | text… | host=-h,--host text=-P,-u,-p,-e,--execute,-D,--database,--user,--password,--port write=-r,--result-file,--tee read=--defaults-file,--defaults-extra-file
mongo,mongosh,mongodump,mongorestore,mongoexport,mongoimport | url… | host=--host,-h,--uri text=--port,-u,-p,-d,-c,--eval,--db,--collection read=--file write=--out,-o
sqlite3 | read text… | text=-cmd,-separator read=-init
ldapsearch,ldapmodify | text… | host=-H,-h text=-b,-D,-w,-s,-p read=-f,-y
xfreerdp,rdesktop,vncviewer | text…
tcpdump,tshark,dumpcap | text… | text=-i,-c,-s,-C,-G,-W,-Y,-T,-e,-f write=-w read=-r,-F command=-z
";
