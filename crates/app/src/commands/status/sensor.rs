//! What `status` says of the sensor: one line if all is well, more if not.

use crate::output::{GREEN, YELLOW, ago, count};
use crate::sensor::status::SensorStatus;
use ringfence_event::Timestamp;
use ringfence_sense::{LayerState, Report};

pub(super) fn lines(sensor: &SensorStatus, now: Timestamp) -> String {
    let mut text = match (&sensor.report, sensor.connected) {
        (Some(report), true) => running(sensor, report, now),
        (None, true) => "Sensor: connected, it has not told of itself yet\n".to_owned(),
        (_, false) => format!(
            "{YELLOW}Sensor not running{YELLOW:#}: {}\n",
            sensor
                .why
                .as_deref()
                .unwrap_or("it was not looked for yet")
                .replace('\n', "\n  ")
        ),
    };
    if let (Some(report), false) = (&sensor.report, sensor.connected) {
        text.push_str(&format!(
            "Tier {} meanwhile: {} running in {}, found by looking; nothing is denied in the kernel\n",
            report.tier,
            report.processes.0,
            count(sensor.watched as u64, "tree")
        ));
    }
    if sensor.fenced > 0 {
        text.push_str(&format!(
            "{} fenced without root\n",
            count(sensor.fenced, "tree")
        ));
    }
    if sensor.released {
        text.push_str(&format!(
            "{YELLOW}Denials in the kernel are lifted{YELLOW:#}: `ringfence release --undo` takes it back\n"
        ));
    }
    for problem in &sensor.problems {
        text.push_str(&format!(
            "{YELLOW}warning:{YELLOW:#} not in force in the kernel: {problem}\n"
        ));
    }
    let missing = sensor.lost() + sensor.dropped + sensor.unkept;
    if missing > 0 {
        text.push_str(&format!(
            "{YELLOW}warning:{YELLOW:#} {missing} events of the kernel are lost: {} by the sensor, {} came too fast, {} the record did not take\n",
            sensor.lost(),
            sensor.dropped,
            sensor.unkept
        ));
    }
    text
}

fn running(sensor: &SensorStatus, report: &Report, now: Timestamp) -> String {
    let denies = if report.enforcing {
        ", denies"
    } else if sensor.denying {
        ", denies nothing yet"
    } else {
        ", only watches"
    };
    let mut text = format!(
        "{GREEN}Sensor up{GREEN:#}: tier {}{denies}, {} of {} processes in {}, {} events taken in\n",
        report.tier,
        report.processes.0,
        report.processes.1,
        count(sensor.watched as u64, "tree"),
        sensor.events
    );
    for layer in &report.layers {
        let state = match &layer.state {
            LayerState::Delivering { last } => format!(
                "{GREEN}live{GREEN:#}, {} events, the last {}",
                layer.delivered,
                ago(Timestamp(*last), now)
            ),
            LayerState::Attached => "attached, nothing came yet".to_owned(),
            LayerState::Refused { why } => format!("{YELLOW}refused{YELLOW:#}: {why}"),
            LayerState::Off => continue,
        };
        text.push_str(&format!("  {}: {state}\n", layer.name));
    }
    text
}
