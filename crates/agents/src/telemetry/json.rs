//! Records from JSON, after the JSON mapping of OTLP: names in camel case, 64-bit numbers as text
//! or as numbers, ids in hexadecimal.

use super::record::{Batch, Kind, Record};
use super::{Each, Signal, TelemetryError};
use serde_json::{Map, Value};

type Read = Result<(), TelemetryError>;

pub(super) fn read(signal: Signal, body: &[u8], each: &mut Each<'_>) -> Read {
    let text = String::from_utf8_lossy(body);
    let value: Value = serde_json::from_str(&text).map_err(|error| TelemetryError::Broken {
        what: error.to_string(),
    })?;
    let (resources, scopes, records) = match signal {
        Signal::Logs => ("resourceLogs", "scopeLogs", "logRecords"),
        Signal::Traces => ("resourceSpans", "scopeSpans", "spans"),
        Signal::Metrics => ("resourceMetrics", "scopeMetrics", "metrics"),
    };
    if !value.is_object() {
        return Err(TelemetryError::Broken {
            what: "it is no object".to_owned(),
        });
    }
    for resource in list(&value, resources) {
        let batch = Batch {
            resource: attributes(resource.get("resource").unwrap_or(&Value::Null)),
        };
        for record in list(resource, scopes)
            .iter()
            .flat_map(|scope| list(scope, records))
        {
            match signal {
                Signal::Logs => each(&batch, log(record))?,
                Signal::Traces => each(&batch, span(record))?,
                Signal::Metrics => metric(record, &batch, each)?,
            }
        }
    }
    Ok(())
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text(value: &Value, name: &str) -> String {
    let found = value.get(name).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

fn number(value: &Value, name: &str) -> u64 {
    match value.get(name) {
        Some(Value::String(text)) => text.parse().unwrap_or(0),
        Some(number) => number.as_u64().unwrap_or(0),
        None => 0,
    }
}

fn log(record: &Value) -> Record {
    let observed = number(record, "observedTimeUnixNano");
    let begin = number(record, "timeUnixNano");
    Record {
        kind: Kind::Log,
        name: text(record, "eventName"),
        begin: if begin == 0 { observed } else { begin },
        span: text(record, "spanId").to_ascii_lowercase(),
        body: record.get("body").map(any).unwrap_or_default(),
        attributes: attributes(record),
        ..Record::default()
    }
}

fn span(record: &Value) -> Record {
    let status = record.get("status").and_then(|status| status.get("code"));
    Record {
        kind: Kind::Span,
        name: text(record, "name"),
        begin: number(record, "startTimeUnixNano"),
        end: number(record, "endTimeUnixNano"),
        span: text(record, "spanId").to_ascii_lowercase(),
        attributes: attributes(record),
        failed: matches!(status, Some(Value::Number(code)) if code.as_u64() == Some(2))
            || status.and_then(Value::as_str) == Some("STATUS_CODE_ERROR"),
        ..Record::default()
    }
}

fn metric(metric: &Value, batch: &Batch, each: &mut Each<'_>) -> Read {
    let name = text(metric, "name");
    for kind in ["gauge", "sum", "histogram"] {
        let Some(data) = metric.get(kind) else {
            continue;
        };
        for point in list(data, "dataPoints") {
            let told = ["asDouble", "asInt", "sum"]
                .iter()
                .find_map(|name| point.get(*name));
            let body = match told {
                Some(Value::String(text)) => text.parse::<i64>().map_or(Value::Null, Value::from),
                Some(number) => number.clone(),
                None => Value::Null,
            };
            let record = Record {
                kind: Kind::Point,
                name: name.clone(),
                begin: number(point, "timeUnixNano"),
                body,
                attributes: attributes(point),
                ..Record::default()
            };
            each(batch, record)?;
        }
    }
    Ok(())
}

fn attributes(of: &Value) -> Map<String, Value> {
    list(of, "attributes").iter().map(attribute).collect()
}

fn attribute(one: &Value) -> (String, Value) {
    (
        text(one, "key"),
        one.get("value").map(any).unwrap_or_default(),
    )
}

/// An `AnyValue`. The reader of JSON bounds the depth.
fn any(value: &Value) -> Value {
    let Some((kind, inner)) = value.as_object().and_then(|value| value.iter().next()) else {
        return Value::Null;
    };
    match kind.as_str() {
        "stringValue" | "boolValue" | "doubleValue" => inner.clone(),
        "intValue" => match inner {
            Value::String(text) => text.parse::<i64>().map_or(Value::Null, Value::from),
            number => number.clone(),
        },
        "arrayValue" => Value::Array(list(inner, "values").iter().map(any).collect()),
        "kvlistValue" => Value::Object(list(inner, "values").iter().map(attribute).collect()),
        "bytesValue" => {
            let length = inner.as_str().map_or(0, |text| text.len() / 4 * 3);
            Value::String(format!("[{length} bytes]"))
        }
        _ => Value::Null,
    }
}
