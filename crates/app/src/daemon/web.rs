//! The daemon's side of the dashboard and the API: what the server asks, answered.

mod exceptions;
mod own_rules;
mod rules;
mod servers;
mod trial;

use super::{Shared, calls, now, trees};
use crate::decided::{self, Decided};
use crate::judge::{undo_hint, with_answer};
use crate::places::Places;
use crate::{handled, hooked, key, packs};
use anyhow::{Context, Result};
use ringfence_agents::{Answer, CollectRoute, PayloadError, Stamp};
use ringfence_api::{
    ApiError, CollectAnswer, CollectRequest, Exception, Exported, HookHealth, Hooked, Host,
    HostAgent, HostStatus, Limits, McpServer, NewException, Options, Processes, Refusal, Risk,
    RiskPart, Rule, RuleChoice, Ruled, SavedRule, Server, Trial, TryRules,
};
use ringfence_event::{AgentKind, EventKey, Finding, FindingId, Mode, RuleId, SessionId, Verdict};
use ringfence_incident::Handling;
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, MutexGuard, PoisonError};
use uuid::Uuid;

/// The server, or why there is none.
#[derive(Default)]
pub(super) struct State {
    running: Option<Running>,
    problem: Option<String>,
}

struct Running {
    server: Server,
    keys: Keys,
}

/// What browsers and scripts are known by.
#[derive(Clone, PartialEq, Eq)]
struct Keys {
    cookie: [u8; 32],
    token: String,
}

impl Keys {
    fn load(places: &Places) -> Result<Keys> {
        Ok(Keys {
            cookie: key::load_or_make(&places.cookie_key())?,
            token: key::load_or_make_token(&places.api_token())?,
        })
    }
}

fn state(shared: &Shared) -> MutexGuard<'_, State> {
    shared.web.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the server. Without it the guard still stands, so a failure is told, not fatal.
pub(super) fn start(shared: &Arc<Shared>) {
    start_on(shared, shared.judge().config.port);
}

fn start_on(shared: &Arc<Shared>, port: u16) {
    let started = Keys::load(&shared.places).and_then(|keys| serve(shared, port, keys));
    let mut state = state(shared);
    match started {
        Ok((running, problem)) => {
            state.running = Some(running);
            state.problem = problem;
        }
        Err(error) => state.problem = Some(format!("{error:#}")),
    }
}

/// Ends the server.
pub(super) fn stop(shared: &Shared) {
    let running = state(shared).running.take();
    if let Some(running) = running {
        running.server.stop();
    }
}

/// Lets go of whoever was signed in with keys that the user has replaced since.
pub(super) fn restart_with_new_keys(shared: &Arc<Shared>) {
    let kept = Keys::load(&shared.places).ok();
    let in_use = state(shared)
        .running
        .as_ref()
        .map(|running| running.keys.clone());
    if in_use.is_some() && kept != in_use {
        // Open pages and scripts find it where it was.
        let port = address(shared).map(|address| address.port());
        let before = problem(shared);
        stop(shared);
        start_on(shared, port.unwrap_or_default());
        let mut state = state(shared);
        state.problem = state.problem.take().or(before);
    }
}

/// What is wrong with the server.
pub(super) fn problem(shared: &Shared) -> Option<String> {
    state(shared).problem.clone()
}

/// Where it listens.
pub(super) fn address(shared: &Shared) -> Option<SocketAddr> {
    let state = state(shared);
    Some(state.running.as_ref()?.server.address())
}

/// A link that signs a browser in.
pub(super) fn link(shared: &Shared) -> Option<String> {
    let state = state(shared);
    Some(state.running.as_ref()?.server.one_time_link())
}

/// Serves on the port; where that is taken, on any that is free, and says so.
fn serve(shared: &Arc<Shared>, port: u16, keys: Keys) -> Result<(Running, Option<String>)> {
    let on = |port: u16| {
        let options = Options {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            folders: shared.places.folders(),
            cookie_key: keys.cookie,
            token: keys.token.clone(),
            limits: Limits::default(),
        };
        Server::start(options, Arc::new(Web(Arc::clone(shared))))
    };
    let (server, problem) = match on(port) {
        Err(error) if is_taken(&error) => {
            let server = on(0).context("failed to serve the dashboard")?;
            let problem = format!(
                "port {port} is taken by another program, so the dashboard listens on {}; `port` in `{}` chooses another",
                server.address(),
                shared.places.config_file().display()
            );
            (server, Some(problem))
        }
        other => (other.context("failed to serve the dashboard")?, None),
    };
    Ok((Running { server, keys }, problem))
}

fn is_taken(error: &ApiError) -> bool {
    matches!(error, ApiError::Listen { source, .. } if source.kind() == ErrorKind::AddrInUse)
}

/// The daemon, as the server sees it.
struct Web(Arc<Shared>);

impl Host for Web {
    fn status(&self) -> HostStatus {
        let shared = &self.0;
        let judge = shared.judge();
        HostStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            since: shared.since,
            demo: shared.places.is_demo(),
            mode: judge.config.mode,
            rules: judge.rules.rules().count() as u64,
            decisions: shared.decisions.load(std::sync::atomic::Ordering::Relaxed),
            problems: shared.problems(),
            health: shared.store.health(),
            agents: agents(shared),
        }
    }

    fn rule(&self, id: &RuleId) -> Option<Rule> {
        let judge = self.0.judge();
        let rule = judge.rules.find(id.as_str())?;
        Some(Rule {
            id: rule.id.clone(),
            title: rule.title.clone(),
            description: rule.description().to_owned(),
            severity: rule.severity,
            action: rule.action,
            techniques: rule.techniques.clone(),
            references: rule.references().to_vec(),
            false_positives: rule.falsepositives().to_vec(),
            source: source(rule),
            text: rule.source.clone(),
        })
    }

    fn rules(&self) -> Ruled {
        rules::list(&self.0)
    }

    fn choose(&self, rule: &RuleId, choice: RuleChoice) -> Result<(), String> {
        rules::choose(&self.0, rule, choice).map_err(|error| format!("{error:#}"))
    }

    fn choose_mode(&self, mode: Mode) -> Result<(), String> {
        rules::choose_mode(&self.0, mode).map_err(|error| format!("{error:#}"))
    }

    fn try_rules(&self, wanted: TryRules) -> Result<Box<dyn Trial>, String> {
        Ok(Box::new(trial::Bench::new(&self.0, wanted)))
    }

    fn save_rule(&self, rule: &RuleId, text: Option<&str>) -> Result<SavedRule, Refusal> {
        match text {
            Some(text) => own_rules::save(&self.0, rule, text),
            None => own_rules::take_away(&self.0, rule),
        }
    }

    fn exceptions(&self) -> Vec<Exception> {
        exceptions::list(&self.0)
    }

    fn except(&self, wanted: NewException) -> Result<Exception, Refusal> {
        exceptions::allow(&self.0, wanted)
    }

    fn withdraw(&self, exception: &FindingId) -> Result<Exception, Refusal> {
        exceptions::withdraw(&self.0, exception)
    }

    fn risk(&self, session: &SessionId) -> Option<Risk> {
        let score = self.0.habits.score(session, now())?;
        let parts = score.parts.into_iter().map(|part| RiskPart {
            why: part.why,
            points: part.points,
        });
        Some(Risk {
            score: score.score,
            parts: parts.collect(),
        })
    }

    fn servers(&self) -> Vec<McpServer> {
        servers::list(&self.0)
    }

    fn processes(&self) -> Processes {
        trees::list(&self.0)
    }

    fn undo(&self, finding: &Finding) -> Option<String> {
        (finding.verdict >= Verdict::Ask).then(|| undo_hint(finding))
    }

    fn collect(&self, request: CollectRequest<'_>) -> CollectAnswer {
        let json = collect(&self.0, request);
        CollectAnswer {
            status: 200,
            json: json.to_string(),
        }
    }

    fn handled(&self, incident: &FindingId) -> Option<Handling> {
        let loaded = handled::load(&self.0.places, incident);
        loaded.unwrap_or_else(|error| {
            super::log(&format!("what was decided about `{incident}`: {error:#}"));
            None
        })
    }

    fn handle(&self, incident: &FindingId, handling: Option<&Handling>) -> Result<(), String> {
        let places = &self.0.places;
        let before = self.handled(incident);
        let done = match handling {
            Some(handling) => handled::save(places, incident, handling),
            None => handled::forget(places, incident),
        };
        done.map_err(|error| format!("{error:#}"))?;
        let decided = Decided::incident(incident, before.as_ref(), handling);
        keep(&self.0, &decided);
        Ok(())
    }

    fn log(&self, line: &str) {
        super::log(line);
    }
}

/// Puts what a person decided on record. That it was done counts more: what the journal cannot take
/// is told by the store's health.
fn keep(shared: &Shared, decided: &Decided) {
    let record = decided::record(&shared.judge(), decided);
    shared.store.append(record).map(drop).unwrap_or_default();
}

/// What a person is told who cannot have what they want; sentences with a hint are for them.
fn refused(error: &anyhow::Error) -> Refusal {
    Refusal::Forbidden(format!("{error:#}"))
}

/// Where a rule comes from: `builtin`, or the user's file.
fn source(rule: &ringfence_detect::Rule) -> String {
    if packs::is_own(rule) {
        rule.file.clone()
    } else {
        "builtin".to_owned()
    }
}

fn agents(shared: &Shared) -> Vec<HostAgent> {
    let health = shared.witness.health();
    let telemetry = shared.telemetry.status();
    let each = AgentKind::HOOKED.into_iter();
    each.map(|agent| {
        let heard = health.get(&agent).map(|health| &health.all);
        let came = telemetry.agents.get(&agent);
        HostAgent {
            health: heard.map(|heard| HookHealth {
                expected: heard.expected,
                announced: heard.announced,
                failed: heard.runs.failed,
                cancelled: heard.runs.cancelled,
                answers: heard.answers,
                mean_microseconds: heard.mean().unwrap_or_default(),
                slowest_microseconds: heard.slowest,
            }),
            telemetry: came.map(|came| Exported {
                records: came.told + came.quiet + came.unknown,
                last: came.last,
            }),
            ..look(agent, &shared.places)
        }
    })
    .collect()
}

fn look(agent: AgentKind, places: &Places) -> HostAgent {
    let seen = hooked::look(agent, places);
    HostAgent {
        agent,
        found: seen.used_here,
        hooked: match seen.hooked {
            hooked::Hooked::Whole => Hooked::Whole,
            hooked::Hooked::Broken => Hooked::Partly,
            hooked::Hooked::Absent => Hooked::No,
        },
        note: seen.why,
        blind_spots: ringfence_agents::blind_spots(agent)
            .iter()
            .map(|&spot| spot.to_owned())
            .collect(),
        health: None,
        telemetry: None,
    }
}

/// Judges and keeps what came over HTTP, as if the hook client had brought it.
fn collect(shared: &Shared, request: CollectRequest<'_>) -> Value {
    let stamp = Stamp {
        key: EventKey(Uuid::now_v7()),
        at: now(),
        process: None,
    };
    let Some(route) = route(request.route) else {
        return claude_code(shared, request.body, stamp);
    };
    let agent = ringfence_agents::collected_agent(request.source);
    let read = ringfence_agents::read_collected(route, agent, request.body, stamp.clone());
    let session = read
        .as_ref()
        .ok()
        .and_then(|call| call.event.session.clone());
    let taken = take(shared, agent, read, request.body, stamp);
    let session = session.as_ref().map(SessionId::as_str);
    let reply =
        |answer: &Answer<'_>| ringfence_agents::collected_reply(route, agent, session, answer);
    match blind_answer(shared, &taken) {
        Some(answer) => reply(&answer),
        None => with_answer(&taken.decision, reply),
    }
}

/// The scripts' routes; `None` is the one that is no script's.
fn route(route: ringfence_api::CollectRoute) -> Option<CollectRoute> {
    use ringfence_api::CollectRoute as Http;
    Some(match route {
        Http::PreToolUse => CollectRoute::PreToolUse,
        Http::PostToolUse => CollectRoute::PostToolUse,
        Http::PostToolUseError => CollectRoute::PostToolUseError,
        Http::PermissionRequest => CollectRoute::PermissionRequest,
        Http::UserPromptSubmit => CollectRoute::UserPromptSubmit,
        Http::SessionStart => CollectRoute::SessionStart,
        Http::SessionEnd => CollectRoute::SessionEnd,
        Http::SubagentStart => CollectRoute::SubagentStart,
        Http::SubagentStop => CollectRoute::SubagentStop,
        Http::ClaudeCode => return None,
    })
}

/// Claude Code's own HTTP hook: what the hook client would print is the body.
fn claude_code(shared: &Shared, payload: &[u8], stamp: Stamp) -> Value {
    let agent = AgentKind::ClaudeCode;
    let read = ringfence_agents::read_hook(agent, payload, stamp.clone());
    let taken = take(shared, agent, read, payload, stamp);
    if let Some(answer) = blind_answer(shared, &taken) {
        return json!({ "continue": false, "stopReason": answer.reason });
    }
    serde_json::from_str(&taken.reply.stdout).unwrap_or_else(|_| json!({}))
}

/// Over HTTP nobody else can spool what the store does not take.
fn take(
    shared: &Shared,
    agent: AgentKind,
    read: Result<ringfence_agents::HookCall, PayloadError>,
    payload: &[u8],
    stamp: Stamp,
) -> calls::Taken {
    let mut taken = calls::take(shared, agent, read, payload, stamp, None);
    if let Some(record) = taken.unkept.take()
        && let Err(error) = ringfence_store::spool::put(&shared.places.folders(), &record)
    {
        super::log(&format!(
            "an event that came over HTTP is only in memory: {error}"
        ));
    }
    taken
}

/// What is said where nobody could read the payload and the user wants that stopped.
fn blind_answer(shared: &Shared, taken: &calls::Taken) -> Option<Answer<'static>> {
    let stops = shared.judge().config.when_blind == crate::config::WhenBlind::Deny;
    (taken.blind && stops).then_some(Answer {
        verdict: Verdict::Deny,
        reason: "Ringfence cannot read this hook's payload, and is configured to stop what it cannot judge (when_blind = \"deny\")",
        hint: "",
    })
}
