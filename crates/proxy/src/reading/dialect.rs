//! The wire formats of models and tools: which one it is, and what its requests and answers say.
//!
//! **Invariant:** a format is known by its path and the shape of its body, never by its host: agents
//! speak through gateways of all names. What is not known is opaque, and never an error.

mod anthropic;
mod bedrock;
mod gemini;
mod mcp;
mod ollama;
mod openai;
mod responses;

pub(crate) use bedrock::event as bedrock_event;
pub(crate) use mcp::Pending;

use super::said::{Answer, Kind, Said, list, text};
use serde_json::Value;

/// A wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Anthropic Messages.
    Anthropic,
    /// `OpenAI` Chat Completions, and the many services that speak it.
    Chat,
    /// `OpenAI` Responses.
    Responses,
    /// `OpenAI` Realtime.
    Realtime,
    /// Google Gemini, also inside of Code Assist.
    Gemini,
    /// Ollama's own API.
    Ollama,
    /// Amazon Bedrock, Converse and Invoke.
    Bedrock,
    /// The Model Context Protocol.
    Mcp,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 8] = [
        Format::Anthropic,
        Format::Chat,
        Format::Responses,
        Format::Realtime,
        Format::Gemini,
        Format::Ollama,
        Format::Bedrock,
        Format::Mcp,
    ];

    /// The name in events and in rules.
    pub fn name(self) -> &'static str {
        match self {
            Format::Anthropic => "anthropic_messages",
            Format::Chat => "openai_chat",
            Format::Responses => "openai_responses",
            Format::Realtime => "openai_realtime",
            Format::Gemini => "gemini",
            Format::Ollama => "ollama",
            Format::Bedrock => "bedrock",
            Format::Mcp => "mcp",
        }
    }

    /// What a path alone says; used until the body is there.
    pub fn of_path(target: &str) -> Option<Format> {
        let path = target.split('?').next().unwrap_or_default();
        let ends = |end: &str| path.ends_with(end);
        if ends("/messages") || ends("/messages/count_tokens") {
            Some(Format::Anthropic)
        } else if ends("/chat/completions") {
            Some(Format::Chat)
        } else if ends("/responses") {
            Some(Format::Responses)
        } else if ends("/realtime") {
            Some(Format::Realtime)
        } else if path.contains("enerateContent") || ends(":countTokens") {
            Some(Format::Gemini)
        } else if ends("/api/chat") || ends("/api/generate") {
            Some(Format::Ollama)
        } else if path.contains("/model/")
            && [
                "/converse",
                "/converse-stream",
                "/invoke",
                "/invoke-with-response-stream",
            ]
            .into_iter()
            .any(ends)
        {
            Some(Format::Bedrock)
        } else {
            None
        }
    }

    /// What path and the names of the body's members say together.
    pub fn of_request(target: &str, members: &[&str]) -> Option<Format> {
        let has = |name: &str| members.contains(&name);
        if has("jsonrpc") {
            return Some(Format::Mcp);
        }
        let by_path = Format::of_path(target).filter(|format| match format {
            Format::Anthropic | Format::Chat => has("messages"),
            Format::Responses => has("input") || has("previous_response_id") || has("prompt"),
            Format::Realtime => has("session") || has("model"),
            Format::Gemini => has("contents") || has("request") || has("generateContentRequest"),
            Format::Ollama => has("messages") || has("prompt"),
            Format::Bedrock => has("messages") || has("prompt") || has("inputText"),
            Format::Mcp => false,
        });
        by_path.or_else(|| match () {
            () if has("contents") => Some(Format::Gemini),
            () if has("messages") && (has("anthropic_version") || has("system")) => {
                Some(Format::Anthropic)
            }
            () if has("messages") && has("model") => Some(Format::Chat),
            () if has("input") && has("model") && (has("instructions") || has("tools")) => {
                Some(Format::Responses)
            }
            () => None,
        })
    }

    /// What the first message of an answer, or of a WebSocket, shows.
    pub fn of_answer(message: &Value) -> Option<Format> {
        if message.get("jsonrpc").is_some() {
            return Some(Format::Mcp);
        }
        if message.get("candidates").is_some() || message.pointer("/response/candidates").is_some()
        {
            return Some(Format::Gemini);
        }
        match (text(message, "/type"), text(message, "/object")) {
            ("message_start" | "message", _) => Some(Format::Anthropic),
            (_, "chat.completion" | "chat.completion.chunk") => Some(Format::Chat),
            (_, "response") => Some(Format::Responses),
            ("session.created" | "session.update", _) => Some(Format::Realtime),
            (kind, _) if kind.starts_with("response.") => Some(Format::Responses),
            _ => None,
        }
    }

    /// The member of a request that holds the conversation.
    pub(crate) fn conversation(self) -> &'static [&'static str] {
        match self {
            Format::Anthropic | Format::Chat | Format::Bedrock => &["messages"],
            Format::Ollama => &["messages", "prompt"],
            Format::Responses | Format::Realtime => &["input"],
            Format::Gemini => &["contents"],
            Format::Mcp => &[],
        }
    }

    /// Whether the model itself said this element of the conversation.
    pub(crate) fn is_model(self, element: &Value) -> bool {
        match self {
            Format::Responses | Format::Realtime => {
                let kind = text(element, "/type");
                let said = matches!(kind, "message" | "") && text(element, "/role") == "assistant";
                said || kind == "reasoning"
                    || (kind.ends_with("_call") && kind != "function_call_output")
            }
            _ => matches!(text(element, "/role"), "assistant" | "model"),
        }
    }

    /// What an element of the conversation says that is new.
    pub(crate) fn asked(self, place: &str, element: &Value) -> Vec<Said> {
        let mut said = Vec::new();
        match self {
            Format::Anthropic => anthropic::asked(place, element, &mut said),
            Format::Chat | Format::Ollama => openai::asked(place, element, &mut said),
            Format::Responses | Format::Realtime => responses::asked(place, element, &mut said),
            Format::Gemini => gemini::asked(place, element, &mut said),
            Format::Bedrock => bedrock::asked(place, element, &mut said),
            Format::Mcp => {}
        }
        said
    }

    /// Reads a message of a stream.
    pub(crate) fn event(self, message: &Value, answer: &mut Answer) {
        match self {
            Format::Anthropic => anthropic::event(message, answer),
            Format::Chat => openai::event(message, answer),
            Format::Responses | Format::Realtime => responses::event(message, answer),
            Format::Gemini => gemini::event(message, answer),
            Format::Ollama => ollama::event(message, answer),
            Format::Bedrock => anthropic::event(message, answer),
            Format::Mcp => {}
        }
    }

    /// Reads an answer that came in one piece.
    pub(crate) fn body(self, body: &Value, answer: &mut Answer) {
        if let Some(error) = body.get("error").filter(|error| !error.is_null()) {
            answer.fail(error);
        }
        match self {
            Format::Anthropic => anthropic::body(body, answer),
            Format::Chat => openai::body(body, answer),
            Format::Responses | Format::Realtime => responses::body(body, answer),
            Format::Gemini => match body {
                Value::Array(parts) => parts.iter().for_each(|part| gemini::event(part, answer)),
                body => gemini::event(body, answer),
            },
            Format::Ollama => ollama::event(body, answer),
            Format::Bedrock => bedrock::body(body, answer),
            Format::Mcp => {}
        }
        answer.close_all();
    }

    /// The names and descriptions of the tools that a request offers, one text each.
    pub(crate) fn tools(member: &Value) -> Vec<(String, String)> {
        let mut tools = Vec::new();
        each_tool(member, 0, &mut tools);
        tools
    }
}

/// Tools stand in lists, some of them in groups (`functionDeclarations`, `function`, `toolSpec`).
fn each_tool(value: &Value, depth: usize, tools: &mut Vec<(String, String)>) {
    if depth > 4 || tools.len() >= 1024 {
        return;
    }
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| each_tool(item, depth + 1, tools)),
        Value::Object(fields) => {
            if let Some(Value::String(name)) = fields.get("name") {
                tools.push((name.clone(), value.to_string()));
                return;
            }
            let inside = ["function", "functionDeclarations", "toolSpec", "tools"];
            let inside = inside.into_iter().filter_map(|name| fields.get(name));
            inside.for_each(|value| each_tool(value, depth + 1, tools));
        }
        _ => {}
    }
}

/// Tells the texts of a content that is a text, or a list of blocks with texts.
fn prompts(place: &str, content: &Value, said: &mut Vec<Said>) {
    if let Value::String(text) = content {
        said.push(block(place.to_owned(), Kind::Prompt, text));
    }
    for (index, part) in list(content, "").iter().enumerate() {
        if matches!(text(part, "/type"), "text" | "input_text") {
            let place = format!("{place}[{index}].text");
            said.push(block(place, Kind::Prompt, text(part, "/text")));
        }
    }
}

fn block(place: String, kind: Kind, text: &str) -> Said {
    Said {
        place,
        kind,
        text: text.to_owned(),
        value: None,
    }
}

/// A result: its texts to be looked at, and its JSON to be kept.
fn result(place: String, kind: Kind, content: &Value) -> Said {
    Said {
        place,
        kind,
        text: match content {
            Value::String(text) => text.clone(),
            other => texts(other),
        },
        value: Some(content.clone()),
    }
}

/// The texts of a list of blocks, one after the other.
fn texts(content: &Value) -> String {
    let parts = list(content, "").iter();
    let parts: Vec<&str> = parts.map(|part| text(part, "/text")).collect();
    parts.join("\n")
}
