//! `ringfence token`: what scripts show the API.

use super::person::{self, ask};
use crate::cli::Token;
use crate::key;
use crate::output::{Exit, print};
use crate::places::Places;
use crate::wire::Request;
use anyhow::Result;

pub(super) fn run(args: &Token, places: &Places) -> Result<Exit> {
    person::only(places)?;
    let path = places.api_token();
    let token = if args.new {
        let token = key::renew_token(&path)?;
        // A daemon that is away reads the new one when it starts.
        drop(ask(places, &Request::Reload));
        token
    } else {
        key::load_or_make_token(&path)?
    };
    print(&format!("{token}\n"))?;
    Ok(Exit::Done)
}
