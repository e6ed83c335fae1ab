//! `ringfence doctor`: what does not work or is not seen, why, and what to do about it.
//!
//! **Invariant:** says nothing that `status` does not know; what is well is one line.

use super::status::telemetry::{Exporting, health, trouble};
use super::status::{self, Hooks, Status};
use crate::cli::Json;
use crate::output::{BOLD, Exit, GREEN, YELLOW, print, print_json};
use crate::places::Places;
use crate::sensor::status::SensorStatus;
use anyhow::Result;
use ringfence_sense::{Layer, LayerState, Tier};
use serde::Serialize;

/// One part, and how it does.
#[derive(Debug, Serialize)]
struct Check {
    part: String,
    well: bool,
    /// How it does, or why it does not.
    why: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

pub(super) fn run(args: &Json, places: &Places) -> Result<Exit> {
    let status = status::gather(places)?;
    let checks = look(&status);
    let well = checks.iter().all(|check| check.well);
    if args.json {
        #[derive(Serialize)]
        struct Doctor<'a> {
            well: bool,
            checks: &'a [Check],
            not_visible: &'a [String],
        }
        let not_visible = &status.not_visible;
        let checks = &checks;
        print_json(
            "doctor",
            &Doctor {
                well,
                checks,
                not_visible,
            },
        )?;
    } else {
        print(&text(&checks, &status))?;
    }
    Ok(if well { Exit::Done } else { Exit::Failed })
}

fn text(checks: &[Check], status: &Status) -> String {
    let mut text = String::new();
    for check in checks {
        let mark = if check.well {
            format!("{GREEN}ok{GREEN:#}  ")
        } else {
            format!("{YELLOW}look{YELLOW:#}")
        };
        text.push_str(&format!(
            "{mark}  {BOLD}{}{BOLD:#}: {}\n",
            check.part,
            check.why.replace('\n', "\n      ")
        ));
        if let Some(next) = &check.next {
            text.push_str(&format!("      {next}\n"));
        }
    }
    text.push_str(&format!("\n{BOLD}Not visible{BOLD:#}\n"));
    for what in &status.not_visible {
        text.push_str(&format!("  {what}\n"));
    }
    text
}

fn look(status: &Status) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut add = |part: &str, well: bool, why: String, next: Option<&str>| {
        checks.push(Check {
            part: part.to_owned(),
            well,
            why,
            next: next.map(str::to_owned),
        });
    };
    match &status.daemon {
        Some(daemon) => {
            add("daemon", true, format!("up (process {})", daemon.pid), None);
            let error = daemon.store.get("last_error");
            match error.and_then(|error| error.as_str()) {
                None => add("record", true, "takes events".to_owned(), None),
                Some(error) => add("record", false, error.to_owned(), None),
            }
        }
        None => add(
            "daemon",
            false,
            "away: hooks judge by themselves".to_owned(),
            Some("run `ringfence up --detach`"),
        ),
    }
    for problem in &status.problems {
        add("configuration", false, problem.clone(), None);
    }
    for agent in &status.agents {
        if !agent.used_here && agent.hooks == Hooks::Absent {
            continue;
        }
        let (well, why) = match agent.hooks {
            Hooks::Live => (true, "events come through its hooks"),
            Hooks::Silent => (false, "hooked, nothing heard yet"),
            Hooks::Broken => (false, "its hooks do not work"),
            Hooks::Absent => (false, "not hooked"),
        };
        let why = agent.why.clone().unwrap_or_else(|| why.to_owned());
        let heard = status.daemon.as_ref().map(|daemon| &daemon.hooks);
        let wrong = heard.and_then(|heard| trouble(&heard.get(&agent.kind)?.all));
        let how = heard.and_then(|heard| health(heard, agent.kind));
        let well = well && wrong.is_none();
        let why = std::iter::once(why).chain(wrong).chain(how);
        let why = why.collect::<Vec<_>>().join("; ");
        add(agent.kind.title(), well, why, agent.next.as_deref());
    }
    if status.daemon.is_some() {
        checks.extend(status.telemetry.iter().map(exports));
    }
    if let Some(daemon) = &status.daemon {
        checks.extend(sensor(&daemon.sensor));
    }
    checks
}

/// An agent that was told to export: well once something came.
fn exports(one: &Exporting) -> Check {
    let delivered = &one.delivered;
    let records = delivered.told + delivered.quiet + delivered.unknown;
    let again = || {
        Some(format!(
            "run `ringfence install --telemetry {}` again",
            one.agent
        ))
    };
    let (well, why, next) = match &one.why {
        Some(why) => (false, why.clone(), again()),
        None if !one.delivers => (
            false,
            "it was told to export, and nothing came yet".to_owned(),
            Some("start a new session of it; an open one keeps its old settings".to_owned()),
        ),
        None => (true, format!("{records} records came"), None),
    };
    Check {
        part: format!("{}: telemetry", one.agent.title()),
        well,
        why,
        next,
    }
}

/// What tier D does.
const LOOKING: &str = "sees programs and connections that last, by looking twice a second";

/// The sensor, and each of its layers.
fn sensor(sensor: &SensorStatus) -> Vec<Check> {
    let check = |part: &str, well: bool, why: String, next: Option<&str>| Check {
        part: part.to_owned(),
        well,
        why,
        next: next.map(str::to_owned),
    };
    let Some(report) = sensor.report.as_ref().filter(|_| sensor.connected) else {
        let why = sensor.why.clone();
        let mut why = why.unwrap_or_else(|| "it was not looked for yet".to_owned());
        if let Some(report) = &sensor.report {
            why.push_str(&format!("; meanwhile tier {}: {LOOKING}", report.tier));
        }
        return vec![check("sensor", false, why, None)];
    };
    let tier = match report.tier {
        Tier::A => "sees and denies, io_uring included",
        Tier::B => {
            "sees; denies addresses, names and credential directories; ends who reads what it must not"
        }
        Tier::C => "sees and denies only what was started with `ringfence exec`",
        Tier::D => LOOKING,
    };
    let mut checks = vec![check(
        "sensor",
        true,
        format!("tier {}: {tier}", report.tier),
        None,
    )];
    checks.extend(
        report
            .layers
            .iter()
            .filter_map(|layer| self::layer(layer, report.tier)),
    );
    checks.extend(losses(sensor));
    checks
}

/// A layer; nothing of one that is not needed here.
fn layer(layer: &Layer, tier: Tier) -> Option<Check> {
    let (well, why, next) = match &layer.state {
        LayerState::Delivering { .. } => (
            true,
            format!("{} events came through it", layer.delivered),
            None,
        ),
        LayerState::Attached => (
            false,
            "the kernel took it, and nothing came through it yet".to_owned(),
            Some("it counts as working once an agent's process gave it something to tell"),
        ),
        // The tiers below do without.
        LayerState::Refused { why } => (
            tier != Tier::A,
            format!("the kernel refused it: {why}"),
            None,
        ),
        LayerState::Off => return None,
    };
    Some(Check {
        part: format!("sensor: {}", layer.name),
        well,
        why,
        next: next.map(str::to_owned),
    })
}

/// What is lost, lifted, or not in force.
fn losses(sensor: &SensorStatus) -> Vec<Check> {
    let check = |part: &str, why: String, next: Option<&str>| Check {
        part: part.to_owned(),
        well: false,
        why,
        next: next.map(str::to_owned),
    };
    let mut checks = Vec::new();
    let lost = sensor.lost() + sensor.dropped + sensor.unkept;
    if lost > 0 {
        checks.push(check(
            "sensor: losses",
            format!("{lost} events are lost; the sessions are marked"),
            Some("`ringfence events --kind lost` says when and why"),
        ));
    }
    if sensor.released {
        checks.push(check(
            "denials in the kernel",
            "the user has lifted them".to_owned(),
            Some("`ringfence release --undo` takes it back"),
        ));
    }
    for problem in &sensor.problems {
        checks.push(check("denials in the kernel", problem.clone(), None));
    }
    checks
}
