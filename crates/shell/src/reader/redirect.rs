//! Redirections: files, `/dev/tcp`, heredocs and here-strings.
//!
//! **Invariant:** descriptors and the null device are not files; a network device is a host.

use brush_parser::ast::{IoFileRedirectKind, IoFileRedirectTarget, IoRedirect, Word};

use super::Reader;
use crate::expand;
use crate::grammar::Parsed;
use crate::words::{Field, Stream};

/// What the redirections of a command say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redirects {
    pub(crate) reads: Vec<String>,
    pub(crate) writes: Vec<String>,
    pub(crate) hosts: Vec<String>,
    /// What standard input reads instead.
    pub(crate) stdin: Option<Stream>,
    /// Standard output goes into a file, not down the pipe.
    pub(crate) stdout_taken: bool,
}

impl Redirects {
    /// Adds those of a surrounding command.
    pub(crate) fn surround(&mut self, outer: &Self) {
        self.reads.extend(outer.reads.iter().cloned());
        self.writes.extend(outer.writes.iter().cloned());
        self.hosts.extend(outer.hosts.iter().cloned());
        self.stdout_taken |= outer.stdout_taken;
    }

    /// Whether they touch anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.reads.is_empty()
            && self.writes.is_empty()
            && self.hosts.is_empty()
            && self.stdin.is_none()
    }
}

/// Takes in one redirection.
pub(crate) fn take(
    reader: &mut Reader<'_>,
    parsed: &Parsed<'_>,
    redirect: &IoRedirect,
    into: &mut Redirects,
) {
    match redirect {
        IoRedirect::File(descriptor, kind, target) => {
            if let IoFileRedirectTarget::Filename(word) | IoFileRedirectTarget::Duplicate(word) =
                target
            {
                let field = expand::single(reader, parsed.raw(word));
                file(reader, *descriptor, kind, field, into);
            }
        }
        IoRedirect::OutputAndError(word, _) => {
            let field = expand::single(reader, parsed.raw(word));
            file(reader, None, &IoFileRedirectKind::Write, field, into);
        }
        IoRedirect::HereString(_, word) => {
            let field = expand::single(reader, parsed.raw(word));
            let line = field.with_text(format!("{}\n", field.text));
            into.stdin = Some(Stream::given(&line, "<<<"));
        }
        IoRedirect::HereDocument(_, here) => {
            let body = body(parsed, &here.doc, here.remove_tabs);
            let literal = parsed.raw(&here.here_end).contains(['\'', '"', '\\']);
            let field = if literal {
                Field::plain(body)
            } else {
                expand::heredoc(reader, &body)
            };
            into.stdin = Some(Stream::given(&field, "<<"));
        }
    }
}

fn body(parsed: &Parsed<'_>, word: &Word, remove_tabs: bool) -> String {
    let raw = parsed.raw(word);
    if !remove_tabs {
        return raw.to_owned();
    }
    raw.split_inclusive('\n')
        .map(|line| line.trim_start_matches('\t'))
        .collect()
}

fn file(
    reader: &mut Reader<'_>,
    descriptor: Option<i32>,
    kind: &IoFileRedirectKind,
    mut field: Field,
    into: &mut Redirects,
) {
    use IoFileRedirectKind as Kind;
    let duplicate = matches!(kind, Kind::DuplicateInput | Kind::DuplicateOutput);
    let text = field.text.as_str();
    let number = text.strip_suffix('-').unwrap_or(text);
    if duplicate && number.bytes().all(|byte| byte.is_ascii_digit()) {
        into.stdout_taken |= text == "2" && descriptor.is_none_or(|descriptor| descriptor == 1);
        return;
    }
    let reads = matches!(kind, Kind::Read | Kind::DuplicateInput | Kind::ReadAndWrite);
    let writes = !matches!(kind, Kind::Read | Kind::DuplicateInput);
    if let Some(feed) = field.feed.take() {
        if reads && descriptor.is_none_or(|descriptor| descriptor == 0) {
            into.stdin = Some(*feed);
        }
        return;
    }
    if let Some(host) = network_device(text) {
        into.hosts.push(host);
        return;
    }
    if !field.sinks.is_empty() {
        return;
    }
    into.stdout_taken |=
        writes && descriptor.is_none_or(|descriptor| descriptor == 1) && text != "/dev/stdout";
    if is_sink(text) {
        return;
    }
    let path = reader.path(text);
    if reads {
        if descriptor.is_none_or(|descriptor| descriptor == 0) {
            let known = reader.file(&path);
            into.stdin = Some(Stream {
                text: known,
                steps: vec!["<"],
                ..Stream::default()
            });
        }
        into.reads.push(path.clone());
    }
    if writes {
        into.writes.push(path);
    }
}

/// `/dev/tcp/host/port` and `/dev/udp/host/port` (bash manual, Redirections) as `host:port`.
pub(crate) fn network_device(path: &str) -> Option<String> {
    let address = path
        .strip_prefix("/dev/tcp/")
        .or_else(|| path.strip_prefix("/dev/udp/"))?;
    Some(address.replacen('/', ":", 1))
}

/// Devices that keep nothing.
fn is_sink(path: &str) -> bool {
    matches!(
        path,
        "/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/stdin" | "/dev/tty" | ""
    ) || path.starts_with("/dev/fd/")
}
