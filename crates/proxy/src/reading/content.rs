//! What `Content-Encoding` undoes: gzip, deflate, brotli, zstd, piece by piece, with limits.
//!
//! **Invariant:** a body unpacks to at most [`LARGEST`] bytes, and to at most [`RATIO`] times what
//! came once it is over [`FREE`]: beyond that it is a bomb and reading ends. Nothing is ever an
//! error for who passes the bytes on.

use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
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
    let after = through(rest, &out, tell);
    if state == State::Reading {
        after
    } else {
        state
    }
}

/// Unpacks a whole message, up to [`super::framing::LONGEST`].
pub fn unpack(coding: Coding, packed: &[u8]) -> Option<Vec<u8>> {
    let mut content = Content {
        layers: vec![Layer::new(coding)?],
        state: State::Reading,
    };
    let mut whole = Vec::new();
    let mut over = false;
    let mut keep = |part: &[u8]| {
        over |= whole.len() + part.len() > super::framing::LONGEST;
        if !over {
            whole.extend_from_slice(part);
        }
    };
    content.push(packed, &mut keep);
    content.finish(&mut keep);
    // A cut end still gives what stood before it.
    (!over && (content.state == State::Reading || !whole.is_empty())).then_some(whole)
}

/// A zlib header is a multiple of 31 (RFC 1950, section 2.2); raw deflate has none.
fn is_raw(bytes: &[u8]) -> bool {
    let [first, second, ..] = bytes else {
        return false;
    };
    let number = u16::from(*first) << 8 | u16::from(*second);
    !(first & 0x0f == 8 && number.is_multiple_of(31))
}

struct Layer {
    coding: Coding,
    decoder: Decoder,
    /// Bytes that came.
    read: usize,
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
            begin: (coding == Coding::Deflate).then(Vec::new),
        })
    }

    fn push(&mut self, bytes: &[u8]) -> (Vec<u8>, State) {
        if bytes.is_empty() {
            return (Vec::new(), State::Reading);
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
        self.taken(done.is_ok())
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
        self.taken(done.is_ok()).0
    }

    fn taken(&mut self, sound: bool) -> (Vec<u8>, State) {
        let sink = self.sink();
        let out = std::mem::take(&mut sink.out);
        let state = match (sink.refused, sound) {
            (true, _) => State::Bomb,
            (false, false) => State::Broken,
            (false, true) => State::Reading,
        };
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
