//! The wire format of protobuf (<https://protobuf.dev/programming-guides/encoding/>): numbered
//! fields, one after the other, straight from the bytes.
//!
//! **Invariant:** nothing is kept but what is asked for: a body cannot take more memory than it
//! has bytes by naming thousands of empty messages.

use super::TelemetryError;

/// The fields of a message, in order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a>(pub(super) &'a [u8]);

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    Bytes(&'a [u8]),
}

impl<'a> Wire<'a> {
    /// A text, a list of bytes, or a message.
    pub(super) fn bytes(self) -> &'a [u8] {
        match self {
            Wire::Bytes(bytes) => bytes,
            Wire::Varint(_) | Wire::Fixed64(_) | Wire::Fixed32(_) => &[],
        }
    }

    pub(super) fn text(self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    pub(super) fn number(self) -> u64 {
        match self {
            Wire::Varint(number) | Wire::Fixed64(number) => number,
            Wire::Fixed32(number) => u64::from(number),
            Wire::Bytes(_) => 0,
        }
    }
}

fn broken(what: &str) -> TelemetryError {
    TelemetryError::Broken {
        what: what.to_owned(),
    }
}

impl<'a> Message<'a> {
    /// The next field, by its number; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<(u32, Wire<'a>)>, TelemetryError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let field = u32::try_from(tag >> 3).map_err(|_| broken("a field has no number"))?;
        let value = match tag & 7 {
            0 => Wire::Varint(self.varint()?),
            1 => Wire::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => {
                let length = usize::try_from(self.varint()?);
                let length = length.map_err(|_| broken("a length is too large"))?;
                Wire::Bytes(self.cut(length)?)
            }
            5 => Wire::Fixed32(u32::from_le_bytes(self.array()?)),
            other => return Err(broken(&format!("wire type {other}"))),
        };
        Ok(Some((field, value)))
    }

    /// Shows each field.
    pub(super) fn each(
        mut self,
        mut show: impl FnMut(u32, Wire<'a>) -> Result<(), TelemetryError>,
    ) -> Result<(), TelemetryError> {
        while let Some((field, value)) = self.next()? {
            show(field, value)?;
        }
        Ok(())
    }

    fn cut(&mut self, length: usize) -> Result<&'a [u8], TelemetryError> {
        let (piece, rest) = self
            .0
            .split_at_checked(length)
            .ok_or_else(|| broken("it ends too early"))?;
        self.0 = rest;
        Ok(piece)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], TelemetryError> {
        let piece = self.cut(N)?;
        piece.try_into().map_err(|_| broken("it ends too early"))
    }

    fn varint(&mut self) -> Result<u64, TelemetryError> {
        let mut number = 0_u64;
        for place in 0..10 {
            let [byte] = self.array()?;
            number |= u64::from(byte & 0x7f).checked_shl(place * 7).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(broken("a number is too long"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_order() {
        let bytes = [
            0x08, 0x96, 0x01, 0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0x1a, 2, b'h', b'i', 0x25, 7, 0, 0, 0,
        ];
        let mut message = Message(&bytes);
        let mut fields = Vec::new();
        while let Some(field) = message.next().unwrap() {
            fields.push(field);
        }
        assert_eq!(
            fields,
            [
                (1, Wire::Varint(150)),
                (2, Wire::Fixed64(1)),
                (3, Wire::Bytes(b"hi")),
                (4, Wire::Fixed32(7)),
            ]
        );
    }

    #[test]
    fn broken_bytes_are_an_error() {
        for bytes in [
            &b"\x08"[..],
            b"\x1a\x05hi",
            b"\x11\x01",
            b"\x0b",
            b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        ] {
            assert!(Message(bytes).each(|_, _| Ok(())).is_err(), "{bytes:?}");
        }
    }
}
