//! Which profiles resources of a result claim (`ConvertOptions::claim`), and what they are given so that they meet them ([`fill`]).
//!
//! All claims are asked together: whether an Observation meets a profile can depend on what the Patient, to which it refers, is given.

mod fill;
mod telling;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::Engine;
use super::conversion::ConvertOptions;
use crate::convert::v2::{BundleKind, Claim, Claims, Fill, in_kind};
use crate::definitions::profile::Profile;
use crate::issue::{Arg, Code, Issue, Issues, Severity};
use crate::text::Span;
use crate::tree::{NodeId, Tree};
use crate::validate::Shared;
use telling::{gives_values, may_meet};

/// How often what was filled in may show that more is missing.
const FILLS: usize = 4;

/// How often a resource may be found not to meet a profile because another one does not.
const ROUNDS: usize = 12;

const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

/// A profile that a resource may claim.
struct Candidate<'p> {
    /// The position of its entry.
    entry: usize,
    /// The resource in what the map made.
    resource: NodeId,
    /// As it is to be claimed.
    canonical: &'p str,
    /// None for the definition of the type itself, which every resource of it meets.
    profile: Option<&'p Profile>,
    fills: Vec<Fill>,
    /// True while it is to be checked.
    is_open: bool,
}

/// How many findings are looked through for errors at the least.
const FINDINGS: usize = 10_000;

impl Engine {
    /// What a map made in the kind of Bundle that is asked for, where that differs, with the claims of its resources; and what is found in
    /// it. A resource that is not valid claims nothing.
    pub(super) fn claimed(
        &self,
        draft: &Tree,
        options: &ConvertOptions,
    ) -> (Option<Tree>, Vec<Issue>) {
        let mut claims = self.claims(draft, options);
        let unknown =
            options.claim.iter().filter(|it| self.claimable(std::slice::from_ref(it)).is_empty());
        let unknown: Vec<Issue> = unknown.map(|it| not_here(it)).collect();
        loop {
            let bundle = in_kind(draft, options.bundle, &claims);
            let tree = bundle.as_ref().unwrap_or(draft);
            if claims.is_empty() {
                let limit = options.max_issues;
                let findings = options.validate.then(|| self.findings(tree, limit));
                return (bundle, unknown.into_iter().chain(findings.unwrap_or_default()).collect());
            }
            let findings = self.findings(tree, options.max_issues.max(FINDINGS));
            if !withdraw(draft, &findings, &mut claims) {
                let mut found = Issues::new(options.max_issues);
                let findings = findings.into_iter().filter(|_| options.validate);
                unknown.into_iter().chain(findings).for_each(|it| found.push(it));
                return (bundle, found.into_sorted());
            }
        }
    }

    /// Which of the profiles that are asked for each resource of a Bundle meets, and with what.
    fn claims(&self, tree: &Tree, options: &ConvertOptions) -> Claims {
        if options.claim.is_empty() {
            return Claims::new();
        }
        let wanted = self.claimable(&options.claim);
        let mut candidates = Vec::new();
        for (entry, resource) in resources(tree).enumerate() {
            let Some(resource) = resource else { continue };
            let of_type = tree.child_text(resource, "resourceType").and_then(|it| wanted.get(it));
            let of_type = of_type.into_iter().flatten();
            let fitting =
                of_type.filter(|(_, it)| it.is_none_or(|it| may_meet(tree, resource, it)));
            candidates.extend(fitting.map(|&(canonical, profile)| {
                let is_open = profile.is_some();
                Candidate { entry, resource, canonical, profile, fills: Vec::new(), is_open }
            }));
        }
        self.settle(tree, &mut candidates);
        self.most_telling(&mut candidates);
        claims_of(candidates)
    }

    /// The profiles that may be claimed, by the type that they are for. A canonical that ends with `/` stands for all that begin
    /// with it.
    fn claimable<'p>(
        &'p self,
        asked: &'p [String],
    ) -> HashMap<&'p str, Vec<(&'p str, Option<&'p Profile>)>> {
        let definitions = self.definitions();
        let mut wanted: HashMap<&str, Vec<_>> = HashMap::new();
        let mut add = |canonical: &'p str| {
            if let Some(profile) = definitions.profile(canonical) {
                let of_type =
                    wanted.entry(definitions.names().text(profile.type_name)).or_default();
                if !profile.is_abstract && !of_type.iter().any(|&(known, _)| known == canonical) {
                    of_type.push((canonical, Some(profile)));
                }
            } else if let Some(name) = canonical.strip_prefix(CORE)
                && definitions.find_type(name).is_some()
            {
                wanted.entry(name).or_default().push((canonical, None));
            }
        };
        for canonical in asked {
            if canonical.ends_with('/') {
                let listed = definitions.profiles().into_iter();
                listed
                    .filter(|it| it.url.starts_with(canonical.as_str()))
                    .for_each(|it| add(it.url));
            } else {
                add(canonical);
            }
        }
        wanted
    }

    /// Leaves the candidates that meet their profiles, with what they are given. What one is given may show what else it lacks, and
    /// may be what another waited for.
    fn settle(&self, tree: &Tree, candidates: &mut Vec<Candidate<'_>>) {
        for round in 0..ROUNDS {
            let misses = self.misses(tree, candidates);
            if misses.iter().all(Vec::is_empty) {
                return;
            }
            let fills = |(candidate, misses): (&Candidate<'_>, &Vec<Issue>)| {
                self.fills(tree, candidate, misses).filter(|_| round < FILLS)
            };
            let fills: Vec<Option<Vec<Fill>>> = candidates.iter().zip(&misses).map(fills).collect();
            let has_more = fills.iter().flatten().any(|fills| !fills.is_empty());
            let (none, mut changed) = (Vec::new(), HashSet::new());
            let mut answers = fills.into_iter().zip(&misses);
            candidates.retain_mut(|candidate| {
                let (fills, misses) = answers.next().unwrap_or((None, &none));
                candidate.is_open = !misses.is_empty();
                let stays = misses.is_empty() || fills.is_some() && has_more;
                let fills = fills.unwrap_or_default();
                if !fills.is_empty() || !stays && !candidate.fills.is_empty() {
                    changed.insert(candidate.entry);
                }
                candidate.fills.extend(fills);
                stays
            });
            for candidate in candidates.iter_mut() {
                candidate.is_open |= changed.contains(&candidate.entry);
            }
        }
        candidates.clear();
    }

    /// What keeps each candidate from meeting its profile, in a Bundle where all have what they are given.
    fn misses(&self, tree: &Tree, candidates: &[Candidate<'_>]) -> Vec<Vec<Issue>> {
        let claims =
            claims_of(candidates.iter().map(|it| Candidate { fills: it.fills.clone(), ..*it }));
        let filled = in_kind(tree, BundleKind::Message, &claims);
        let tree = filled.as_ref().unwrap_or(tree);
        let shared = Rc::new(Shared::new(tree));
        let resources: Vec<Option<NodeId>> = resources(tree).collect();
        let misses = |candidate: &Candidate<'_>| {
            let resource = resources.get(candidate.entry).copied().flatten();
            let found = resource.zip(candidate.profile.filter(|_| candidate.is_open));
            found.map_or_else(Vec::new, |(resource, profile)| {
                self.validator.misses((tree, resource), profile, &shared)
            })
        };
        candidates.iter().map(misses).collect()
    }

    /// What a candidate is given for what is missing; none where something else keeps it from meeting its profile. That a resource to
    /// which it refers does not meet its own may change.
    fn fills(&self, tree: &Tree, candidate: &Candidate<'_>, misses: &[Issue]) -> Option<Vec<Fill>> {
        let profile = candidate.profile?;
        let mut fills: Vec<Fill> = Vec::new();
        for issue in misses.iter().filter(|issue| issue.code != Code::ReferenceProfile) {
            let fill = self.fill(issue, profile, (tree, candidate.resource))?;
            if candidate.fills.contains(&fill) {
                return None;
            }
            join(&mut fills, fill);
        }
        Some(fills)
    }

    /// Of the profiles that a resource meets, it claims those that say most: not one that another builds on, nor one that any resource of
    /// the type could meet beside one that gives values which this one has (a heart rate is more than a simple observation).
    fn most_telling(&self, candidates: &mut Vec<Candidate<'_>>) {
        let definitions = self.definitions();
        let mut met: HashMap<usize, Vec<&Profile>> = HashMap::new();
        for candidate in candidates.iter() {
            met.entry(candidate.entry).or_default().extend(candidate.profile);
        }
        let builds_on = |profile: &Profile, base: &Profile| {
            let above = |it: &&Profile| definitions.profile_for(it.base.as_deref()?, it);
            let mut chain = std::iter::successors(above(&profile), above).take(ROUNDS);
            chain.any(|it| it.url == base.url)
        };
        candidates.retain(|candidate| {
            let Some(profile) = candidate.profile else { return true };
            let others = met.get(&candidate.entry).map_or(&[][..], Vec::as_slice);
            let tells = gives_values(&profile.root);
            !others
                .iter()
                .any(|&other| builds_on(other, profile) || !tells && gives_values(&other.root))
        });
    }
}

/// Adds what is given. Two may give the same, or entries of one list; of two values for one element, the first stays.
fn join(fills: &mut Vec<Fill>, fill: Fill) {
    let is_same = |it: &&mut Fill| {
        it.owner == fill.owner && it.name == fill.name && (!it.name.is_empty() || **it == fill)
    };
    match fills.iter_mut().find(is_same) {
        Some(Fill { value: Value::Array(known), .. }) if !fill.name.is_empty() => {
            let Value::Array(entries) = fill.value else { return };
            let new: Vec<Value> = entries.into_iter().filter(|it| !known.contains(it)).collect();
            known.extend(new);
        }
        Some(_) => {}
        None => fills.push(fill),
    }
}

/// Says of a profile that is to be claimed that it is not here.
fn not_here(canonical: &str) -> Issue {
    let args = vec![Arg::Term(canonical.to_owned())];
    Issue::new(Code::ProfileNotChecked, Span::default(), String::new(), args)
}

/// Takes their claims from resources that have an error; false where none has. Where there may be more errors than were listed,
/// none is certain.
fn withdraw(draft: &Tree, findings: &[Issue], claims: &mut Claims) -> bool {
    let errors = findings.iter().filter(|issue| issue.severity >= Severity::Error);
    let entries: HashSet<usize> = errors.filter_map(|issue| entry_of(&issue.expression)).collect();
    let is_cut = findings.iter().any(|issue| issue.code == Code::LimitIssues);
    let before = claims.len();
    for (entry, resource) in resources(draft).enumerate() {
        if let Some(resource) = resource.filter(|_| is_cut || entries.contains(&entry)) {
            claims.remove(&resource);
        }
    }
    claims.len() < before
}

/// 3, of `Bundle.entry[3].resource.code`.
fn entry_of(expression: &str) -> Option<usize> {
    let (number, _) = expression.strip_prefix("Bundle.entry[")?.split_once(']')?;
    number.parse().ok()
}

/// The resource of each entry of a Bundle.
fn resources(tree: &Tree) -> impl Iterator<Item = Option<NodeId>> {
    let entries = tree.child(NodeId::ROOT, "entry");
    let entries = entries.into_iter().flat_map(|entries| tree.children(entries));
    entries.map(|entry| tree.child(entry, "resource"))
}

fn claims_of<'p>(candidates: impl IntoIterator<Item = Candidate<'p>>) -> Claims {
    let mut claims = Claims::new();
    for Candidate { resource, canonical, fills, .. } in candidates {
        let claim: &mut Claim = claims.entry(resource).or_default();
        claim.profiles.push(canonical.to_owned());
        for fill in fills {
            join(&mut claim.fills, fill);
        }
    }
    claims
}
