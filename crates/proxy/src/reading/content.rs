//! What `Content-Encoding` undoes: gzip, deflate, brotli, zstd, piece by piece, with limits.
//!
//! **Invariant:** a body unpacks to at most [`LARGEST`] bytes, and to at most [`RATIO`] times what
//! came once it is over [`FREE`]: beyond that it is a bomb and reading ends. A window that a body wants
//! is 16 MiB at most. Nothing is ever an error for who passes the bytes on.

use super::framing::LONGEST;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ringfence_event::NotRead;
use std::io::{self, Write};

/// What a whole body may unpack to.
pub const LARGEST: usize = 64 * 1024 * 1024;
/// How many times its size a body may unpack to.
pub const RATIO: usize = 200;
/// Up to here no ratio counts: small texts pack well.
pub const FREE: usize = 1024 * 1024;
/// What one step may unpack to.
const MOST_AT_ONCE: usize = 8 * 1024 * 1024;
/// Bytes that go into a decoder at once, so that what comes out stays small.
const STEP: usize = 4096;
/// The largest window of zstd, as RFC 8878 recommends: eight megabytes.
const ZSTD_WINDOW_LOG: u32 = 23;
/// What zstd says of a larger one.
const ZSTD_WINDOW_TOO_LARGE: &str = "too much memory";
/// Begins a stream of brotli with a window of up to a gigabyte, which RFC 7932 does not have.
const BROTLI_LARGE_WINDOW: u8 = 0x11;
/// The buffer between brotli and us.
const BROTLI_BUFFER: usize = 16 * 1024;

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// gzip (RFC 1952).
    Gzip,
    /// zlib (RFC 1950), or raw deflate as some send it.
    Deflate,
    /// Brotli (RFC 7932).
    Brotli,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Coding {
    /// Reads one word of `Content-Encoding`; `None` of one that we can't undo.
    pub fn from_name(name: &str) -> Option<Coding> {
        match name.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Coding::Gzip),
            "deflate" => Some(Coding::Deflate),
            "br" => Some(Coding::Brotli),
            "zstd" => Some(Coding::Zstd),
            _ => None,
        }
    }

    /// The name that findings say.
    pub fn name(self) -> &'static str {
        match self {
            Coding::Gzip => "gzip",
            Coding::Deflate => "deflate",
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
        }
    }

    /// Knows a packed text by its first bytes.
    pub fn sniff(bytes: &[u8]) -> Option<Coding> {
        match bytes {
            [0x1f, 0x8b, 8, ..] => Some(Coding::Gzip),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Some(Coding::Deflate),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Coding::Zstd),
            _ => None,
        }
    }

    /// Memory of a decoder by itself, and of its window once it is full.
    fn memory(self) -> (usize, usize) {
        match self {
            Coding::Gzip | Coding::Deflate => (48 * 1024, 0),
            Coding::Brotli => (64 * 1024, 16 * 1024 * 1024),
            Coding::Zstd => (256 * 1024, 1 << ZSTD_WINDOW_LOG),
        }
    }
}

/// Knows what is packed in a way that is not undone: zip, xz, bzip2, 7z, RAR.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    let begins: [&[u8]; 5] = [
        b"PK\x03\x04",
        b"\xfd7zXZ\0",
        b"BZh",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07",
    ];
    // Letters alone are no sign: the size of a block follows those of bzip2, and its own magic that.
    begins.iter().any(|begin| bytes.starts_with(begin))
        && (!bytes.starts_with(b"BZh") || bytes.get(4..10) == Some(b"1AY&SY"))
}

/// How far the reading of a packed body came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// On its way.
    Reading,
    /// It is not what it says it is: nothing more is read.
    Broken,
    /// It unpacks to far more than it is: nothing more is read.
    Bomb,
    /// It wants a larger window than it gets: nothing more is read.
    Greedy,
}

impl State {
    /// Why nothing more is read.
    pub(crate) fn why(self) -> Option<NotRead> {
        match self {
            State::Reading => None,
            State::Broken => Some(NotRead::Broken),
            State::Bomb => Some(NotRead::Bomb),
            State::Greedy => Some(NotRead::Length),
        }
    }
}

/// Undoes codings, the last one first.
pub struct Content {
    layers: Vec<Layer>,
    state: State,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self
            .layers
            .iter()
            .map(|layer| layer.coding.name())
            .collect();
        write!(formatter, "Content({names:?}, {:?})", self.state)
    }
}

/// Longest chain of codings that is undone.
const MOST_LAYERS: usize = 3;

impl Content {
    /// Reads the header's value; `None` if it names what we can't undo, or too much.
    pub fn read(encoding: &str) -> Option<Content> {
        let mut layers = Vec::new();
        for name in encoding.split(',') {
            let name = name.trim();
            if name.is_empty() || name.eq_ignore_ascii_case("identity") {
                continue;
            }
            layers.push(Layer::new(Coding::from_name(name)?)?);
        }
        layers.reverse();
        (layers.len() <= MOST_LAYERS).then_some(Content {
            layers,
            state: State::Reading,
        })
    }

    /// The names of what is undone, outermost first.
    pub fn names(&self) -> Vec<String> {
        let layers = self.layers.iter();
        layers.map(|layer| layer.coding.name().to_owned()).collect()
    }

    /// How far it came.
    pub fn state(&self) -> State {
        self.state
    }

    /// Memory that undoing takes by now.
    pub(crate) fn held(&self) -> usize {
        self.layers.iter().map(Layer::held).sum()
    }

    /// Takes the next piece and tells what it unpacks to, in small parts.
    pub fn push(&mut self, piece: &[u8], tell: &mut dyn FnMut(&[u8])) {
        if self.layers.is_empty() {
            return tell(piece);
        }
        for step in piece.chunks(STEP) {
            if self.state != State::Reading {
                return;
            }
            self.state = through(&mut self.layers, step, tell);
        }
    }

    /// Ends the body and tells what was still held.
    pub fn finish(&mut self, tell: &mut dyn FnMut(&[u8])) {
        if self.state != State::Reading {
            return;
        }
        let mut layers = self.layers.as_mut_slice();
        while let Some((first, rest)) = layers.split_first_mut() {
            let last = first.flush();
            if !last.is_empty() && through(rest, &last, tell) != State::Reading {
                return;
            }
            layers = rest;
        }
    }
}

/// Passes bytes through all layers.
fn through(layers: &mut [Layer], bytes: &[u8], tell: &mut dyn FnMut(&[u8])) -> State {
    let Some((first, rest)) = layers.split_first_mut() else {
        tell(bytes);
        return State::Reading;
    };
    let (out, state) = first.push(bytes);
    let mut after = State::Reading;
    for step in out.chunks(if rest.is_empty() { usize::MAX } else { STEP }) {
        after = through(rest, step, tell);
        if after != State::Reading {
            break;
        }
    }
    if state == State::Reading {
        after
    } else {
        state
    }
}

/// What a packed text gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// What came out, or the beginning of it.
    pub bytes: Vec<u8>,
    /// Why that is not all.
    pub missed: Option<NotRead>,
    /// Bytes that came out, be it that they were not kept.
    pub spent: usize,
}

/// Unpacks a whole text, up to so many bytes of it and up to [`LONGEST`].
pub fn unpack(coding: Coding, packed: &[u8], most: usize) -> Unpacked {
    let most = most.min(LONGEST);
    let mut unpacked = Unpacked::default();
    let Some(layer) = Layer::new(coding) else {
        unpacked.missed = Some(NotRead::Broken);
        return unpacked;
    };
    let mut content = Content {
        layers: vec![layer],
        state: State::Reading,
    };
    let mut keep = |part: &[u8]| {
        unpacked.spent += part.len();
        let room = most - unpacked.bytes.len();
        let kept = part.get(..room.min(part.len())).unwrap_or_default();
        unpacked.bytes.extend_from_slice(kept);
        unpacked.spent > most
    };
    let mut over = false;
    for step in packed.chunks(STEP) {
        content.push(step, &mut |part| over |= keep(part));
        if over || content.state != State::Reading {
            break;
        }
    }
    if !over {
        content.finish(&mut |part| over |= keep(part));
    }
    // A cut end still gives what stood before it.
    let longer = over.then_some(NotRead::Length);
    unpacked.missed = content.state.why().or(longer);
    unpacked
}

/// A zlib header is a multiple of 31 (RFC 1950, section 2.2); raw deflate has none.
fn is_raw(bytes: &[u8]) -> bool {
    let [first, second, ..] = bytes else {
        return false;
    };
    let number = u16::from(*first) << 8 | u16::from(*second);
    !(first & 0x0f == 8 && number.is_multiple_of(31))
}

/// zstd has no kind of error for it.
fn is_greedy(error: &io::Error) -> bool {
    error.to_string().contains(ZSTD_WINDOW_TOO_LARGE)
}

struct Layer {
    coding: Coding,
    decoder: Decoder,
    /// Bytes that came.
    read: usize,
    /// Bytes that came out.
    unpacked: usize,
    /// The beginning, until it tells zlib from raw deflate; `None` once it did.
    begin: Option<Vec<u8>>,
}

enum Decoder {
    Gzip(Box<MultiGzDecoder<Sink>>),
    Zlib(Box<ZlibDecoder<Sink>>),
    Raw(Box<DeflateDecoder<Sink>>),
    Brotli(Box<brotli_decompressor::DecompressorWriter<Sink>>),
    Zstd(Box<zstd::stream::write::Decoder<'static, Sink>>),
}

/// Takes what comes out, and refuses more than is allowed.
#[derive(Default)]
struct Sink {
    out: Vec<u8>,
    written: usize,
    allowed: usize,
    refused: bool,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let over = self.written + bytes.len() > self.allowed;
        if over || self.out.len() + bytes.len() > MOST_AT_ONCE {
            self.refused = true;
            return Err(io::Error::other("a bomb"));
        }
        self.written += bytes.len();
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Layer {
    fn new(coding: Coding) -> Option<Layer> {
        let sink = Sink::default();
        let decoder = match coding {
            Coding::Gzip => Decoder::Gzip(Box::new(MultiGzDecoder::new(sink))),
            Coding::Deflate => Decoder::Zlib(Box::new(ZlibDecoder::new(sink))),
            Coding::Brotli => {
                let writer = brotli_decompressor::DecompressorWriter::new(sink, BROTLI_BUFFER);
                Decoder::Brotli(Box::new(writer))
            }
            Coding::Zstd => {
                let mut decoder = zstd::stream::write::Decoder::new(sink).ok()?;
                decoder.window_log_max(ZSTD_WINDOW_LOG).ok()?;
                Decoder::Zstd(Box::new(decoder))
            }
        };
        Some(Layer {
            coding,
            decoder,
            read: 0,
            unpacked: 0,
            begin: (coding == Coding::Deflate).then(Vec::new),
        })
    }

    fn push(&mut self, bytes: &[u8]) -> (Vec<u8>, State) {
        let Some(first) = bytes.first() else {
            return (Vec::new(), State::Reading);
        };
        let begins = self.coding == Coding::Brotli && self.read == 0;
        if begins && first & 0x7f == BROTLI_LARGE_WINDOW {
            return (Vec::new(), State::Greedy);
        }
        if let Some(begin) = &mut self.begin {
            begin.extend_from_slice(bytes);
            if begin.len() < 2 {
                return (Vec::new(), State::Reading);
            }
        }
        if let Some(begin) = self.begin.take() {
            if is_raw(&begin) {
                self.decoder = Decoder::Raw(Box::new(DeflateDecoder::new(Sink::default())));
            }
            return self.push(&begin);
        }
        self.read = self.read.saturating_add(bytes.len());
        let allowed = self.read.saturating_mul(RATIO).clamp(FREE, LARGEST);
        self.sink().allowed = allowed;
        let done = match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.write_all(bytes),
            Decoder::Zlib(decoder) => decoder.write_all(bytes),
            Decoder::Raw(decoder) => decoder.write_all(bytes),
            Decoder::Brotli(decoder) => decoder.write_all(bytes),
            Decoder::Zstd(decoder) => decoder.write_all(bytes),
        };
        // What is inside of the decoder comes out at once: an event must not wait for the next.
        let done = done.and_then(|()| self.flush_decoder());
        self.taken(done)
    }

    fn held(&self) -> usize {
        let (fixed, window) = self.coding.memory();
        // A window that grows is copied: for a moment there are two.
        fixed + self.unpacked.saturating_mul(2).min(window)
    }

    fn flush_decoder(&mut self) -> io::Result<()> {
        match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.flush(),
            Decoder::Zlib(decoder) => decoder.flush(),
            Decoder::Raw(decoder) => decoder.flush(),
            Decoder::Brotli(decoder) => decoder.flush(),
            Decoder::Zstd(decoder) => decoder.flush(),
        }
    }

    fn flush(&mut self) -> Vec<u8> {
        let done = self.flush_decoder();
        self.taken(done).0
    }

    fn taken(&mut self, done: io::Result<()>) -> (Vec<u8>, State) {
        let coding = self.coding;
        let sink = self.sink();
        let out = std::mem::take(&mut sink.out);
        let state = match done {
            _ if sink.refused => State::Bomb,
            Ok(()) => State::Reading,
            Err(error) if coding == Coding::Zstd && is_greedy(&error) => State::Greedy,
            Err(_) => State::Broken,
        };
        self.unpacked = self.sink().written;
        (out, state)
    }

    fn sink(&mut self) -> &mut Sink {
        match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.get_mut(),
            Decoder::Zlib(decoder) => decoder.get_mut(),
            Decoder::Raw(decoder) => decoder.get_mut(),
            Decoder::Brotli(decoder) => decoder.get_mut(),
            Decoder::Zstd(decoder) => decoder.get_mut(),
        }
    }
}
