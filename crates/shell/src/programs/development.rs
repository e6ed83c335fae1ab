//! Interpreters, version control, build tools and package managers.

/// See [`super::table`] for the form.
pub(super) const TABLE: &str = "
python,pypy,ipython,python3,python2 | script text… | pattern=-c,-m text=-W,-X,-Q
node,nodejs,tsx,ts-node | script text… | pattern=-e,--eval,-p,--print,-pe read=-r,--require,--import,--env-file,--loader text=-C,--input-type
bun | text… | pattern=-e,--eval
deno | text…
perl | script text… | pattern=-e,-E text=-I,-M,-m,-F
ruby,jruby | script text… | pattern=-e text=-I,-r,-C,-E
php | script text… | pattern=-r,--run,-B,-R,-S text=-d,-z,-t read=-f,-c,-F
lua,luajit | script text… | pattern=-e text=-l
Rscript,R,julia,elixir,tclsh,guile,groovy,scala,swift | script text… | pattern=-e,--eval
osascript | script text… | pattern=-e text=-l,-s
java | text… | read=-jar,-cp,-classpath
sh,bash,zsh,dash,ksh,ash,fish,csh,tcsh,mksh,rbash | script text… | pattern=-c text=-o,-O read=--rcfile,--init-file
gdb,lldb | read text… | text=-p,-ex,--eval-command,-iex,-o read=-x,--command
make,gmake,ninja,just,task,mage | text… | read=-f,--file,--makefile,--justfile text=-C,-j,-I,-o,-W,-l,--directory command=--eval
cmake,meson,bazel,gradle,gradlew,mvn,ant,go,cargo,rustc,gcc,g++,cc,clang,clang++,ld,tsc,webpack,vite,jest,vitest,pytest,tox,nox,mypy,ruff,black,flake8,eslint,prettier | text…
npm,pnpm,yarn,npx,pnpx,bunx,uvx,pipx,uv,pip,pip3,poetry,conda,mamba,gem,bundle,composer,cpan,luarocks,brew,apt,apt-get,dnf,yum,apk,pacman,zypper,snap,flatpak,nix,nix-env,port,choco,winget | url… | host=--index-url,-i,--extra-index-url,--registry,--find-links,--repository text=--prefix,-C,--target,-t read=-r,--requirement,--constraint
twine | text read… | host=--repository-url text=-u,-p,-r
git clone | host write | text=-b,--branch,-o,--origin,--depth,-j,--filter,--reference,-u,--shallow-since,--template,--separate-git-dir text=-c,--config
git push,git pull,git fetch,git ls-remote,git archive-remote | repository text… | text=-o,--push-option,--depth,--refmap,-j,--upload-pack,--receive-pack,--exec
git remote add,git remote set-url | text host | text=-t,-m
git remote
git submodule add | host write | text=-b,--name
git submodule
git rm | delete… | read=--pathspec-from-file
git mv | read… write
git add,git stage | read… | read=--pathspec-from-file
git apply,git am | read… | text=-p,-C,--directory,--exclude,--include
git commit | | text=-m,--message,--author,--date,-C,-c,--fixup,--squash,--trailer,--cleanup,-S,-u read=-F,--file,-t,--template
git tag,git notes,git branch,git log,git show,git status,git stash,git rebase,git merge,git reset,git revert,git cherry-pick,git describe,git grep,git shortlog,git reflog,git bisect,git worktree,git rev-parse,git rev-list,git init,git diff | | text=-m,--message,-n,--format,--pretty,-S,-G,--author,--since,--until,--grep,-L,--after,--before,-C
git diff --no-index | read…
git checkout,git restore,git switch | | text=-b,-B,--source,-s
git clean | | text=-e,--exclude
git bundle | text write
git archive | text | write=-o,--output host=--remote text=--format,--prefix
git config | text text | read=-f,--file text=--get,--unset,--add
git send-email | read… | text=--to,--cc,--from host=--smtp-server
git svn clone | host write
git svn
git | | text=-C,--git-dir,--work-tree,--namespace,--exec-path text=-c
hg clone,svn checkout,svn co,bzr branch | host write
svn,hg,bzr
docker cp,podman cp | remote remotewrite
docker build,docker buildx,podman build | read | read=-f,--file text=-t,--tag,--build-arg,--target,--platform,--secret,--output,--cache-from
docker push,docker pull,podman push,podman pull | text
docker load,docker import | read | read=-i,--input
docker save,docker export | text… | write=-o,--output
docker login | host | text=-u,-p
docker,podman,nerdctl | | host=-H,--host text=--context,-c,--config,--log-level
kubectl apply,kubectl create,kubectl replace,kubectl delete | text… | read=-f,--filename,-k,--kustomize,--from-file,--from-env-file text=-n,--namespace,-l
kubectl cp | remote remotewrite | text=-n,--namespace,-c
kubectl | | read=--kubeconfig text=-n,--namespace,--context
helm | text… | read=-f,--values,--kubeconfig host=--repo text=-n,--namespace,--set,--version
terraform,tofu,pulumi,ansible,vagrant,packer | text… | read=-var-file,--var-file
ansible-playbook | read… | read=-i,--inventory,--vault-password-file,--private-key text=-e,--extra-vars,-u,-l,-t,--tags
claude,codex,gemini,opencode,aider,cursor-agent,amp,copilot | text… | text=-p,--print,--model,-m
";
