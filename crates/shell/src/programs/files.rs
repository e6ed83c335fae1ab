//! Programs that read, write, move and delete files.

/// See [`super::table`] for the form.
pub(super) const TABLE: &str = "
cat,tac,zcat,bzcat,xzcat,zless,zmore,more,most,less,tailspin,hexyl,rev,nm,sum,wc,ccat,catdoc,glow,b2sum,md5sum,sha1sum,sha256sum,sha512sum,cksum,md5,mdless | read…
shasum | read… | text=-a,--algorithm
get-content,gc | read… | text=-TotalCount,-Tail,-Encoding
remove-item,ri | delete… | text=-Include,-Exclude,-Filter
set-content,add-content,out-file,sc,ac | write… | text=-Value,-Encoding,-value
copy-item,cpi,move-item,mi | read… write | write=-Destination
bat,batcat | read… | text=-l,--language,--style,--theme,-H,--highlight-line,-r,--line-range,--wrap,--paging,--color,--file-name
nl | read… | text=-b,-d,-f,-h,-i,-l,-n,-s,-v,-w
fold,fmt,expand,unexpand | read… | text=-w,-t,--width,--tabs,-p
column,pr,look | read… | text=-s,-c,-o,-N,-l,-w,-h,--table-columns,--output-separator
strings | read… | text=-n,-t,-e,-s,-T,--bytes,--radix,--encoding
hexdump,hd | read… | text=-n,-s,-e read=-f
file | read… | text=-m,-F read=-f,--files-from
stat | read… | text=-c,--format,--printf
readelf,objdump | read… | text=-x,-p,-j,-M,-R,--section
highlight,pygmentize | read… | text=-l,-O,-f,-S write=-o
pdftotext | read write | text=-f,-l,-r,-opw,-upw
tail,head | read… | text=-n,-c,--lines,--bytes,-s,--pid
cut | read… | text=-d,-f,-b,-c,--delimiter,--fields,--output-delimiter
sort | read… | text=-k,-t,-S,-T,--key,--field-separator,--parallel write=-o,--output
uniq | read write | text=-f,-s,-w
comm,diff,cmp,join,paste,sdiff,colordiff,vimdiff,delta | read… | text=-d,-1,-2,-j,-t,-U,-C,-I,-x,--label,-W
grep,egrep,fgrep,zgrep,bzgrep,xzgrep,rg,ag,ack,ugrep,pcregrep | text read… | pattern=-e,--regexp text=-A,-B,-C,-m,--max-count,--include,--exclude,--exclude-dir,--color,-g,--glob,-t,--type,-T,-d,-D,--label,--context,--after-context,--before-context,-j,-r,--iglob,--sort,-M,-E read=-f,--file command=--pre
sed,gsed | text read… | pattern=-e,--expression read=-f,--file text=-l
awk,gawk,mawk,nawk | text read… | text=-F,-v,--field-separator,--assign read=-f,--file
xxd | read write | text=-s,-l,-c,-g,-o,-n
od | read… | text=-A,-t,-N,-j,-w,-S
base64,base32,basenc,gbase64 | read… | text=-w,--wrap,-b write=-o read=-i
jq,gojq,jaq | text read… | two=--arg,--argjson,--slurpfile,--rawfile,--argfile read=-f,--from-file text=-L,--indent
yq | text read… | text=-o,-p,--output-format,--input-format,-I
cp,gcp | read… write | write=-t,--target-directory text=-S,--suffix,--sparse,--reflink
mv,gmv,rename | read… write | write=-t,--target-directory text=-S,--suffix
ln | read… write | write=-t,--target-directory text=-S
install | read… write | write=-t,--target-directory text=-m,-o,-g,--mode,--owner,--group
rm,rmdir,unlink,shred,srm,wipe,trash,trash-put,grm,safe-rm,rimraf,del,mkswap,wipefs,blkdiscard | delete… | text=-n,-s,--iterations,--size,--random-source
mkfs,mkfs.ext2,mkfs.ext3,mkfs.ext4,mkfs.xfs,mkfs.btrfs,mkfs.vfat,mkfs.fat,mkfs.ntfs,mke2fs,newfs | delete… | text=-t,-L,-b,-i,-m,-O,-E,-n,-N,-U
fdisk,sfdisk,cfdisk,gdisk,sgdisk,parted | delete… | text=-t,-o,-n,-d
truncate | write… | text=-s,--size read=-r,--reference
touch | write… | text=-t,-d,--date,--time read=-r,--reference
mkdir,mkfifo,mknod | write… | text=-m,--mode
tee,sponge | write…
chmod,chown,chgrp,chflags,setcap,chcon | text write… | pattern=--reference
chattr | write… | text=-v,-p
ditto | read… write | text=--bom,--arch
setfacl | write… | text=-m,-x,--modify,--remove
xattr,setfattr | write… | text=-w,-n,-v,-d,-x
getfacl,getfattr,lsattr,namei,readlink,realpath | read… | text=-n,-m
ls,ll,dir,vdir,tree,exa,eza,lsd,du,ncdu | read… | text=-I,-L,-P,--level,-d,--max-depth,--exclude,-w,--sort,--time-style,-t,-B,--color
vi,vim,nvim,nano,emacs,ed,ex,code,subl,gedit,micro,pico,view,rvim,rview | read… | text=-c,--cmd,-l,--eval,-f read=-S,-u,-s,--load
dos2unix,unix2dos | write…
split,csplit | read text | text=-l,-b,-n,-a,-C,-d,-f
zip | write read… | text=-P,--password,-x,-i,-b,-t,-tt,-n,-s
unzip | read text… | write=-d text=-x,-P
7z,7za,7zr,7zz | text write read…
rar | text write read…
unrar | text read write
gzip,bzip2,xz,zstd,lz4,lzma,compress,pigz,brotli | read… | text=-S,-T,--suffix,-M,-m write=-o,--output
gunzip,bunzip2,unxz,unzstd,unlzma | read… | text=-S
cpio | | read=-I write=-O,-F text=-H,-D,-R
ar | text write read…
tar,gtar,bsdtar,star | | command=--to-command,-I,--use-compress-program,--rsh-command,-F,--info-script text=-f,--file,-C,--directory,-b,--exclude,--transform,--strip-components,--owner,--group,--mode,--checkpoint,--checkpoint-action,-T,--files-from,-X,--exclude-from,-g,-H,-N,-V,--newer,--mtime,--sort,--warning,--format
dd | | text=--bs
find,fd,fdfind | | text=-name
openssl | text | read=-in,-inkey,-certfile,-CAfile,-key,-CA,-cert,-signkey,-extfile,-config,-kfile write=-out,-keyout,-CAout host=-connect,-host text=-passin,-passout,-pass,-k,-K,-iv,-S,-md,-days,-subj,-newkey,-servername,-port,-name,-iter,-addext,-set_serial
gpg,gpg2 | read… | write=-o,--output text=-r,-u,--recipient,--local-user,--passphrase,--batch-size,--keyserver,--homedir,--cipher-algo,--passphrase-fd,--pinentry-mode,--trust-model,--status-fd read=--passphrase-file
age,rage | read… | write=-o,--output text=-r,--recipient read=-i,--identity,-R,--recipients-file
ccrypt,mcrypt,bcrypt | write… | text=-K,-k,-a
steghide | text | read=-ef,-sf,-cf,-xf text=-p
ssh-keygen | | write=-f text=-t,-b,-C,-N,-P,-O,-m,-R,-F,-I,-n,-V,-E,-Z read=-s,-D
ssh-add | read… | text=-t,-s,-E
ssh-copy-id | host | text=-i,-p,-o
keytool | | read=-keystore,-file text=-alias,-storepass
source,. | script
";
