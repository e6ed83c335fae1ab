//! Writes the framings that the readers read.

use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use flate2::{Compress, Compression, FlushCompress};
use serde_json::Value;
use std::io::Write;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Server-sent events, named by the type of their data.
pub(super) fn sse(events: &[Value]) -> Vec<u8> {
    let events = events
        .iter()
        .map(|event| match event.get("type").and_then(Value::as_str) {
            Some(name) => format!("event: {name}\ndata: {event}\n\n"),
            None => format!("data: {event}\n\n"),
        });
    events.collect::<String>().into_bytes()
}

pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let mut number = 0_u32;
        for at in 0..3 {
            number = number << 8 | u32::from(three.get(at).copied().unwrap_or(0));
        }
        for at in 0..4 {
            let digit = DIGITS[(number >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= three.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}

/// A message of Amazon's event stream.
pub(super) fn amazon(kind: &str, message_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut headers = Vec::new();
    for (name, value) in [(":event-type", kind), (":message-type", message_type)] {
        headers.push(u8::try_from(name.len()).unwrap());
        headers.extend_from_slice(name.as_bytes());
        headers.push(7);
        headers.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let total = u32::try_from(12 + headers.len() + payload.len() + 4).unwrap();
    let mut message = total.to_be_bytes().to_vec();
    message.extend_from_slice(&u32::try_from(headers.len()).unwrap().to_be_bytes());
    message.extend_from_slice(&crc(&message).to_be_bytes());
    message.extend_from_slice(&headers);
    message.extend_from_slice(payload);
    message.extend_from_slice(&crc(&message).to_be_bytes());
    message
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A frame of gRPC or Connect.
pub(super) fn frame(flags: u8, message: &[u8]) -> Vec<u8> {
    let mut frame = vec![flags];
    frame.extend_from_slice(&u32::try_from(message.len()).unwrap().to_be_bytes());
    frame.extend_from_slice(message);
    frame
}

/// Writes the messages of one direction of a WebSocket.
pub(super) struct Socket {
    pub(super) mask: Option<[u8; 4]>,
    pub(super) deflate: Option<Compress>,
    /// Bytes of a message in one frame.
    pub(super) fragment: usize,
}

impl Socket {
    pub(super) fn message(&mut self, text: &[u8]) -> Vec<u8> {
        let payload = match &mut self.deflate {
            None => text.to_vec(),
            Some(deflate) => {
                let mut packed = Vec::with_capacity(text.len() * 2 + 1024);
                deflate
                    .compress_vec(text, &mut packed, FlushCompress::Sync)
                    .unwrap();
                assert!(packed.ends_with(&[0, 0, 0xff, 0xff]));
                packed.truncate(packed.len() - 4);
                packed
            }
        };
        let mut out = Vec::new();
        let parts: Vec<&[u8]> = payload.chunks(self.fragment.max(1)).collect();
        for (at, part) in parts.iter().enumerate() {
            let code = u8::from(at == 0);
            let packed = if at == 0 && self.deflate.is_some() {
                0x40
            } else {
                0
            };
            let last = if at + 1 == parts.len() { 0x80 } else { 0 };
            self.frame(last | packed | code, part, &mut out);
            // Control frames may stand between the parts of a message.
            self.frame(0x89, b"ping", &mut out);
        }
        out
    }

    fn frame(&self, first: u8, payload: &[u8], out: &mut Vec<u8>) {
        let masked = if self.mask.is_some() { 0x80 } else { 0 };
        out.push(first);
        match payload.len() {
            length @ 0..=125 => out.push(masked | u8::try_from(length).unwrap()),
            length @ 126..=0xffff => {
                out.push(masked | 0x7e);
                out.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
            }
            length => {
                out.push(masked | 127);
                out.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        match self.mask {
            None => out.extend_from_slice(payload),
            Some(mask) => {
                out.extend_from_slice(&mask);
                let masked = payload.iter().zip(mask.into_iter().cycle());
                out.extend(masked.map(|(byte, key)| byte ^ key));
            }
        }
    }
}
