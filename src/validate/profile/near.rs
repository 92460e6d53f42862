//! Which of several profiles was nearest, and why it missed.

use super::COUNTED;
use super::check::Check;
use crate::cursor::Cursor;
use crate::definitions::profile::Profile;
use crate::issue::{Arg, Code, Issue};

impl<'a> Check<'_, 'a> {
    /// None of the profiles is met: says which has the fewest errors, and the first of them.
    pub(super) fn report_none(&mut self, cursor: Cursor, profiles: &[&'a Profile]) {
        let Some((profile, errors)) = self.nearest(cursor, profiles) else { return };
        let all = profiles.iter().map(|profile| profile.canonical()).collect();
        let why = errors.first().map(reason).unwrap_or_default();
        let args = vec![Arg::Terms(all), Arg::Term(profile.canonical()), Arg::Term(why)];
        self.walk.report(Code::ProfileNone, self.start(cursor), args);
    }

    /// The profile with the fewest errors, and these.
    pub(super) fn nearest(
        &mut self,
        cursor: Cursor,
        profiles: &[&'a Profile],
    ) -> Option<(&'a Profile, Vec<Issue>)> {
        let tried = profiles.iter().map(|&profile| {
            let ask = |walk: &mut _| Check { walk, profile }.root(cursor);
            (profile, self.walk.quietly(COUNTED, ask))
        });
        tried.min_by_key(|(_, errors)| errors.len())
    }
}

/// An issue as part of another's message: without values of the instance, which could not be masked
/// there any more.
pub(super) fn reason(issue: &Issue) -> String {
    issue.message(true).replace('`', "'")
}
