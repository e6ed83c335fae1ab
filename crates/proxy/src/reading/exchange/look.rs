//! Looking at what passed: bytes, strings of JSON, readable strings of frames.

use super::{Desk, MOST_FOUND, Reading, outgoing};
use crate::piece::Direction;
use crate::reading::examine::{Examined, Place};
use crate::reading::{host, json, protobuf};
use ringfence_event::Found;
use ringfence_scan::injection::Origin;
use std::collections::BTreeSet;

impl Reading {
    /// Looks at bytes that are not understood.
    pub(super) fn raw(
        &mut self,
        direction: Direction,
        base: u64,
        bytes: &[u8],
        through: &[String],
        desk: &mut Desk<'_>,
    ) {
        let origin = (direction == Direction::Incoming && std::str::from_utf8(bytes).is_ok())
            .then_some(Origin::FetchedPage);
        let place = Place {
            place: "body",
            through,
            direction: outgoing(direction),
            origin,
        };
        let mut examined = desk.examiner.examine(bytes, &place);
        self.envelope.not_read.append(&mut examined.missed);
        if direction == Direction::Outgoing {
            let leaks = desk.examiner.leaks(&self.connection, bytes, &place);
            examined.found.extend(leaks);
        }
        for found in &mut examined.found {
            found.offset = found.offset.saturating_add(base);
        }
        self.keep(examined.found);
    }

    /// A frame of gRPC or Connect: its readable strings.
    pub(super) fn frame(
        &mut self,
        direction: Direction,
        message: &[u8],
        through: &[String],
        desk: &mut Desk<'_>,
    ) {
        if message.first() == Some(&b'{') {
            return self.strings(direction, message, through, &[], desk);
        }
        let origin = (direction == Direction::Incoming).then_some(Origin::ModelOutput);
        protobuf::strings(message, &mut |path, text| {
            let place = Place {
                place: &format!("field {path}"),
                through,
                direction: outgoing(direction),
                origin,
            };
            let examined = desk.examiner.examine(text.as_bytes(), &place);
            self.note(examined);
            if direction == Direction::Outgoing {
                let leaks = desk
                    .examiner
                    .leaks(&self.connection, text.as_bytes(), &place);
                self.keep(leaks);
            }
        });
    }

    /// Looks at every string of a JSON text, but for those within `known` spans.
    pub(super) fn strings(
        &mut self,
        direction: Direction,
        body: &[u8],
        through: &[String],
        known: &[std::ops::Range<usize>],
        desk: &mut Desk<'_>,
    ) {
        let (mut all, mut missed) = (Vec::new(), BTreeSet::new());
        json::strings(body, &mut |steps, span| {
            let after = known.partition_point(|known| known.end <= span.start);
            if known
                .get(after)
                .is_some_and(|known| known.start <= span.start)
                || span.len() < 10
            {
                return;
            }
            let token = body.get(span).unwrap_or_default();
            if token.len() >= 64 && !desk.memory.is_new(token) {
                return;
            }
            let text = json::unquote(token).unwrap_or_default();
            let place = Place {
                place: &json::path(steps),
                through,
                direction: outgoing(direction),
                origin: None,
            };
            let examined = desk.examiner.examine(text.as_bytes(), &place);
            missed.extend(examined.missed);
            all.extend(examined.found);
            if direction == Direction::Outgoing {
                all.extend(
                    desk.examiner
                        .leaks(&self.connection, text.as_bytes(), &place),
                );
            }
        });
        self.envelope.not_read.append(&mut missed);
        self.keep(all);
    }

    /// Keeps what was found in a text, and notes what of it was not looked at.
    pub(super) fn note(&mut self, mut examined: Examined) {
        self.envelope.not_read.append(&mut examined.missed);
        self.keep(examined.found);
    }

    /// Keeps what was found, a secret once for each direction.
    pub(super) fn keep(&mut self, mut found: Vec<Found>) {
        host::note_homes(&mut found, &self.connection.host);
        for one in found {
            let known = self.envelope.found.iter().any(|known| {
                known.what == one.what
                    && known.direction == one.direction
                    && known.fingerprint == one.fingerprint
                    && (!one.fingerprint.is_empty() || known.place == one.place)
            });
            if !known && self.envelope.found.len() < MOST_FOUND {
                self.envelope.found.push(one);
            }
        }
    }
}
