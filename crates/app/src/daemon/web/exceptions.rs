//! What a person allows in the dashboard: the same as `ringfence allow`, with the same limits.

use super::super::{Shared, now};
use super::{keep, refused};
use crate::allowances;
use crate::decided::Decided;
use ringfence_api::{AllowWhat, Exception, NewException, Refusal};
use ringfence_detect::{AllowScope, Allowance};
use ringfence_event::FindingId;

/// Lists what is allowed.
pub(super) fn list(shared: &Shared) -> Vec<Exception> {
    let all = allowances::load(&shared.places).into_iter();
    all.map(|allowance| shown(shared, allowance)).collect()
}

/// Allows something.
pub(super) fn allow(shared: &Shared, wanted: NewException) -> Result<Exception, Refusal> {
    let judge = shared.judge();
    let of_finding = |id: &str, project: bool| {
        let store = shared.store.reader();
        let store = store.map_err(|error| Refusal::Failed(error.to_string()))?;
        let found = allowances::of_finding(&judge, &store, id, project);
        found
            .map_err(|error| refused(&error))?
            .ok_or(Refusal::Missing("finding"))
    };
    let allowance = match wanted.what {
        AllowWhat::Once(finding) => of_finding(&finding, false)?,
        AllowWhat::Project(finding) => of_finding(&finding, true)?,
        AllowWhat::Rule(rule, root) => {
            let found = judge.rules.find(rule.as_str());
            let rule = found.ok_or(Refusal::Missing("rule"))?;
            allowances::of_rule(&judge, rule, Some(root)).map_err(|error| refused(&error))?
        }
    };
    let allowance = allowances::until(allowance, wanted.until, wanted.reason);
    let allowance = allowance.map_err(|error| refused(&error))?;
    allowances::add(&shared.places, &allowance)
        .map_err(|error| Refusal::Failed(format!("{error:#}")))?;
    keep(shared, &Decided::allowed(&allowance));
    Ok(shown(shared, allowance))
}

/// Takes an exception back.
pub(super) fn withdraw(shared: &Shared, id: &FindingId) -> Result<Exception, Refusal> {
    let mut all = allowances::load(&shared.places).into_iter();
    let found = all.find(|allowance| allowance.finding == *id);
    let before = shown(shared, found.ok_or(Refusal::Missing("exception"))?);
    if !allowances::take(&shared.places, id) {
        return Err(Refusal::Missing("exception"));
    }
    keep(shared, &Decided::no_longer_allowed(id));
    Ok(before)
}

fn shown(shared: &Shared, allowance: Allowance) -> Exception {
    let expired = !allowance.is_in_force(now());
    let made = allowances::made(&shared.places, &allowance.finding);
    let (project, call) = match allowance.scope {
        AllowScope::Project { root } => (Some(root), None),
        AllowScope::Once { subject } => (None, Some(subject)),
    };
    Exception {
        id: allowance.finding,
        rule: allowance.rule,
        once: call.is_some(),
        project,
        call,
        until: allowance.expires,
        reason: allowance.reason,
        made,
        expired,
    }
}
