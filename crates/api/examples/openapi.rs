//! Writes the OpenAPI document that `ui/openapi.json` holds:
//! `cargo run -p ringfence-api --example openapi > ui/openapi.json`.
#![forbid(unsafe_code)]

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(ringfence_api::openapi().as_bytes())
}
