//! Answers, as OTLP over HTTP has them: in the encoding that was asked in.
//!
//! Source: the OpenTelemetry protocol 1.7, "OTLP/HTTP Response"; `google.rpc.Status`.

use ringfence_agents::{Encoding, Signal};
use serde_json::json;

/// Returns the body that says that all was taken, or all but so many records.
pub(super) fn taken(signal: Signal, encoding: Encoding, rejected: u64, why: &str) -> Vec<u8> {
    let name = match signal {
        Signal::Logs => "rejectedLogRecords",
        Signal::Traces => "rejectedSpans",
        Signal::Metrics => "rejectedDataPoints",
    };
    match (encoding, rejected) {
        (Encoding::Protobuf, 0) => Vec::new(),
        (Encoding::Json, 0) => b"{}".to_vec(),
        (Encoding::Json, _) => {
            let partial = json!({ name: rejected.to_string(), "errorMessage": why });
            json!({ "partialSuccess": partial })
                .to_string()
                .into_bytes()
        }
        (Encoding::Protobuf, _) => {
            let mut partial = number(1, rejected);
            partial.extend(bytes(2, why.as_bytes()));
            bytes(1, &partial)
        }
    }
}

/// Returns the body of an answer that refuses: a `Status` with this code.
pub(super) fn refused(encoding: Encoding, code: u64, why: &str) -> Vec<u8> {
    match encoding {
        Encoding::Json => json!({ "code": code, "message": why })
            .to_string()
            .into_bytes(),
        Encoding::Protobuf => {
            let mut status = number(1, code);
            status.extend(bytes(2, why.as_bytes()));
            status
        }
    }
}

/// The `Content-Type` of an encoding.
pub(super) fn content_type(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Protobuf => "application/x-protobuf",
        Encoding::Json => "application/json",
    }
}

/// A field of the wire type 0.
fn number(field: u8, value: u64) -> Vec<u8> {
    let mut out = vec![field << 3];
    varint(value, &mut out);
    out
}

/// A field of the wire type 2.
fn bytes(field: u8, value: &[u8]) -> Vec<u8> {
    let mut out = vec![(field << 3) | 2];
    varint(value.len() as u64, &mut out);
    out.extend_from_slice(value);
    out
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or(0);
        value >>= 7;
        if value == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_as_the_protocol_says() {
        let json = |signal, rejected| {
            String::from_utf8(taken(signal, Encoding::Json, rejected, "foreign")).unwrap()
        };
        assert_eq!(json(Signal::Logs, 0), "{}");
        assert_eq!(
            json(Signal::Traces, 3),
            r#"{"partialSuccess":{"errorMessage":"foreign","rejectedSpans":"3"}}"#
        );
        assert_eq!(taken(Signal::Logs, Encoding::Protobuf, 0, ""), b"");
        assert_eq!(
            taken(Signal::Logs, Encoding::Protobuf, 300, "no"),
            b"\x0a\x07\x08\xac\x02\x12\x02no"
        );
        assert_eq!(refused(Encoding::Protobuf, 3, "no"), b"\x08\x03\x12\x02no");
        assert_eq!(
            refused(Encoding::Json, 3, "no"),
            br#"{"code":3,"message":"no"}"#
        );
    }
}
