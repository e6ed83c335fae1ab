//! Calls that reach somebody: connections, datagrams, questions for names.

use super::{Caller, Desk, Shared, later};
use crate::fence::address::{self, LONGEST, Named};
use crate::fence::judge::NAMES;
use crate::fence::memory::Memory;
use crate::fence::notice::{Notice, Reply};
use crate::fence::query;
use crate::fence::socket::{HEADER_OF_MANY, Message, Socket, find, memory_of, own_link};
use crate::fence::told::Outcome;
use crate::{Deed, Endpoint, FileUse, RuleNumber};
use ringfence_event::Transport;
use rustix::net::{AddressFamily, SocketAddrAny};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Most messages that one call sends (`UIO_MAXIOV`, sendmmsg(2)); more go in the next.
const MOST_MESSAGES: u64 = 1024;

/// Where HTTP/3 is served, over datagrams (RFC 9114, section 3.1).
const QUIC: u16 = 443;

/// Where the system's services answer questions for names: they would go past the proxy.
const RESOLVERS: [&str; 2] = ["/run/systemd/resolve/", "/run/nscd/"];

fn endpoint(address: IpAddr, port: u16, socket: &Socket) -> Endpoint {
    let transport = if socket.is_stream() {
        Transport::Tcp
    } else {
        Transport::Udp
    };
    Endpoint::Inet {
        address,
        port,
        transport,
    }
}

/// Errors that only say that it is not done yet.
fn outcome(result: &io::Result<()>) -> Outcome {
    match result.as_ref().err().and_then(io::Error::raw_os_error) {
        None | Some(libc::EINPROGRESS | libc::EAGAIN) => Outcome::DONE,
        Some(error) => Outcome::failed(error),
    }
}

fn reply_of(result: io::Result<()>) -> Reply {
    result.map_or_else(Reply::from, |()| Reply::Done(0))
}

fn socket_address(address: SocketAddrAny) -> Option<SocketAddr> {
    SocketAddr::try_from(address).ok()
}

/// Who a connected socket talks to.
fn peer(socket: &Socket) -> Option<(IpAddr, u16)> {
    let address = socket_address(rustix::net::getpeername(&socket.copy).ok()??)?;
    Some((address.ip().to_canonical(), address.port()))
}

/// Connects and tells it, wherever it runs.
fn do_connect(
    shared: &Shared,
    caller: Caller,
    socket: &Socket,
    bytes: &[u8],
    to: Option<Endpoint>,
) -> Reply {
    let result = socket.connect(bytes);
    let outcome = outcome(&result);
    if shared.is_cut_off && outcome.error.is_none() && socket.is_stream() {
        let own = rustix::net::getsockname(&socket.copy).ok();
        if let Some(own) = own.and_then(socket_address) {
            shared.remember(own.port(), caller.who);
        }
    }
    if let Some(to) = to {
        shared
            .teller
            .tell(caller.who, Deed::Connect { to }, outcome);
    }
    reply_of(result)
}

impl Desk {
    pub(super) fn connect(&mut self, notice: &Notice, caller: Caller) -> Option<Reply> {
        match self.try_connect(notice, caller) {
            Ok(reply) => reply,
            Err(error) => Some(self.not_done("connect", error)),
        }
    }

    /// A call that would have failed anyhow fails so; one that can't be looked into is counted.
    fn not_done(&self, kind: &'static str, error: io::Error) -> Reply {
        if matches!(
            error.raw_os_error(),
            Some(libc::EPERM | libc::EACCES | libc::ESRCH)
        ) {
            return self.unreadable(kind);
        }
        self.shared.teller.not_told(kind);
        Reply::from(error)
    }

    fn try_connect(&mut self, notice: &Notice, caller: Caller) -> io::Result<Option<Reply>> {
        let socket = Socket::take(notice, caller.who.process.pid, notice.int(0))?;
        let length = usize::try_from(notice.int(2)).unwrap_or(usize::MAX);
        if length > LONGEST {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        let memory = memory_of(&self.shared.listener, notice)?;
        let bytes = memory.exact(notice.word(1), length)?;
        if !socket.is_inet() {
            return self.connect_here(notice, caller, &socket, &bytes).map(Some);
        }
        let mut to = None;
        if let Named::Inet(address, port) = address::read(&bytes) {
            let place = endpoint(address, port, &socket);
            if let Some(rule) = self.shared.rules.denies_address(address, port) {
                return Ok(Some(self.deny(caller, Deed::Connect { to: place }, rule)));
            }
            if self.refuses(&socket, port) {
                return Ok(Some(self.unavailable(caller, Deed::Connect { to: place })));
            }
            to = Some(place);
        }
        if socket.is_stream() && socket.may_wait() {
            later(&self.shared, *notice, move |shared| {
                do_connect(shared, caller, &socket, &bytes, to)
            });
            return Ok(None);
        }
        Ok(Some(do_connect(&self.shared, caller, &socket, &bytes, to)))
    }

    /// A socket that stays on this machine. Whoever answers it looks at the caller's process id, so
    /// the kernel does it for the caller itself, unless others could swap the socket meanwhile.
    fn connect_here(
        &mut self,
        notice: &Notice,
        caller: Caller,
        socket: &Socket,
        bytes: &[u8],
    ) -> io::Result<Reply> {
        let mut place = None;
        if socket.family == AddressFamily::UNIX {
            let path = match address::read(bytes) {
                Named::Path(path) => {
                    let base = format!("/proc/{}/cwd", notice.thread);
                    let found = find(notice, caller.who.process.pid, &base, &path)?;
                    let path = found.path.clone();
                    place = Some(found);
                    path
                }
                Named::Abstract(name) => format!("@{}", String::from_utf8_lossy(&name)),
                _ => return Ok(Reply::Go),
            };
            let to = Endpoint::Unix { path: path.clone() };
            if let Some(rule) = self.denies_socket(&path, caller) {
                return Ok(self.deny(caller, Deed::Connect { to }, rule));
            }
            if self.shared.is_cut_off && RESOLVERS.iter().any(|one| path.starts_with(one)) {
                return Ok(self.unavailable(caller, Deed::Connect { to }));
            }
            self.shared
                .teller
                .tell(caller.who, Deed::Connect { to }, Outcome::DONE);
        }
        if !caller.has_threads || !self.shared.rules.guards_network() {
            return Ok(Reply::Go);
        }
        let bytes = match &place {
            // The path would be looked up once more, and from where we are.
            Some(place) => unix_address(&own_link(&place.handle)),
            None => bytes.to_vec(),
        };
        Ok(reply_of(socket.connect(&bytes)))
    }

    /// Whether nobody is to be reached so, though no rule denies it.
    fn refuses(&self, socket: &Socket, port: u16) -> bool {
        self.shared.refuses_quic && port == QUIC && !socket.is_stream()
    }

    /// As if nobody listened there.
    fn unavailable(&self, caller: Caller, deed: Deed) -> Reply {
        let refused = Outcome::failed(libc::ECONNREFUSED);
        self.shared.teller.tell(caller.who, deed, refused);
        Reply::Fail(libc::ECONNREFUSED)
    }

    fn denies_socket(&self, path: &str, caller: Caller) -> Option<RuleNumber> {
        let member = self.tree.get(caller.who.process.pid);
        let program = member.and_then(|member| member.executable.as_deref());
        self.shared.rules.denies_file(path, FileUse::Write, program)
    }

    pub(super) fn send_to(&mut self, notice: &Notice, caller: Caller) -> Option<Reply> {
        let names_nobody = notice.word(4) == 0;
        let read = |memory: &Memory| Message::of_send_to(memory, notice);
        let socket = match Socket::take(notice, caller.who.process.pid, notice.int(0)) {
            // Most short sends are not questions: streams, and sockets of this machine.
            Ok(socket) if names_nobody && (!socket.is_inet() || socket.is_stream()) => {
                return Some(Reply::Go);
            }
            Ok(socket) => socket,
            Err(_) if names_nobody => return Some(Reply::Go),
            Err(error) => return Some(self.not_done("send", error)),
        };
        if names_nobody && peer(&socket).is_none_or(|(_, port)| port != NAMES) {
            return Some(Reply::Go);
        }
        let message = memory_of(&self.shared.listener, notice).and_then(|memory| read(&memory));
        match message {
            Ok(message) => self.send(notice, caller, socket, message, notice.int(3)),
            Err(error) => Some(self.not_done("send", error)),
        }
    }

    pub(super) fn send_message(&mut self, notice: &Notice, caller: Caller) -> Option<Reply> {
        let socket = match Socket::take(notice, caller.who.process.pid, notice.int(0)) {
            Ok(socket) if socket.is_inet() && !socket.is_stream() => socket,
            // Descriptors and credentials travel only by the caller's own hand.
            Ok(_) => return Some(Reply::Go),
            Err(error) => return Some(self.not_done("send", error)),
        };
        let message = memory_of(&self.shared.listener, notice)
            .and_then(|memory| Message::of_header(&memory, notice.word(1)));
        match message {
            Ok(message) => self.send(notice, caller, socket, message, notice.int(2)),
            Err(error) => Some(self.not_done("send", error)),
        }
    }

    /// Several messages are sent one by one; as the kernel does it, the first that fails ends it.
    pub(super) fn send_messages(&mut self, notice: &Notice, caller: Caller) -> Reply {
        let socket = match Socket::take(notice, caller.who.process.pid, notice.int(0)) {
            Ok(socket) if socket.is_inet() && !socket.is_stream() => socket,
            Ok(_) => return Reply::Go,
            Err(error) => return self.not_done("send", error),
        };
        let memory = match memory_of(&self.shared.listener, notice) {
            Ok(memory) => memory,
            Err(error) => return self.not_done("send", error),
        };
        // The count is an `unsigned int`.
        let count = (notice.word(2) & 0xffff_ffff).min(MOST_MESSAGES);
        let mut sent = 0;
        while sent < count {
            let at = notice.word(1).wrapping_add(sent * HEADER_OF_MANY);
            let one = Message::of_header(&memory, at).map_err(Reply::from);
            let done = one.and_then(|message| {
                self.check(caller, &socket, &message)?;
                send_now(&socket, message, notice.int(3)).map_err(Reply::from)
            });
            let reply = match done {
                Ok(length) => {
                    let length = u32::try_from(length).unwrap_or(u32::MAX).to_ne_bytes();
                    let place = at.wrapping_add(56);
                    Memory::write(notice.thread, place, &length).map_err(Reply::from)
                }
                Err(reply) => Err(reply),
            };
            match reply {
                Ok(()) => sent += 1,
                Err(reply) if sent == 0 => return reply,
                Err(_) => break,
            }
        }
        Reply::Done(i64::try_from(sent).unwrap_or(i64::MAX))
    }

    /// Judges one datagram and tells it; an error is what the call fails with.
    fn check(&self, caller: Caller, socket: &Socket, message: &Message) -> Result<(), Reply> {
        let named = message.address.as_deref().map(address::read);
        let to = match named {
            Some(Named::Inet(address, port)) => Some((address, port)),
            Some(_) => None,
            None => peer(socket),
        };
        if let Some((address, port)) = to
            && message.address.is_some()
        {
            let deed = Deed::Send {
                to: endpoint(address, port, socket),
            };
            if let Some(rule) = self.shared.rules.denies_address(address, port) {
                return Err(self.deny(caller, deed, rule));
            }
            if self.refuses(socket, port) {
                return Err(self.unavailable(caller, deed));
            }
            self.shared.teller.tell(caller.who, deed, Outcome::DONE);
        }
        if to.is_some_and(|(_, port)| port == NAMES)
            && let Some(question) = query::read(&message.bytes)
        {
            let denied = self.shared.rules.denies_name(&question.name);
            let deed = Deed::Query {
                name: question.name,
                record: question.record,
            };
            if let Some(rule) = denied {
                return Err(self.deny(caller, deed, rule));
            }
            self.shared.teller.tell(caller.who, deed, Outcome::DONE);
        }
        Ok(())
    }

    fn send(
        &mut self,
        notice: &Notice,
        caller: Caller,
        socket: Socket,
        mut message: Message,
        flags: i32,
    ) -> Option<Reply> {
        if let Err(reply) = self.check(caller, &socket, &message) {
            return Some(reply);
        }
        let sent = socket.send(&mut message, flags | libc::MSG_DONTWAIT);
        let full = sent
            .as_ref()
            .is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        if full && flags & libc::MSG_DONTWAIT == 0 && socket.may_wait() {
            let shared = Arc::clone(&self.shared);
            later(&shared, *notice, move |_| {
                socket
                    .send(&mut message, flags)
                    .map_or_else(Reply::from, length)
            });
            return None;
        }
        Some(sent.map_or_else(Reply::from, length))
    }

    pub(super) fn listen(&mut self, notice: &Notice, caller: Caller) -> Reply {
        let Ok(socket) = Socket::take(notice, caller.who.process.pid, notice.int(0)) else {
            return Reply::Go;
        };
        let own = rustix::net::getsockname(&socket.copy)
            .ok()
            .and_then(socket_address);
        if let Some(own) = own
            && !own.ip().to_canonical().is_loopback()
        {
            let at = endpoint(own.ip().to_canonical(), own.port(), &socket);
            self.shared
                .teller
                .tell(caller.who, Deed::Listen { at }, Outcome::DONE);
        }
        Reply::Go
    }
}

fn length(sent: usize) -> Reply {
    Reply::Done(i64::try_from(sent).unwrap_or(i64::MAX))
}

/// One of several messages: where there is no room, the caller tries the rest again.
fn send_now(socket: &Socket, mut message: Message, flags: i32) -> io::Result<usize> {
    socket.send(&mut message, flags | libc::MSG_DONTWAIT)
}

/// The address of a Unix socket by path (unix(7)).
fn unix_address(path: &str) -> Vec<u8> {
    let family = u16::try_from(libc::AF_UNIX)
        .unwrap_or_default()
        .to_ne_bytes();
    [&family[..], path.as_bytes(), &[0]].concat()
}
