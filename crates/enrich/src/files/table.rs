//! The files worth naming, as data: pattern, class, and for which use of it.
//!
//! The first line that fits decides. `~` is any user's home. Sources of the
//! locations: each program's own manual; agents' files come from the crate that
//! knows agents.

use super::glob::{self, Glob, Names};
use ringfence_event::{Access, FileClass};
use std::collections::HashMap;
use std::sync::LazyLock;

/// For which use of a file a line speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Any,
    Read,
    Change,
}

use FileClass::{
    AccessGrant, Autostart, Credential, Disk, GitHook, Other, PrivateStore, ProjectSecret,
    SystemSecret,
};
use On::{Any, Change, Read};

const LINES: &[(&str, FileClass, On)] = &[
    // SSH and GnuPG
    ("~/.ssh/*.pub", Other, Read),
    ("~/.ssh/known_hosts*", Other, Any),
    ("~/.ssh/authorized_keys*", AccessGrant, Change),
    ("~/.ssh/authorized_keys*", Other, Read),
    ("~/.ssh/config", Autostart, Change),
    ("~/.ssh/config", Other, Read),
    ("~/.ssh/config.d/*", Other, Read),
    ("~/.ssh/rc", Autostart, Change),
    ("~/.ssh/**", Credential, Read),
    ("/etc/ssh/ssh_host_*_key", Credential, Read),
    ("~/.gnupg/*.conf", Other, Read),
    ("~/.gnupg/**", Credential, Read),
    ("**/id_rsa", Credential, Read),
    ("**/id_dsa", Credential, Read),
    ("**/id_ecdsa", Credential, Read),
    ("**/id_ed25519", Credential, Read),
    ("**/id_ed25519_sk", Credential, Read),
    // Clouds and clusters
    ("~/.aws/config", Other, Read),
    ("~/.aws/credentials*", Credential, Read),
    ("~/.aws/sso/cache/**", Credential, Read),
    ("~/.aws/cli/cache/**", Credential, Read),
    ("~/.aws", Credential, Read),
    ("~/.azure/accessTokens.json", Credential, Read),
    ("~/.azure/msal_token_cache*", Credential, Read),
    ("~/.azure/azureProfile.json", Credential, Read),
    ("~/.azure", Credential, Read),
    ("~/.config/gcloud/*credentials*", Credential, Read),
    ("~/.config/gcloud/access_tokens.db", Credential, Read),
    ("~/.config/gcloud/legacy_credentials/**", Credential, Read),
    ("~/.config/gcloud", Credential, Read),
    ("~/.oci/*", Credential, Read),
    ("~/.kube/config", Credential, Read),
    ("~/.kube", Credential, Read),
    ("/etc/kubernetes/admin.conf", Credential, Read),
    ("/var/run/secrets/kubernetes.io/**", Credential, Read),
    ("/run/secrets/kubernetes.io/**", Credential, Read),
    ("~/.docker/config.json", Credential, Read),
    ("~/.config/doctl/config.yaml", Credential, Read),
    ("~/.fly/config.yml", Credential, Read),
    ("~/.config/hcloud/cli.toml", Credential, Read),
    ("~/.terraform.d/credentials.tfrc.json", Credential, Read),
    ("~/.vault-token", Credential, Read),
    ("~/.config/rclone/rclone.conf", Credential, Read),
    ("~/.s3cfg", Credential, Read),
    ("~/.boto", Credential, Read),
    // Forges, registries, databases
    ("~/.git-credentials", Credential, Read),
    ("~/.config/git/credentials", Credential, Read),
    ("~/.config/gh/hosts.yml", Credential, Read),
    ("~/.config/glab-cli/config.yml", Credential, Read),
    ("~/.netrc", Credential, Read),
    ("~/_netrc", Credential, Read),
    ("~/.npmrc", Credential, Read),
    ("~/.yarnrc.yml", ProjectSecret, Read),
    ("~/.pypirc", Credential, Read),
    ("~/.cargo/credentials*", Credential, Read),
    ("~/.gem/credentials", Credential, Read),
    ("~/.m2/settings.xml", ProjectSecret, Read),
    ("~/.gradle/gradle.properties", ProjectSecret, Read),
    ("~/.nuget/NuGet/NuGet.Config", ProjectSecret, Read),
    ("~/.composer/auth.json", Credential, Read),
    ("~/.config/composer/auth.json", Credential, Read),
    ("~/.pgpass", Credential, Read),
    ("~/.my.cnf", Credential, Read),
    ("~/.mylogin.cnf", Credential, Read),
    ("~/.config/sops/age/keys.txt", Credential, Read),
    ("~/.age/*", Credential, Read),
    // Agents' own tokens
    ("~/.claude/.credentials.json", Credential, Read),
    ("~/.codex/auth.json", Credential, Read),
    ("~/.gemini/oauth_creds.json", Credential, Read),
    ("~/.config/github-copilot/*.json", Credential, Read),
    ("~/.copilot/config.json", ProjectSecret, Read),
    ("~/.local/share/opencode/auth.json", Credential, Read),
    // Browsers, password managers, wallets, histories
    ("~/.mozilla/firefox/**", PrivateStore, Read),
    ("~/.config/google-chrome/**", PrivateStore, Read),
    ("~/.config/chromium/**", PrivateStore, Read),
    ("~/.config/BraveSoftware/**", PrivateStore, Read),
    ("~/.config/microsoft-edge/**", PrivateStore, Read),
    (
        "~/Library/Application Support/Google/Chrome/**",
        PrivateStore,
        Read,
    ),
    (
        "~/Library/Application Support/Firefox/**",
        PrivateStore,
        Read,
    ),
    (
        "~/Library/Application Support/BraveSoftware/**",
        PrivateStore,
        Read,
    ),
    ("~/Library/Keychains/**", PrivateStore, Read),
    ("/Library/Keychains/**", PrivateStore, Read),
    ("~/Library/Cookies/**", PrivateStore, Read),
    ("~/Library/Messages/**", PrivateStore, Read),
    ("~/.local/share/keyrings/**", PrivateStore, Read),
    ("~/.password-store/**", PrivateStore, Read),
    ("~/.config/Bitwarden*/**", PrivateStore, Read),
    ("~/.config/1Password/**", PrivateStore, Read),
    ("~/.config/op/**", PrivateStore, Read),
    ("~/.config/keepassxc/**", PrivateStore, Read),
    ("**/*.kdbx", PrivateStore, Read),
    ("~/.bitcoin/wallet.dat", PrivateStore, Read),
    ("**/wallet.dat", PrivateStore, Read),
    ("~/.ethereum/keystore/**", PrivateStore, Read),
    ("~/.config/solana/id.json", PrivateStore, Read),
    ("~/.electrum/wallets/**", PrivateStore, Read),
    ("~/.config/Exodus/**", PrivateStore, Read),
    ("~/.thunderbird/**", PrivateStore, Read),
    ("~/.bash_history", PrivateStore, Read),
    ("~/.zsh_history", PrivateStore, Read),
    ("~/.local/share/fish/fish_history", PrivateStore, Read),
    ("~/.python_history", PrivateStore, Read),
    ("~/.history", PrivateStore, Read),
    ("~/.sh_history", PrivateStore, Read),
    ("~/.psql_history", PrivateStore, Read),
    ("~/.mysql_history", PrivateStore, Read),
    // The system's own secrets
    ("/etc/shadow*", SystemSecret, Read),
    ("/etc/gshadow*", SystemSecret, Read),
    ("/etc/sudoers", SystemSecret, Read),
    ("/etc/sudoers.d/*", SystemSecret, Read),
    ("/etc/master.passwd", SystemSecret, Read),
    ("/private/etc/master.passwd", SystemSecret, Read),
    ("/etc/krb5.keytab", SystemSecret, Read),
    ("/var/db/dslocal/**", SystemSecret, Read),
    ("/proc/kcore", SystemSecret, Read),
    ("/proc/*/mem", SystemSecret, Read),
    ("/proc/*/environ", ProjectSecret, Read),
    ("/dev/mem", SystemSecret, Read),
    ("/dev/kmem", SystemSecret, Read),
    // Project secrets
    ("**/.env.example", Other, Any),
    ("**/.env.sample", Other, Any),
    ("**/.env.template", Other, Any),
    ("**/.env.dist", Other, Any),
    ("**/.env.test", Other, Any),
    ("**/.env", ProjectSecret, Read),
    ("**/.env.*", ProjectSecret, Read),
    ("**/.envrc", ProjectSecret, Read),
    ("**/.npmrc", ProjectSecret, Read),
    ("**/.pypirc", ProjectSecret, Read),
    ("**/.netrc", ProjectSecret, Read),
    ("**/.htpasswd", ProjectSecret, Read),
    ("**/*.tfstate", ProjectSecret, Read),
    ("**/*.tfvars", ProjectSecret, Read),
    ("**/serviceAccountKey.json", ProjectSecret, Read),
    ("**/service-account*.json", ProjectSecret, Read),
    ("**/secrets.y*ml", ProjectSecret, Read),
    ("**/master.key", ProjectSecret, Read),
    ("**/*.p12", ProjectSecret, Read),
    ("**/*.pfx", ProjectSecret, Read),
    ("**/*.jks", ProjectSecret, Read),
    ("**/*.keystore", ProjectSecret, Read),
    ("**/*_rsa.pem", ProjectSecret, Read),
    ("**/*private*.pem", ProjectSecret, Read),
    ("**/*-key.pem", ProjectSecret, Read),
    ("**/key.pem", ProjectSecret, Read),
    ("**/*.key", ProjectSecret, Read),
    // Runs by itself later
    ("~/.bashrc", Autostart, Change),
    ("~/.bash_profile", Autostart, Change),
    ("~/.bash_login", Autostart, Change),
    ("~/.bash_logout", Autostart, Change),
    ("~/.bash_aliases", Autostart, Change),
    ("~/.profile", Autostart, Change),
    ("~/.zshrc", Autostart, Change),
    ("~/.zshenv", Autostart, Change),
    ("~/.zprofile", Autostart, Change),
    ("~/.zlogin", Autostart, Change),
    ("~/.config/fish/config.fish", Autostart, Change),
    ("~/.config/fish/conf.d/*", Autostart, Change),
    ("~/.xinitrc", Autostart, Change),
    ("~/.xprofile", Autostart, Change),
    ("~/.xsession*", Autostart, Change),
    ("~/.pam_environment", Autostart, Change),
    ("~/.config/environment.d/*", Autostart, Change),
    ("~/.config/autostart/*", Autostart, Change),
    ("~/.config/systemd/user/**", Autostart, Change),
    ("~/.local/share/systemd/user/**", Autostart, Change),
    ("~/Library/LaunchAgents/*", Autostart, Change),
    ("/Library/LaunchAgents/*", Autostart, Change),
    ("/Library/LaunchDaemons/*", Autostart, Change),
    ("/Library/StartupItems/**", Autostart, Change),
    ("/etc/profile", Autostart, Change),
    ("/etc/profile.d/*", Autostart, Change),
    ("/etc/bash.bashrc", Autostart, Change),
    ("/etc/bashrc", Autostart, Change),
    ("/etc/zsh*/*", Autostart, Change),
    ("/etc/zshrc", Autostart, Change),
    ("/etc/environment", Autostart, Change),
    ("/etc/rc.local", Autostart, Change),
    ("/etc/rc.common", Autostart, Change),
    ("/etc/rc*.d/*", Autostart, Change),
    ("/etc/init.d/*", Autostart, Change),
    ("/etc/inittab", Autostart, Change),
    ("/etc/crontab", Autostart, Change),
    ("/etc/cron*/*", Autostart, Change),
    ("/etc/anacrontab", Autostart, Change),
    ("/var/spool/cron/**", Autostart, Change),
    ("/usr/lib/cron/tabs/*", Autostart, Change),
    ("/var/spool/at/*", Autostart, Change),
    ("/etc/systemd/system/**", Autostart, Change),
    ("/etc/systemd/user/**", Autostart, Change),
    ("/lib/systemd/system/**", Autostart, Change),
    ("/usr/lib/systemd/**", Autostart, Change),
    ("/run/systemd/system/**", Autostart, Change),
    ("/etc/update-motd.d/*", Autostart, Change),
    ("/etc/NetworkManager/dispatcher.d/*", Autostart, Change),
    ("/etc/emond.d/**", Autostart, Change),
    ("/etc/xdg/autostart/*", Autostart, Change),
    ("/etc/X11/Xsession.d/*", Autostart, Change),
    ("/etc/periodic/**", Autostart, Change),
    ("/etc/acpi/events/*", Autostart, Change),
    ("~/.config/plasma-workspace/env/*", Autostart, Change),
    (
        "~/Library/Preferences/com.apple.loginitems.plist",
        Autostart,
        Change,
    ),
    ("/etc/ld.so.preload", AccessGrant, Change),
    ("/etc/modules-load.d/*", Autostart, Change),
    ("**/sitecustomize.py", Autostart, Change),
    ("**/usercustomize.py", Autostart, Change),
    ("**/site-packages/*.pth", Autostart, Change),
    ("**/dist-packages/*.pth", Autostart, Change),
    // Lets others in
    ("/root/.ssh/authorized_keys*", AccessGrant, Change),
    ("/etc/ssh/**", AccessGrant, Change),
    ("/etc/sudoers", AccessGrant, Change),
    ("/etc/sudoers.d/*", AccessGrant, Change),
    ("/etc/pam.d/*", AccessGrant, Change),
    ("/lib/security/pam_*.so", AccessGrant, Change),
    ("/lib/*/security/pam_*.so", AccessGrant, Change),
    ("/usr/lib/*/security/pam_*.so", AccessGrant, Change),
    ("/usr/lib/pam/pam_*.so*", AccessGrant, Change),
    ("/etc/polkit-1/**", AccessGrant, Change),
    ("/etc/doas.conf", AccessGrant, Change),
    ("/etc/security/**", AccessGrant, Change),
    ("/etc/audit/**", AccessGrant, Change),
    ("/etc/krb5.keytab", AccessGrant, Change),
    ("/etc/ca-certificates/**", AccessGrant, Change),
    ("/etc/pki/ca-trust/**", AccessGrant, Change),
    ("/etc/passwd", AccessGrant, Change),
    ("/etc/shadow*", AccessGrant, Change),
    ("/etc/group", AccessGrant, Change),
    ("/etc/gshadow*", AccessGrant, Change),
    ("/etc/security/*", AccessGrant, Change),
    ("/etc/ufw/*", AccessGrant, Change),
    ("/etc/default/ufw", AccessGrant, Change),
    ("/etc/pf.conf", AccessGrant, Change),
    ("/etc/nftables.conf", AccessGrant, Change),
    ("/etc/hosts.allow", AccessGrant, Change),
    ("/etc/hosts.deny", AccessGrant, Change),
    // Version control runs these
    ("**/.git/hooks/*.sample", Other, Change),
    ("**/.git/hooks/**", GitHook, Change),
    ("**/.git/config", GitHook, Change),
    ("~/.gitconfig", GitHook, Change),
    ("~/.config/git/config", GitHook, Change),
    ("~/.config/git/attributes", GitHook, Change),
    ("/etc/gitconfig", GitHook, Change),
    // Whole disks
    ("/dev/sd?", Disk, Change),
    ("/dev/sd??", Disk, Change),
    ("/dev/hd*", Disk, Change),
    ("/dev/vd*", Disk, Change),
    ("/dev/xvd*", Disk, Change),
    ("/dev/nvme*", Disk, Change),
    ("/dev/mmcblk*", Disk, Change),
    ("/dev/disk*", Disk, Change),
    ("/dev/disk/**", Disk, Change),
    ("/dev/rdisk*", Disk, Change),
    ("/dev/mapper/*", Disk, Change),
    ("/dev/dm-*", Disk, Change),
    ("/dev/md*", Disk, Change),
];

/// Each line: its pattern, its class, and the use for which it speaks; any use is told as reading.
pub(super) fn patterns() -> impl Iterator<Item = (&'static str, FileClass, Access)> {
    LINES.iter().map(|(pattern, class, on)| {
        let access = match on {
            Any | Read => Access::Read,
            Change => Access::Write,
        };
        (*pattern, *class, access)
    })
}

/// Real names for what wildcards in a typed path may stand for.
const SAMPLES: &[&str] = &[
    "~/.ssh/id_rsa",
    "~/.ssh/id_ed25519",
    "~/.ssh/authorized_keys",
    "~/.aws/credentials",
    "~/.kube/config",
    "~/.docker/config.json",
    "~/.config/gh/hosts.yml",
    "~/.git-credentials",
    "~/.netrc",
    "~/.npmrc",
    "~/.pypirc",
    "~/.pgpass",
    "~/.gnupg/secring.gpg",
    "~/.bashrc",
    "~/.zshrc",
    "~/.profile",
    "/etc/shadow",
    "/etc/sudoers",
    "/etc/crontab",
    "/dev/sda",
    "/dev/nvme0n1",
];

struct Line {
    glob: Glob,
    class: FileClass,
    on: On,
}

static TABLE: LazyLock<Vec<Line>> = LazyLock::new(|| {
    LINES
        .iter()
        .map(|(pattern, class, on)| Line {
            glob: Glob::new(pattern),
            class: *class,
            on: *on,
        })
        .collect()
});

/// Returns the class that the table gives to a path (`~/…` or absolute).
pub(super) fn find(subject: &str, access: Access) -> Option<FileClass> {
    let exact = look_up(subject, access);
    if exact.is_some() || !subject.contains(['*', '?', '[']) {
        return exact;
    }
    SAMPLES
        .iter()
        .filter(|sample| glob::can_name(subject, sample))
        .filter_map(|sample| look_up(sample, access))
        .min()
}

/// Where in the table the lines stand that may fit a path.
#[derive(Default)]
struct Places {
    /// Those that need a name.
    by_name: HashMap<&'static str, Vec<usize>>,
    /// Those that need none.
    others: Vec<usize>,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let mut places = Places::default();
    for (place, line) in TABLE.iter().enumerate() {
        match line.glob.needs() {
            Some(name) => places.by_name.entry(name).or_default().push(place),
            None => places.others.push(place),
        }
    }
    places
});

fn look_up(subject: &str, access: Access) -> Option<FileClass> {
    let subject = Names::of(subject);
    let named = (subject.iter()).filter_map(|name| PLACES.by_name.get(name));
    let places = named.chain([&PLACES.others]);
    // The first line that fits decides.
    let mut first: Option<(usize, FileClass)> = None;
    for place in places.flatten() {
        if first.is_none_or(|(known, _)| *place < known)
            && let Some(line) = TABLE.get(*place)
            && line.speaks_of(access)
            && line.glob.matches(&subject)
        {
            first = Some((*place, line.class));
        }
    }
    first.map(|(_, class)| class)
}

impl Line {
    fn speaks_of(&self, access: Access) -> bool {
        match self.on {
            Any => true,
            Read => access == Access::Read,
            Change => access != Access::Read,
        }
    }
}

/// Directories whose loss or copying as a whole is the loss of a machine or a home.
const TREES: &[&str] = &[
    "/",
    "/*",
    "~",
    "~/*",
    "~/.*",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/opt",
    "/private",
    "/root",
    "/sbin",
    "/srv",
    "/sys",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/var",
    "/var/lib",
    "/System",
    "/Library",
    "/Users",
    "/Applications",
    "~/.config",
    "~/Documents",
    "~/Desktop",
    "~/Pictures",
    "~/Library",
    "~/.local",
    "~/.local/share",
];

/// Returns [`FileClass::Tree`] for such a directory, or for all that is in one.
pub(super) fn tree(subject: &str) -> Option<FileClass> {
    let inside = subject.strip_suffix("/*").filter(|top| !top.is_empty());
    TREES
        .iter()
        .any(|top| top.eq_ignore_ascii_case(subject) || inside == Some(*top))
        .then_some(FileClass::Tree)
}
