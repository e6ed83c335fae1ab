//! What a request says: model, tools, and the part of the conversation that is new.

use super::{Desk, Reading};
use crate::piece::Direction;
use crate::reading::dialect::Format;
use crate::reading::json;
use crate::reading::memory;
use ringfence_event::Sign;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;

/// Elements at the end of a conversation that are told.
const MOST_NEW: usize = 64;

/// A JSON object where it stands.
struct Document<'a> {
    bytes: &'a [u8],
    members: Vec<(String, Range<usize>)>,
}

impl<'a> Document<'a> {
    fn read(bytes: &'a [u8]) -> Option<Document<'a>> {
        let members = json::members(bytes)?;
        Some(Document { bytes, members })
    }

    fn span(&self, name: &str) -> Option<Range<usize>> {
        let found = self.members.iter().find(|(member, _)| member == name);
        found.map(|(_, span)| span.clone())
    }

    fn value(&self, name: &str) -> Option<Value> {
        let bytes = self.bytes.get(self.span(name)?)?;
        serde_json::from_slice(bytes).ok()
    }
}

impl Reading {
    /// Reads a whole request, or a message of a stream of them.
    pub(super) fn read_request(&mut self, body: &[u8], desk: &mut Desk<'_>) {
        let through = self.request.through();
        let known = match Document::read(body) {
            Some(document) => self.understand(&document, desk),
            None if body.trim_ascii_start().starts_with(b"[") => {
                if let Ok(batch) = serde_json::from_slice::<Value>(body)
                    && batch
                        .get(0)
                        .is_some_and(|first| first.get("jsonrpc").is_some())
                {
                    self.format = Some(Format::Mcp);
                    self.rpc(Direction::Outgoing, &batch, desk);
                }
                Vec::new()
            }
            None => return self.raw(Direction::Outgoing, 0, body, &through, desk),
        };
        self.strings(Direction::Outgoing, body, &through, &known, desk);
    }

    /// Tells what is new in it; returns the spans that were examined before.
    fn understand(&mut self, document: &Document<'_>, desk: &mut Desk<'_>) -> Vec<Range<usize>> {
        let names: Vec<&str> = document
            .members
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        self.format = Format::of_request(&self.target, &names).or(self.format);
        let Some(format) = self.format else {
            return Vec::new();
        };
        if format == Format::Mcp {
            if let Ok(message) = serde_json::from_slice(document.bytes) {
                self.rpc(Direction::Outgoing, &message, desk);
            }
            return Vec::new();
        }
        let model = match document.value("model") {
            Some(Value::String(model)) => Some(model),
            _ => model_of_path(&self.target),
        };
        self.envelope.model = model.or(self.envelope.model.take());
        // Code Assist and Realtime wrap what others send as it is.
        let wrapped = [
            "request",
            "generateContentRequest",
            "response",
            "session",
            "item",
        ];
        for name in wrapped {
            if let Some(span) = document.span(name)
                && let Some(inside) =
                    Document::read(document.bytes.get(span.clone()).unwrap_or_default())
            {
                let known = self.conversation(format, name, &inside, desk);
                let known = known.into_iter();
                return known
                    .map(|known| known.start + span.start..known.end + span.start)
                    .collect();
            }
        }
        self.conversation(format, "", document, desk)
    }

    fn conversation(
        &mut self,
        format: Format,
        wrapper: &str,
        document: &Document<'_>,
        desk: &mut Desk<'_>,
    ) -> Vec<Range<usize>> {
        for name in ["tools", "toolConfig"] {
            if let Some(span) = document.span(name) {
                self.offer(document.bytes.get(span).unwrap_or_default(), desk);
            }
        }
        if wrapper == "item" {
            let item = serde_json::from_slice(document.bytes).unwrap_or(Value::Null);
            self.tell_all(format.asked("item", &item), Direction::Outgoing, desk);
        }
        let mut known = Vec::new();
        for name in format.conversation() {
            let Some(span) = document.span(name) else {
                continue;
            };
            let place = if wrapper.is_empty() {
                (*name).to_owned()
            } else {
                format!("{wrapper}.{name}")
            };
            match json::elements(document.bytes, span.clone()) {
                Some(elements) => {
                    known = self.elements(format, &place, document.bytes, &elements, desk);
                }
                None => {
                    let text = document.bytes.get(span).and_then(json::unquote);
                    self.tell_prompt(place, text.unwrap_or_default(), desk);
                }
            }
        }
        known
    }

    /// Tells the new elements after the model's last; returns those that were seen before.
    fn elements(
        &mut self,
        format: Format,
        place: &str,
        bytes: &[u8],
        elements: &[Range<usize>],
        desk: &mut Desk<'_>,
    ) -> Vec<Range<usize>> {
        let mut known = Vec::new();
        let mut fresh = Vec::new();
        for (index, span) in elements.iter().enumerate() {
            let raw = bytes.get(span.clone()).unwrap_or_default();
            if desk.memory.is_new(raw) {
                fresh.push(index);
            } else {
                known.push(span.clone());
            }
        }
        let mut last = Vec::new();
        for index in fresh.into_iter().rev().take(MOST_NEW) {
            let raw = elements.get(index).and_then(|span| bytes.get(span.clone()));
            let Some(element) = raw.and_then(|raw| serde_json::from_slice::<Value>(raw).ok())
            else {
                continue;
            };
            if format.is_model(&element) {
                break;
            }
            last.push(format.asked(&format!("{place}[{index}]"), &element));
        }
        for said in last.into_iter().rev() {
            self.tell_all(said, Direction::Outgoing, desk);
        }
        known
    }

    /// Notes the tools that are offered, and whether they are other ones than before.
    fn offer(&mut self, bytes: &[u8], desk: &mut Desk<'_>) {
        if !desk.memory.is_new(bytes) {
            return;
        }
        let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
            return;
        };
        let tools = Format::tools(&value).into_iter();
        let hash = |text: &str| memory::hash(text.as_bytes());
        let tools = tools.map(|(name, text)| (hash(&name), hash(&text)));
        self.offered(tools.collect(), desk);
    }

    /// A tool that is called the same and is another one is a sign; new ones come and go.
    pub(super) fn offered(&mut self, tools: BTreeMap<u128, u128>, desk: &mut Desk<'_>) {
        let known = &mut desk.memory.host(&self.connection.host).tools;
        let changed = tools
            .iter()
            .any(|(name, hash)| known.get(name).is_some_and(|before| before != hash));
        if changed && !self.envelope.signs.contains(&Sign::ToolsChanged) {
            self.envelope.signs.push(Sign::ToolsChanged);
        }
        known.extend(tools);
        while known.len() > 4096 {
            known.pop_first();
        }
    }
}

/// Gemini and Bedrock name the model in the path.
fn model_of_path(target: &str) -> Option<String> {
    let path = target.split('?').next()?;
    let after = path
        .split_once("/models/")
        .or(path.split_once("/model/"))?
        .1;
    let model = after
        .split(['/', ':'])
        .next()
        .filter(|model| !model.is_empty())?;
    Some(model.chars().take(200).collect())
}
