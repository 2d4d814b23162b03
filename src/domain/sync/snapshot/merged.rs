//! The people of a read, each once, in the order of their userids.
//!
//! With many of them, most of the time goes into fetching each from where it was read. So they are first dealt into drawers, one
//! for each stretch of userids, and every drawer is small enough to be put in order without reaching far; all cores take
//! part in both. Invariant: what comes out depends neither on the drawers nor on the number of cores.

use rayon::prelude::*;

use super::read::ReadPage;
use super::{Upstream, UpstreamPerson};
use crate::domain::directory::profile::ProfileField;

/// About so many people lie in a drawer.
const DRAWER: usize = 2_000;
/// So many people are looked at for each drawer, to find where the stretches begin.
const LOOKED_AT: usize = 16;

/// The first bytes of a userid, as a number of the same order; they tell most userids apart.
type Beginning = u128;

/// What was dealt, drawer by drawer.
type Drawers = Vec<Vec<UpstreamPerson>>;

/// Everybody once, with all places. Of what several pages say of one person, the earlier page counts first, and what was
/// read of the person alone last.
pub(super) fn merged(pages: Vec<ReadPage>, alone: Vec<UpstreamPerson>) -> Vec<UpstreamPerson> {
    let bounds = bounds(&pages);
    let empty = || -> Drawers { (0..=bounds.len()).map(|_| Vec::new()).collect() };
    let deal = |mut drawers: Drawers, person: UpstreamPerson| {
        let place = bounds.partition_point(|bound| *bound <= beginning(&person.user_id));
        if let Some(drawer) = drawers.get_mut(place) {
            drawer.push(person);
        }
        drawers
    };
    let least = pages.len().div_ceil(4 * rayon::current_num_threads());
    let listed = pages.into_par_iter().with_min_len(least.max(1));
    // Each piece of the pages in their order, and so the pieces.
    let mut dealt: Vec<Drawers> =
        listed.fold(empty, |drawers, page| page.into_people().fold(drawers, deal)).collect();
    dealt.push(alone.into_iter().fold(empty(), deal));

    let mut drawers: Vec<Drawers> = (0..=bounds.len()).map(|_| Vec::new()).collect();
    for piece in dealt {
        for (drawer, part) in drawers.iter_mut().zip(piece) {
            drawer.push(part);
        }
    }
    let ordered: Drawers = drawers.into_par_iter().map(in_order).collect();
    let mut people = Vec::with_capacity(ordered.iter().map(Vec::len).sum());
    for mut drawer in ordered {
        people.append(&mut drawer);
    }
    people
}

/// Where the stretches of userids begin, but for the first.
fn bounds(pages: &[ReadPage]) -> Vec<Beginning> {
    let drawers = pages.iter().map(ReadPage::len).sum::<usize>() / DRAWER;
    let wanted = drawers * LOOKED_AT;
    if wanted == 0 {
        return Vec::new();
    }
    let step = pages.len().div_ceil(wanted);
    let seen = pages.iter().step_by(step).filter_map(ReadPage::first);
    let mut seen: Vec<Beginning> = seen.map(|person| beginning(&person.user_id)).collect();
    seen.sort_unstable();
    seen.dedup();
    let apart = seen.len().div_ceil(drawers).max(1);
    seen.into_iter().step_by(apart).skip(1).collect()
}

fn beginning(text: &str) -> Beginning {
    let mut beginning = [0; 16];
    for (slot, byte) in beginning.iter_mut().zip(text.bytes()) {
        *slot = byte;
    }
    u128::from_be_bytes(beginning)
}

/// The people of one drawer, whose parts lie in the order of the pages.
fn in_order(parts: Vec<Vec<UpstreamPerson>>) -> Vec<UpstreamPerson> {
    let mut lines: Vec<Option<UpstreamPerson>> = parts.into_iter().flatten().map(Some).collect();
    let keyed = lines.iter().enumerate().filter_map(|(place, line)| Some((line.as_ref()?, place)));
    let mut order: Vec<(Beginning, &str, usize)> =
        keyed.map(|(person, place)| (beginning(&person.user_id), &*person.user_id, place)).collect();
    order.sort_unstable();
    let order: Vec<usize> = order.into_iter().map(|(.., place)| place).collect();
    let mut people: Vec<UpstreamPerson> = Vec::with_capacity(lines.len());
    for place in order {
        let Some(mut next) = lines.get_mut(place).and_then(Option::take) else { continue };
        match people.last_mut().filter(|known| known.user_id == next.user_id) {
            Some(known) => merge(known, &mut next),
            None => people.push(next),
        }
    }
    people
}

/// Adds what another page says of a person: the places, and what the pages before it did not tell.
fn merge(known: &mut UpstreamPerson, next: &mut UpstreamPerson) {
    for field in ProfileField::ALL {
        if *known.fields.get(field) == Upstream::Absent {
            known.fields.set(field, next.fields.take(field));
        }
    }
    known.union_id = known.union_id.take().or(next.union_id.take());
    known.country_code = known.country_code.take().or(next.country_code.take());
    for place in next.memberships.drain(..) {
        match known.memberships.binary_search_by_key(&place.dept_id, |known| known.dept_id) {
            // The same person on two pages of one department: pages drifted while they were read.
            Ok(index) => {
                if let Some(slot) = known.memberships.get_mut(index) {
                    *slot = place;
                }
            }
            Err(index) => known.memberships.insert(index, place),
        }
    }
}
