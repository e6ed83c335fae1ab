//! The texts of an exchange over HTTP. What was found in it holds no secret, and stays.

use super::{Held, perhaps};
use ringfence_event::{Exchange, ExchangeError};

/// Shows every text of an exchange.
pub(super) fn of_exchange(exchange: &mut Exchange, show: &mut dyn FnMut(Held<'_>)) {
    let Exchange {
        protocol: _,
        scheme: _,
        host,
        port: _,
        peer: _,
        method,
        path,
        status: _,
        sent: _,
        received: _,
        milliseconds: _,
        first_byte: _,
        first_token: _,
        format: _,
        provider: _,
        model,
        request,
        error,
        limits,
        ending: _,
        handling: _,
        signs: _,
        found: _,
        truncated: _,
        not_read: _,
    } = exchange;
    show(Held::Text(host));
    show(Held::Text(method));
    show(Held::Text(path));
    perhaps(model, show);
    perhaps(request, show);
    if let Some(ExchangeError { kind, message }) = error {
        show(Held::Text(kind));
        show(Held::Text(message));
    }
    for (name, value) in limits.iter_mut() {
        show(Held::Named(name, value));
    }
}
