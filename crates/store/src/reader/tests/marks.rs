use super::{place_in_segments, record, sample};
use ringfence_event::{CallRef, Join, ToolCallId};

#[test]
fn what_is_marked_is_what_was_stored() {
    let mut records = sample();
    for (number, id) in [(0, "call-1"), (3, "call-1")] {
        records[number].event.call = Some(CallRef {
            id: ToolCallId::from(id),
            join: Join::Inferred,
        });
    }
    records.extend((7..30).map(|number| record(number, "make")));
    for segment_events in [4, 1_000_000] {
        let place = place_in_segments(records.clone(), segment_events);
        for session in ["session-0", "session-1", "session-2"] {
            let marks = place.reader.marks(session, 1000).unwrap();
            let seqs: Vec<i64> = marks.iter().map(|mark| mark.seq).collect();
            let events = place.reader.events_at(&seqs).unwrap();
            assert!(events.len() >= 8 && events.len() == marks.len());
            for (mark, stored) in marks.iter().zip(&events) {
                let event = &stored.event;
                assert_eq!(event.session.as_ref().unwrap().0, session);
                assert_eq!(
                    (mark.seq, mark.at, mark.source, mark.kind, mark.verdict),
                    (
                        stored.id.seq,
                        event.at,
                        event.source,
                        event.action.kind(),
                        stored.verdict
                    )
                );
                assert_eq!(mark.call.is_some(), event.call.is_some());
            }
            assert_eq!(place.reader.marks(session, 1).unwrap(), marks[..1]);
            let backward: Vec<i64> = seqs.iter().rev().copied().collect();
            let found = place.reader.events_at(&backward).unwrap();
            assert!(found.iter().map(|stored| stored.id.seq).eq(backward));
        }
        let marks = place.reader.marks("session-1", 1000).unwrap();
        assert!(marks[0].call.is_some());
        assert_eq!(marks[0].call, marks[1].call);
        assert_eq!(place.reader.marks("session", 9).unwrap(), []);
        assert_eq!(place.reader.events_at(&[i64::MAX, -1]).unwrap(), []);
    }
}
