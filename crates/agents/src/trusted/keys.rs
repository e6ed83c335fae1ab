//! Which settings weigh, as data: the name, what it must become, and what that means.
//!
//! Names are written in lower case and joined by dots; `*` is any part of one. The first line that
//! fits decides. Sources: each maker's reference of its settings.

use ringfence_event::DifferenceKind;
use serde_json::Value;

/// What must happen to a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// It is one of these now.
    Is(&'static [&'static str]),
    /// It is anything now, and is not one of these.
    Set(&'static [&'static str]),
    /// Its text begins so.
    Begins(&'static str),
    /// Its list has more in it.
    Gains,
    /// Its list, or the setting itself, has less in it.
    Loses,
}

use DifferenceKind::{AutoApproval, Command, Endpoint, GitCommand, GuardLoosened, PermissionAdded};
use When::{Begins, Gains, Is, Loses, Set};

const ON: When = Is(&["true", "on", "always"]);
const OFF: When = Is(&["false", "off", "never"]);
const ANY: When = Set(&[]);

const KEYS: &[(&str, When, DifferenceKind)] = &[
    // What holds the agent back
    ("disableallhooks", ON, GuardLoosened),
    ("hooksconfig.enabled", OFF, GuardLoosened),
    ("*enablehooks", OFF, GuardLoosened),
    ("features.*hooks", OFF, GuardLoosened),
    ("sandbox.enabled", OFF, GuardLoosened),
    ("sandbox.allowunsandboxedcommands", ON, GuardLoosened),
    ("sandbox_mode", Is(&["danger-full-access"]), GuardLoosened),
    ("sandbox_workspace_write.network_access", ON, GuardLoosened),
    ("tools.sandbox", OFF, GuardLoosened),
    ("sandbox.excludedcommands", Gains, GuardLoosened),
    ("permissions.deny", Loses, GuardLoosened),
    ("permissions.ask", Loses, GuardLoosened),
    (
        "permissions.disablebypasspermissionsmode",
        Loses,
        GuardLoosened,
    ),
    ("*excludetools", Loses, GuardLoosened),
    ("tools.exclude", Loses, GuardLoosened),
    ("security.foldertrust.enabled", OFF, GuardLoosened),
    ("security.workspace.trust.enabled", OFF, GuardLoosened),
    (
        "security.workspace.trust.untrustedfiles",
        Is(&["open"]),
        GuardLoosened,
    ),
    ("http.sslverify", OFF, GuardLoosened),
    ("http.*.sslverify", OFF, GuardLoosened),
    ("strict-ssl", OFF, GuardLoosened),
    (
        "env.node_tls_reject_unauthorized",
        Is(&["0"]),
        GuardLoosened,
    ),
    ("protocol.*.allow", Is(&["always"]), GuardLoosened),
    // What it asks about
    ("*autoapprove", ON, AutoApproval),
    ("*autoapprove", Gains, AutoApproval),
    ("*autoapprove.*", ON, AutoApproval),
    ("*alwaysallow", Gains, AutoApproval),
    ("*autoaccept", ON, AutoApproval),
    ("*dangerouslyallowall", ON, AutoApproval),
    ("*trust", Is(&["true"]), AutoApproval),
    ("enableallprojectmcpservers", ON, AutoApproval),
    (
        "permissions.defaultmode",
        Is(&["bypasspermissions", "acceptedits", "dontask", "auto"]),
        AutoApproval,
    ),
    (
        "*approvalmode",
        Is(&["yolo", "auto_edit", "autoedit", "unrestricted"]),
        AutoApproval,
    ),
    (
        "*approval_policy",
        Is(&["never", "on-failure"]),
        AutoApproval,
    ),
    ("permission", Is(&["allow"]), AutoApproval),
    ("permission.*", Is(&["allow"]), AutoApproval),
    ("agent.*.permission.*", Is(&["allow"]), AutoApproval),
    ("skip*permissionprompt", ON, AutoApproval),
    ("bypasspermissionsmodeaccepted", ON, AutoApproval),
    ("task.allowautomatictasks", ON, AutoApproval),
    ("yes-always", ON, AutoApproval),
    // Git runs these
    ("core.fsmonitor", Set(&["true", "false"]), GitCommand),
    ("core.hookspath", ANY, GitCommand),
    ("core.sshcommand", ANY, GitCommand),
    ("core.pager", ANY, GitCommand),
    ("core.editor", ANY, GitCommand),
    ("core.askpass", ANY, GitCommand),
    ("core.gitproxy", ANY, GitCommand),
    ("core.alternaterefscommand", ANY, GitCommand),
    ("sequence.editor", ANY, GitCommand),
    ("gpg.program", ANY, GitCommand),
    ("gpg.*.program", ANY, GitCommand),
    ("credential.helper", ANY, GitCommand),
    ("credential.*.helper", ANY, GitCommand),
    ("filter.*.clean", ANY, GitCommand),
    ("filter.*.smudge", ANY, GitCommand),
    ("filter.*.process", ANY, GitCommand),
    ("diff.external", ANY, GitCommand),
    ("diff.*.command", ANY, GitCommand),
    ("diff.*.textconv", ANY, GitCommand),
    ("merge.*.driver", ANY, GitCommand),
    ("mergetool.*.cmd", ANY, GitCommand),
    ("difftool.*.cmd", ANY, GitCommand),
    ("alias.*", Begins("!"), GitCommand),
    ("pager.*", Set(&["true", "false"]), GitCommand),
    ("include.path", ANY, GitCommand),
    ("includeif.*.path", ANY, GitCommand),
    ("remote.*.uploadpack", ANY, GitCommand),
    ("remote.*.receivepack", ANY, GitCommand),
    ("remote.*.vcs", ANY, GitCommand),
    ("remote.*.url", Begins("ext::"), GitCommand),
    ("uploadpack.packobjectshook", ANY, GitCommand),
    ("init.templatedir", ANY, GitCommand),
    ("submodule.*.update", Begins("!"), GitCommand),
    ("browser.*.cmd", ANY, GitCommand),
    ("scripts.preinstall", ANY, Command),
    ("scripts.install", ANY, Command),
    ("scripts.postinstall", ANY, Command),
    ("scripts.prepare", ANY, Command),
    ("scripts.prepublish", ANY, Command),
    ("scripts.preprepare", ANY, Command),
    ("scripts.postprepare", ANY, Command),
    // Agents and editors run these
    ("*statusline.command", ANY, Command),
    ("apikeyhelper", ANY, Command),
    ("awsauthrefresh", ANY, Command),
    ("awscredentialexport", ANY, Command),
    ("gcpauthrefresh", ANY, Command),
    ("otelheadershelper", ANY, Command),
    ("filesuggestion.command", ANY, Command),
    ("notify", ANY, Command),
    ("then.command", ANY, Command),
    ("*discoverycommand", ANY, Command),
    ("*callcommand", ANY, Command),
    ("git.path", ANY, Command),
    ("*executablepath", ANY, Command),
    ("terminal.integrated.env.*", ANY, Command),
    ("terminal.integrated.*profile*", ANY, Command),
    ("initializecommand*", ANY, Command),
    ("oncreatecommand*", ANY, Command),
    ("updatecontentcommand*", ANY, Command),
    ("postcreatecommand*", ANY, Command),
    ("poststartcommand*", ANY, Command),
    ("postattachcommand*", ANY, Command),
    ("env.path", ANY, Command),
    ("env.ld_preload", ANY, Command),
    ("env.dyld_insert_libraries", ANY, Command),
    ("env.node_options", ANY, Command),
    ("env.bash_env", ANY, Command),
    ("env.pythonstartup", ANY, Command),
    ("env.git_ssh_command", ANY, Command),
    // Where it talks to
    ("env.*_base_url", ANY, Endpoint),
    ("env.*_api_base", ANY, Endpoint),
    ("env.*_endpoint", ANY, Endpoint),
    ("env.*_proxy", Set(&[""]), Endpoint),
    ("*base_url", ANY, Endpoint),
    ("*baseurl", ANY, Endpoint),
    ("http.proxy", Set(&[""]), Endpoint),
    ("*proxy", Begins("http"), Endpoint),
    ("registry", ANY, Endpoint),
    ("*:registry", ANY, Endpoint),
    ("url.*.insteadof", ANY, Endpoint),
    ("url.*.insteadof", Gains, Endpoint),
    // What it may do without being asked
    ("*permissions.allow", Gains, PermissionAdded),
    ("permissions.additionaldirectories", Gains, PermissionAdded),
    ("*allowedtools", Gains, PermissionAdded),
    ("tools.allowed", Gains, PermissionAdded),
    ("tools.core", Gains, PermissionAdded),
    ("coretools", Gains, PermissionAdded),
    ("sandbox.network.*", Gains, PermissionAdded),
    ("*enabledmcpjsonservers", Gains, PermissionAdded),
    ("enabledplugins.*", ON, PermissionAdded),
    ("extraknownmarketplaces.*", ANY, PermissionAdded),
    ("projects.*.trust_level", Is(&["trusted"]), PermissionAdded),
    ("*hastrustdialogaccepted", ON, PermissionAdded),
];

/// What everybody has, word for word: Git LFS as `git lfs install` sets it up, and husky.
const USUAL: &[(&str, &str)] = &[
    ("filter.lfs.clean", "git-lfs clean -- %f"),
    ("filter.lfs.smudge", "git-lfs smudge -- %f"),
    ("filter.lfs.process", "git-lfs filter-process"),
    ("scripts.prepare", "husky"),
    ("scripts.prepare", "husky install"),
];

/// What happened to a setting that is no list.
pub(super) fn of_scalar(key: &str, new: Option<&Value>) -> Option<DifferenceKind> {
    let key = key.to_lowercase();
    let text = new.map(|value| plain(value).to_lowercase());
    let usual = |text: &str| USUAL.contains(&(key.as_str(), text));
    if text.as_deref().is_some_and(usual) {
        return None;
    }
    let fits = |when: &When| match (when, text.as_deref()) {
        (Is(values), Some(text)) => values.contains(&text),
        (Set(except), Some(text)) => text != "null" && !except.contains(&text),
        (Begins(start), Some(text)) => text.starts_with(start),
        (Loses, None) => true,
        _ => false,
    };
    find(&key, fits)
}

/// What it means that a list has one more item.
pub(super) fn of_gain(key: &str, item: &str) -> Option<DifferenceKind> {
    let key = key.to_lowercase();
    let found = find(&key, |when| *when == Gains)
        // A name that git knows more than once is a list to us.
        .or_else(|| of_scalar(&key, Some(&Value::from(item))))?;
    Some(match found {
        PermissionAdded if allows_everything(item) => AutoApproval,
        other => other,
    })
}

/// What it means that a list has one less.
pub(super) fn of_loss(key: &str) -> Option<DifferenceKind> {
    find(&key.to_lowercase(), |when| *when == Loses)
}

fn find(key: &str, fits: impl Fn(&When) -> bool) -> Option<DifferenceKind> {
    let mut lines = KEYS.iter();
    lines
        .find(|(pattern, when, _)| fits(when) && matches(pattern, key))
        .map(|(_, _, kind)| *kind)
}

/// A permission that leaves nothing to be asked: every command, every file, every tool.
fn allows_everything(item: &str) -> bool {
    let inside = |name: &str| {
        let rest = item.strip_prefix(name);
        rest.is_some_and(|rest| matches!(rest, "" | "(*)" | "(:*)" | "(**)" | "(*:*)" | "(/**)"))
    };
    let tools = [
        "Bash",
        "Shell",
        "Edit",
        "Write",
        "run_shell_command",
        "shell",
    ];
    item == "*" || tools.into_iter().any(inside)
}

/// A value as a person would type it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether a name fits a pattern with `*`, in time linear in both.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut left) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        let Some(at) = left.find(part) else {
            return false;
        };
        left = left.get(at + part.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_names() {
        let cases = [
            ("a", "a", true),
            ("a", "ab", false),
            ("*autoapprove", "chat.tools.autoapprove", true),
            ("*autoapprove.*", "chat.autoapprove.rm", true),
            ("filter.*.clean", "filter.lfs.clean", true),
            ("filter.*.clean", "filter.clean", false),
            ("alias.*", "alias.x", true),
        ];
        for (pattern, name, wanted) in cases {
            assert_eq!(matches(pattern, name), wanted, "{pattern} {name}");
        }
    }

    #[test]
    fn patterns_are_in_lower_case() {
        for (pattern, ..) in KEYS {
            assert_eq!(*pattern, pattern.to_lowercase());
        }
    }
}
