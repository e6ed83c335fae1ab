//! The whole product on one page: payload → event → enrich → detect → decide → answer.
//!
//! The daemon and the hook client without a daemon judge with this same code.

use crate::allowances;
use crate::config::{Config, WhenBlind};
use crate::memory::Memory;
use crate::packs::Judging;
use crate::places::Places;
use crate::sensor::familiar::{self, Familiar};
use crate::{canaries, key, packs};
use anyhow::{Context, Result, bail};
use ringfence_agents::{Answer, AnswerKind, Asking, HookCall, Reply, Stamp};
use ringfence_detect::{AllowScope, Observed, Policy, RuleSet, Steps};
use ringfence_enrich::{Canaries, Carried, Links, Masker, NoLinks, Place, Trusted};
use ringfence_event::{
    Action, AgentKind, Decision, Event, FileClass, Finding, Handling, Labels, RuleId, Severity,
    Source, Verdict,
};
use ringfence_scan::personal;
use ringfence_scan::secrets::RuleSet as SecretRules;
use ringfence_store::Record;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Deepest file whose repository is looked for, in directories.
const DEEPEST_FILE: usize = 32;
/// Largest file with a user's rules for secrets, in bytes.
const LARGEST_RULES: u64 = 4 * 1024 * 1024;

/// Everything that a judgement needs, loaded once.
pub(crate) struct Judge {
    pub(crate) places: Places,
    pub(crate) config: Config,
    pub(crate) rules: Arc<RuleSet>,
    /// What became of the user's own rules.
    pub(crate) own: packs::Own,
    /// What of the user's configuration could not be used, and why.
    pub(crate) problems: Vec<String>,
    home: String,
    guard: Vec<String>,
    trusted: Vec<Trusted>,
    masker: Masker,
    canaries: Option<Canaries>,
    /// This installation's key.
    key: [u8; 32],
}

/// A judged payload: what is kept, and what the agent is told.
pub(crate) struct Judged {
    pub(crate) record: Record,
    pub(crate) reply: Reply,
}

impl Judge {
    /// Loads configuration, rules and key. A broken part is left out and reported:
    /// a typing error must not switch the guard off.
    pub(crate) fn load(places: &Places) -> Result<Judge> {
        Judge::load_or(places, Config::default(), Judging::All)
    }

    /// The same for a hook without a daemon: what its call cannot match is left out.
    pub(crate) fn load_for_a_call(places: &Places) -> Result<Judge> {
        Judge::load_or(places, Config::default(), Judging::OneCall)
    }

    /// The same, with a configuration for when the one on disk is broken.
    fn load_or(places: &Places, otherwise: Config, judging: Judging) -> Result<Judge> {
        let mut problems = Vec::new();
        let config = Config::load(&places.config_file()).unwrap_or_else(|error| {
            problems.push(format!("{error:#}"));
            otherwise
        });
        let (rules, own) = packs::compile(&places.rules(), &config.placeholders, judging);
        problems.extend(own.sentences());
        for rule in config.rules.keys() {
            if judging == Judging::All && rules.find(rule.as_str()).is_none() {
                problems.push(format!(
                    "`{}` speaks of the rule `{rule}`, which does not exist",
                    places.config_file().display()
                ));
            }
        }
        let key = key::load_or_make(&places.key_file())?;
        let masker = masker(key, places, config.gitleaks.as_deref(), &mut problems);
        let canaries = canaries::watched(places, key).unwrap_or_else(|error| {
            problems.push(format!("decoys are not watched: {error:#}"));
            None
        });
        Ok(Judge {
            masker: masker.looking_for_personal_data(config.personal_data),
            canaries,
            key,
            home: if places.is_demo() {
                packs::EXAMPLE_HOME.to_owned()
            } else {
                places.home.to_string_lossy().into_owned()
            },
            guard: places.guarded(),
            places: places.clone(),
            config,
            rules: Arc::new(rules),
            own,
            problems,
            trusted: trusted(),
        })
    }

    /// Loads all of it again. If a rule file that was good is not any more, the rules from before
    /// stay, and so does the configuration: a typing error must not take away what was in force.
    pub(crate) fn load_again(&self) -> Result<Judge> {
        let mut judge = Judge::load_or(&self.places, self.config.clone(), Judging::All)?;
        if let Some(worse) = judge.own.worse_than(&self.own) {
            judge.problems.push(format!(
                "the rules from before stay in force until `{}` is put right or taken away\nhint: `ringfence rules check` says what is wrong",
                worse.file
            ));
            judge.rules = Arc::clone(&self.rules);
            judge.own = self.own.clone();
        }
        Ok(judge)
    }

    /// The same judge for what is only imagined: in the home of the rules' examples, not in this
    /// user's, so that a verdict does not hang on where the home lies.
    pub(crate) fn imagining(self) -> Judge {
        Judge {
            home: packs::EXAMPLE_HOME.to_owned(),
            guard: packs::example_guard(),
            canaries: Some(packs::example_canaries()),
            ..self
        }
    }

    /// The same judge, counting personal data whatever the user chose.
    pub(crate) fn counting_personal_data(self) -> Judge {
        Judge {
            masker: self.masker.looking_for_personal_data(personal::Mode::Count),
            ..self
        }
    }

    /// Judges what an agent reports. `earlier` is the decision on the same call, if
    /// the agent has already asked once; then there is nothing new to remember.
    pub(crate) fn judge(
        &self,
        agent: AgentKind,
        call: HookCall,
        earlier: Option<Decision>,
        memory: &Memory,
        links: &dyn Links,
    ) -> Judged {
        let mut event = call.event;
        let carried = self.enrich(&mut event, links);
        memory.follow_secrets(&mut event, &carried, self.masker.key());
        let decision = match earlier {
            Some(decision) => as_answered(&call.answer, decision),
            None => self.decide(&event, memory, |decision| {
                as_answered(&call.answer, decision)
            }),
        };
        let reply = render(agent, &call.answer, &decision);
        Judged {
            record: Record { event, decision },
            reply,
        }
    }

    /// Judges what the watcher of trusted files saw. It has happened: nothing can be stopped.
    pub(crate) fn watched(&self, mut event: Event, memory: &Memory) -> Record {
        self.enrich(&mut event, &RealLinks);
        self.found_out(event, memory)
    }

    /// Judges what Ringfence itself found out, whose labels stand already and hold no secret.
    pub(crate) fn found_out(&self, event: Event, memory: &Memory) -> Record {
        let decision = self.decide(&event, memory, |decision| {
            as_answered(&AnswerKind::Notice, decision)
        });
        Record { event, decision }
    }

    /// Judges what an agent told afterwards and no hook announced, whose labels stand already:
    /// nothing can be stopped, and what the user allows once is not used up.
    pub(crate) fn told(
        &self,
        mut event: Event,
        carried: &Carried,
        memory: &Memory,
        policy: &Policy,
    ) -> Record {
        memory.follow_secrets(&mut event, carried, self.masker.key());
        let (mut findings, steps) = self.rules.evaluate_with_steps(&event, policy);
        let observed = memory.observe(&self.rules, &event, &steps);
        findings.extend(self.rules.completed(&observed, &event, policy));
        let decision = Decision::from_findings(findings);
        let decision = if was_stopped(&event) {
            decision
        } else {
            as_answered(&AnswerKind::Notice, decision)
        };
        Record { event, decision }
    }

    /// The policy for what happened without being asked about: with what is allowed for good.
    pub(crate) fn policy_of_the_past(&self) -> Policy {
        let mut policy = self.policy();
        policy.allowances = allowances::load(&self.places);
        let for_good = |scope: &AllowScope| !matches!(scope, AllowScope::Once { .. });
        policy
            .allowances
            .retain(|allowance| for_good(&allowance.scope));
        policy
    }

    /// Judges what a sensor saw. It has happened, but for what the kernel denied for a rule.
    /// `compare` adds what was done and not said; what is `familiar` is not understood again.
    pub(crate) fn seen(
        &self,
        mut event: Event,
        denied: Option<&RuleId>,
        memory: &Memory,
        familiar: &mut Familiar,
        compare: impl FnOnce(&mut Event, &Place<'_>),
    ) -> Record {
        let sign = familiar::sign(&event);
        let is_known = sign.is_some_and(|sign| familiar.recall(sign, &mut event));
        if !is_known {
            // The sensor tells real paths.
            self.enrich(&mut event, &NoLinks);
        }
        compare(&mut event, &self.place());
        let says_nothing = event.labels.unsaid.is_empty();
        let found = if is_known && says_nothing {
            <(Vec<Finding>, Steps)>::default()
        } else {
            self.rules.evaluate_with_steps(&event, &self.policy())
        };
        let is_silent = found.0.is_empty() && found.1.is_empty();
        if let Some(sign) = sign.filter(|_| is_silent && says_nothing && !is_known) {
            familiar.learn(sign, &event.labels);
        }
        let decision = self.decide_on(&event, found, memory, |decision| {
            let mut decision = as_answered(&AnswerKind::Notice, decision);
            let Some(rule) = denied else { return decision };
            if let Some(denial) = self.rules.denial(rule, &event) {
                decision.findings.retain(|finding| finding.rule != *rule);
                decision.findings.push(denial);
            }
            Decision {
                verdict: Verdict::Deny,
                findings: decision.findings,
            }
        });
        Record { event, decision }
    }

    /// Where decoys lie.
    pub(crate) fn decoys(&self) -> Vec<String> {
        let canaries = self.canaries.iter();
        canaries
            .flat_map(Canaries::paths)
            .map(str::to_owned)
            .collect()
    }

    /// A text with its secrets masked.
    pub(crate) fn harmless(&self, text: &str) -> String {
        let masked = self.masker.mask(text, &mut Vec::new());
        masked.unwrap_or_else(|| text.to_owned())
    }

    /// The keyed hash of some bytes, in hexadecimal digits.
    pub(crate) fn fingerprint(&self, bytes: &[u8]) -> String {
        blake3::keyed_hash(&self.key, bytes).to_hex().to_string()
    }

    pub(crate) fn enrich(&self, event: &mut Event, links: &dyn Links) -> Carried {
        ringfence_enrich::enrich(event, &self.place(), links, &self.masker)
    }

    /// The labels of each program that a shell call will run, apart.
    pub(crate) fn label_each(&self, event: &Event, links: &dyn Links) -> Vec<Labels> {
        ringfence_enrich::label_each(event, &self.place(), links, &self.masker)
    }

    fn place(&self) -> Place<'_> {
        Place {
            cwd: None,
            home: Some(&self.home),
            guard: &self.guard,
            trusted: &self.trusted,
            canaries: self.canaries.as_ref(),
        }
    }

    /// Decides, uses up what the user allowed once, and remembers the event as it was answered.
    fn decide(
        &self,
        event: &Event,
        memory: &Memory,
        as_answered: impl FnOnce(Decision) -> Decision,
    ) -> Decision {
        let found = self.rules.evaluate_with_steps(event, &self.policy());
        self.decide_on(event, found, memory, as_answered)
    }

    /// The same of what rules found already.
    fn decide_on(
        &self,
        event: &Event,
        (mut findings, steps): (Vec<Finding>, Steps),
        memory: &Memory,
        as_answered: impl FnOnce(Decision) -> Decision,
    ) -> Decision {
        let mut policy = self.policy();
        let observed = memory.observe(&self.rules, event, &steps);
        findings.extend(self.rules.completed(&observed, event, &policy));
        if (findings.iter()).any(|finding| finding.verdict > Verdict::Alert) {
            policy.allowances = allowances::load(&self.places);
            findings = self.findings(event, &observed, &policy);
            while let Some(lost) = self.first_lost_race(&findings, &policy) {
                policy
                    .allowances
                    .retain(|allowance| allowance.finding != lost);
                findings = self.findings(event, &observed, &policy);
            }
        }
        let mut decision = as_answered(Decision::from_findings(findings));
        if decision.verdict == Verdict::Deny {
            let observed = memory.observe_denied(&self.rules, event, &steps, &observed);
            let more = self.rules.completed(&observed, event, &policy);
            decision.findings.extend(more);
        }
        decision
    }

    fn findings(&self, event: &Event, observed: &Observed, policy: &Policy) -> Vec<Finding> {
        let mut findings = self.rules.evaluate(event, policy);
        findings.extend(self.rules.completed(observed, event, policy));
        findings
    }

    /// Uses up the one-time allowances among the findings; returns one that another
    /// process was quicker to use.
    fn first_lost_race(
        &self,
        findings: &[Finding],
        policy: &Policy,
    ) -> Option<ringfence_event::FindingId> {
        findings
            .iter()
            .filter_map(|finding| finding.allowed_by.as_ref())
            .filter(|id| {
                policy.allowances.iter().any(|allowance| {
                    allowance.finding == **id && matches!(allowance.scope, AllowScope::Once { .. })
                })
            })
            .find(|id| !allowances::take(&self.places, id))
            .cloned()
    }

    /// What would be decided of an event that nothing went before, without using anything up.
    pub(crate) fn consider(&self, event: &Event) -> Decision {
        let mut policy = self.policy();
        policy.allowances = allowances::load(&self.places);
        let (_, steps) = self.rules.evaluate_with_steps(event, &policy);
        let observed = Memory::default().observe(&self.rules, event, &steps);
        Decision::from_findings(self.findings(event, &observed, &policy))
    }

    /// What denies something that can still be stopped and that nothing went before; uses up what the
    /// user allowed once.
    pub(crate) fn denial(&self, event: &Event) -> Option<Finding> {
        let first = self.possible_denial(event)?;
        let mut policy = self.policy();
        policy.allowances = allowances::load(&self.places);
        if policy.allowances.is_empty() {
            return Some(first);
        }
        let mut findings = self.rules.evaluate(event, &policy);
        while let Some(lost) = self.first_lost_race(&findings, &policy) {
            policy
                .allowances
                .retain(|allowance| allowance.finding != lost);
            findings = self.rules.evaluate(event, &policy);
        }
        denied_by(findings)
    }

    /// What would deny it if the user allowed nothing.
    pub(crate) fn possible_denial(&self, event: &Event) -> Option<Finding> {
        denied_by(self.rules.evaluate(event, &self.policy()))
    }

    pub(crate) fn policy(&self) -> Policy {
        Policy {
            mode: self.config.mode,
            rules: self.config.rules.clone(),
            allowances: Vec::new(),
        }
    }

    /// What is kept and told when a payload cannot be read.
    pub(crate) fn blind(
        &self,
        agent: AgentKind,
        stamp: Stamp,
        payload: &[u8],
        why: &str,
    ) -> Judged {
        crate::unread::keep(&self.places, stamp.key, payload, &self.masker);
        let mut rest = serde_json::Map::new();
        rest.insert(
            "unread".to_owned(),
            json!({ "why": why, "bytes": payload.len() }),
        );
        let event = Event {
            key: stamp.key,
            at: stamp.at,
            source: Source::Hook,
            agent: Some(agent),
            moment: None,
            session: None,
            call: None,
            process: stamp.process,
            cwd: None,
            action: Action::Other,
            labels: Labels::default(),
            rest,
        };
        Judged {
            record: Record {
                event,
                decision: Decision::from_findings(Vec::new()),
            },
            reply: blind_reply(agent, self.config.when_blind, why),
        }
    }
}

/// Our rules for secrets, and the user's beside them if they can be used.
fn masker(
    key: [u8; 32],
    places: &Places,
    own: Option<&Path>,
    problems: &mut Vec<String>,
) -> Masker {
    let Some(own) = own else {
        return Masker::new(key);
    };
    let path = places.config.join(own);
    match rules_for_secrets(&path) {
        Ok(rules) => {
            let unused = rules.unused().iter().map(ToString::to_string);
            problems.extend(unused.map(|part| format!("`{}`: {part}", path.display())));
            Masker::with_rules(key, rules)
        }
        Err(error) => {
            problems.push(format!(
                "{error:#}; only our own rules for secrets are in force"
            ));
            Masker::new(key)
        }
    }
}

fn rules_for_secrets(path: &Path) -> Result<SecretRules> {
    let failed = || format!("failed to read `{}`", path.display());
    let length = fs::metadata(path).with_context(failed)?.len();
    if length > LARGEST_RULES {
        bail!("`{}` is larger than {LARGEST_RULES} bytes", path.display());
    }
    let text = fs::read_to_string(path).with_context(failed)?;
    SecretRules::own_and(&text).with_context(failed)
}

fn denied_by(findings: Vec<Finding>) -> Option<Finding> {
    let decision = Decision::from_findings(findings);
    let denied = decision.verdict == Verdict::Deny;
    denied.then(|| decision.leading().cloned()).flatten()
}

/// The record tells what was answered: an agent that cannot ask its user is told no, and
/// where nothing can be stopped, nothing was.
fn as_answered(kind: &AnswerKind, mut decision: Decision) -> Decision {
    let answered: fn(Verdict) -> Verdict = match kind {
        AnswerKind::ToolGate {
            asking: Asking::Nobody,
        } => |verdict| match verdict {
            Verdict::Ask => Verdict::Deny,
            other => other,
        },
        AnswerKind::Notice | AnswerKind::Observe => |verdict| verdict.min(Verdict::Alert),
        _ => |verdict| verdict,
    };
    for finding in &mut decision.findings {
        finding.verdict = answered(finding.verdict);
    }
    Decision::from_findings(decision.findings)
}

/// Whether the proxy stopped it for what the rules say.
fn was_stopped(event: &Event) -> bool {
    event.source == Source::Proxy
        && matches!(&event.action, Action::HttpExchange { exchange } if exchange.handling == Handling::Blocked)
}

/// Nothing to say: the agent's own rules and prompts apply.
const SILENCE: Answer<'static> = Answer {
    verdict: Verdict::Allow,
    reason: "",
    hint: "",
};

/// Says a decision in the agent's dialect.
fn render(agent: AgentKind, kind: &AnswerKind, decision: &Decision) -> Reply {
    with_answer(decision, |answer| {
        ringfence_agents::render(agent, kind, answer)
    })
}

/// Puts a decision into words. What is neither stopped nor grave is kept in the record
/// without a word: the user works.
pub(crate) fn with_answer<T>(decision: &Decision, say: impl FnOnce(&Answer<'_>) -> T) -> T {
    let Some(finding) = decision.leading().filter(|finding| is_told(finding)) else {
        return say(&SILENCE);
    };
    let reason = format!("Ringfence: {} (rule {})", finding.reason, finding.rule);
    let hint = if finding.verdict >= Verdict::Ask {
        undo_hint(finding)
    } else {
        String::new()
    };
    say(&Answer {
        verdict: decision.verdict,
        reason: &reason,
        hint: &hint,
    })
}

fn is_told(finding: &Finding) -> bool {
    finding.verdict >= Verdict::Ask
        || (finding.verdict == Verdict::Alert && finding.severity >= Severity::High)
}

/// The files that agents trust, as enrichment looks for them.
pub(crate) fn trusted() -> Vec<Trusted> {
    ringfence_agents::trusted_files()
        .iter()
        .map(|file| {
            let class = if file.kind.is_obeyed() {
                FileClass::AgentInstructions
            } else {
                FileClass::AgentConfig
            };
            Trusted::new(file.pattern, class)
        })
        .collect()
}

/// How the user undoes a denial.
pub(crate) fn undo_hint(finding: &Finding) -> String {
    format!(
        "If you, the user, want this: run `ringfence allow {}` in a terminal of your own",
        finding.id
    )
}

/// The answer that needs no understanding: exit 2 is a denial for every agent, exit 0 none.
pub(crate) fn blind_reply(agent: AgentKind, when_blind: WhenBlind, why: &str) -> Reply {
    let (exit_code, then) = match when_blind {
        WhenBlind::Allow => (0, "the call goes on unjudged"),
        WhenBlind::Deny => (
            2,
            "the call is stopped, as configured (when_blind = \"deny\")",
        ),
    };
    let gate = AnswerKind::ToolGate {
        asking: Asking::Person,
    };
    Reply {
        stdout: ringfence_agents::render(agent, &gate, &SILENCE).stdout,
        stderr: format!(
            "ringfence: cannot judge this hook of {}: {why}; {then}\n",
            agent.title()
        ),
        exit_code,
    }
}

/// Asks the file system where links lead.
pub(crate) struct RealLinks;

impl Links for RealLinks {
    fn repository(&self, path: &str) -> Option<String> {
        let above = std::path::Path::new(path).ancestors().take(DEEPEST_FILE);
        let mut repositories = above.filter(|folder| folder.join(".git").exists());
        repositories.next()?.to_str().map(str::to_owned)
    }

    fn real(&self, path: &str) -> Option<String> {
        let path = std::path::Path::new(path);
        if let Ok(real) = path.canonicalize() {
            return real.into_os_string().into_string().ok();
        }
        // A file that is yet to be made: its directory may be the link.
        let folder = path.parent()?.canonicalize().ok()?;
        folder
            .join(path.file_name()?)
            .into_os_string()
            .into_string()
            .ok()
    }
}

/// An event that nobody sent: for `ringfence check` and the examples of rules.
pub(crate) fn imagined(tool: ringfence_event::Tool, cwd: Option<String>) -> Event {
    Event {
        key: ringfence_event::EventKey(uuid::Uuid::nil()),
        at: ringfence_event::Timestamp(0),
        source: Source::Hook,
        agent: None,
        moment: None,
        session: None,
        call: None,
        process: None,
        cwd,
        action: Action::ToolCall {
            tool: ringfence_event::Tool {
                input: Value::Null,
                ..tool
            },
        },
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    }
}
