//! Records from protobuf, after `opentelemetry/proto/{logs,trace,metrics}/v1/*.proto` 1.7.
//!
//! **Invariant:** only the few fields that are told are read.

use super::record::{Batch, Kind, Record};
use super::wire::{Message, Wire};
use super::{Each, Signal, TelemetryError};
use serde_json::{Map, Number, Value};

type Read = Result<(), TelemetryError>;

/// Deepest value that is kept.
const DEEPEST: u32 = 16;

pub(super) fn read(signal: Signal, body: &[u8], each: &mut Each<'_>) -> Read {
    // `resource_logs`, `resource_spans`, `resource_metrics`
    Message(body).each(|field, value| match field {
        1 => resource(signal, value.bytes(), each),
        _ => Ok(()),
    })
}

fn resource(signal: Signal, bytes: &[u8], each: &mut Each<'_>) -> Read {
    let mut batch = Batch::default();
    Message(bytes).each(|field, value| match field {
        1 => Message(value.bytes()).each(|field, value| match field {
            1 => attribute(value.bytes(), 0, &mut batch.resource),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })?;
    // `scope_logs`, `scope_spans`, `scope_metrics`
    Message(bytes).each(|field, value| match field {
        2 => Message(value.bytes()).each(|field, value| match (field, signal) {
            (2, Signal::Logs) => each(&batch, log(value.bytes())?),
            (2, Signal::Traces) => each(&batch, span(value.bytes())?),
            (2, Signal::Metrics) => metric(value.bytes(), &batch, each),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })
}

fn log(bytes: &[u8]) -> Result<Record, TelemetryError> {
    let mut record = Record::default();
    let mut observed = 0;
    Message(bytes).each(|field, value| {
        match field {
            1 => record.begin = value.number(),
            5 => record.body = any(value.bytes(), 0)?,
            6 => attribute(value.bytes(), 0, &mut record.attributes)?,
            10 => record.span = hexadecimal(value.bytes()),
            11 => observed = value.number(),
            12 => record.name = value.text(),
            _ => {}
        }
        Ok(())
    })?;
    if record.begin == 0 {
        record.begin = observed;
    }
    Ok(record)
}

fn span(bytes: &[u8]) -> Result<Record, TelemetryError> {
    let mut record = Record {
        kind: Kind::Span,
        ..Record::default()
    };
    Message(bytes).each(|field, value| {
        match field {
            2 => record.span = hexadecimal(value.bytes()),
            5 => record.name = value.text(),
            7 => record.begin = value.number(),
            8 => record.end = value.number(),
            9 => attribute(value.bytes(), 0, &mut record.attributes)?,
            15 => Message(value.bytes()).each(|field, value| {
                if field == 3 {
                    record.failed = value.number() == 2;
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(record)
}

/// One record for each data point of a gauge, a sum or a histogram.
fn metric(bytes: &[u8], batch: &Batch, each: &mut Each<'_>) -> Read {
    let mut name = String::new();
    Message(bytes).each(|field, value| {
        if field == 1 {
            name = value.text();
        }
        Ok(())
    })?;
    Message(bytes).each(|field, value| match field {
        5 | 7 | 9 => Message(value.bytes()).each(|inner, value| match inner {
            1 => each(batch, point(&name, field == 9, value.bytes())?),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })
}

fn point(name: &str, histogram: bool, bytes: &[u8]) -> Result<Record, TelemetryError> {
    let mut record = Record {
        kind: Kind::Point,
        name: name.to_owned(),
        ..Record::default()
    };
    Message(bytes).each(|field, value| {
        match (field, histogram) {
            (3, _) => record.begin = value.number(),
            (4, false) => record.body = float(value),
            // `sfixed64 as_int`
            (6, false) => record.body = Value::from(value.number().cast_signed()),
            (7, false) | (9, true) => attribute(value.bytes(), 0, &mut record.attributes)?,
            (5, true) => record.body = float(value),
            _ => {}
        }
        Ok(())
    })?;
    Ok(record)
}

/// A `KeyValue`.
fn attribute(bytes: &[u8], depth: u32, into: &mut Map<String, Value>) -> Read {
    let mut key = String::new();
    let mut found = Value::Null;
    Message(bytes).each(|field, value| {
        match field {
            1 => key = value.text(),
            2 => found = any(value.bytes(), depth)?,
            _ => {}
        }
        Ok(())
    })?;
    into.insert(key, found);
    Ok(())
}

/// An `AnyValue`; what is nested deeper than [`DEEPEST`] is null.
fn any(bytes: &[u8], depth: u32) -> Result<Value, TelemetryError> {
    let mut found = Value::Null;
    if depth >= DEEPEST {
        return Ok(found);
    }
    Message(bytes).each(|field, value| {
        match field {
            1 => found = Value::String(value.text()),
            2 => found = Value::Bool(value.number() != 0),
            3 => found = Value::from(value.number().cast_signed()),
            4 => found = float(value),
            5 => {
                let mut items = Vec::new();
                Message(value.bytes()).each(|field, value| {
                    if field == 1 {
                        items.push(any(value.bytes(), depth + 1)?);
                    }
                    Ok(())
                })?;
                found = Value::Array(items);
            }
            6 => {
                let mut fields = Map::new();
                Message(value.bytes()).each(|field, value| match field {
                    1 => attribute(value.bytes(), depth + 1, &mut fields),
                    _ => Ok(()),
                })?;
                found = Value::Object(fields);
            }
            7 => found = Value::String(format!("[{} bytes]", value.bytes().len())),
            _ => {}
        }
        Ok(())
    })?;
    Ok(found)
}

fn float(value: Wire<'_>) -> Value {
    let float = f64::from_bits(value.number());
    Number::from_f64(float).map_or(Value::Null, Value::Number)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}
