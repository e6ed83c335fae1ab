//! The test bench of the dashboard: rules and choices that are tried beside those in force.
//!
//! **Invariant:** nothing is kept and nothing is used up: allowances count for neither side.

use super::super::{Shared, now};
use super::rules::meaning;
use crate::judge::Judge;
use crate::packs;
use ringfence_agents::Stamp;
use ringfence_api::{RuleProblem, Trial, Tried, TryRules};
use ringfence_detect::{Policy, Report, RuleSet, Sessions};
use ringfence_enrich::NoLinks;
use ringfence_event::{AgentKind, Decision, Event, EventKey, Verdict};
use std::sync::Arc;
use uuid::Uuid;

/// What a rule file is called that is only on the bench.
const NAME: &str = "test bench";

/// Rules in force and rules on trial, each with what it remembers of sessions.
pub(super) struct Bench {
    judge: Arc<Judge>,
    problems: Vec<Report>,
    before: Side,
    after: Side,
}

struct Side {
    rules: Arc<RuleSet>,
    policy: Policy,
    sessions: Sessions,
}

impl Bench {
    pub(super) fn new(shared: &Shared, wanted: TryRules) -> Bench {
        let judge = shared.judge();
        let before = Side::new(Arc::clone(&judge.rules), judge.policy());
        let mut problems = Vec::new();
        let rules = match wanted.rules {
            None => Arc::clone(&judge.rules),
            Some(text) => {
                let placeholders = &judge.config.placeholders;
                let folder = shared.places.rules();
                let (rules, own) = packs::compile_text(NAME, text, &folder, placeholders);
                problems = own.problems;
                Arc::new(rules)
            }
        };
        let mut policy = judge.policy();
        policy.mode = wanted.mode.unwrap_or(policy.mode);
        for (rule, choice) in wanted.choices {
            match meaning(choice) {
                Some(choice) => policy.rules.insert(rule, choice),
                None => policy.rules.remove(&rule),
            };
        }
        Bench {
            problems,
            before,
            after: Side::new(rules, policy),
            judge,
        }
    }
}

impl Side {
    fn new(rules: Arc<RuleSet>, policy: Policy) -> Side {
        rules.prepare();
        Side {
            rules,
            policy,
            sessions: Sessions::new(),
        }
    }

    fn judge(&mut self, event: &Event, answered: Verdict) -> Decision {
        let rules = &self.rules;
        let (mut findings, steps) = rules.evaluate_with_steps(event, &self.policy);
        let observed = rules.observe(&mut self.sessions, event, &steps);
        findings.extend(rules.completed(&observed, event, &self.policy));
        // What ran then ran, whatever is answered on the bench.
        if answered == Verdict::Deny {
            let observed = rules.observe_denied(&mut self.sessions, event, &steps, &observed);
            findings.extend(rules.completed(&observed, event, &self.policy));
        }
        Decision::from_findings(findings)
    }
}

/// What is wrong with a rule, for the dashboard.
pub(super) fn problem(report: &Report) -> RuleProblem {
    let number = |place: Option<usize>| place.and_then(|place| u64::try_from(place).ok());
    RuleProblem {
        line: number(report.line),
        column: number(report.column),
        rule: report.rule.clone(),
        message: report.problem.clone(),
        hint: report.hint.clone(),
    }
}

impl Trial for Bench {
    fn problems(&self) -> Vec<RuleProblem> {
        self.problems.iter().map(problem).collect()
    }

    fn read(&self, agent: AgentKind, payload: &[u8]) -> Result<Event, String> {
        let stamp = Stamp {
            key: EventKey(Uuid::now_v7()),
            at: now(),
            process: None,
        };
        let call = ringfence_agents::read_hook(agent, payload, stamp);
        call.map(|call| call.event)
            .map_err(|error| format!("the payload cannot be read: {error}"))
    }

    fn enrich(&self, event: &mut Event) {
        // What is only imagined has no links on this machine.
        self.judge.enrich(event, &NoLinks);
    }

    fn judge(&mut self, event: &Event, answered: Verdict) -> Tried {
        Tried {
            before: self.before.judge(event, answered),
            after: self.after.judge(event, answered),
        }
    }
}
