//! The numbers of entries that lists have, so that not every page counts again.
//!
//! Forgotten with every change that this process makes, and after a few seconds because of the others'.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use daybook::entries::{Count, EntryFilter};

/// How long the changes of other processes may go unnoticed.
const LIFE: Duration = Duration::from_secs(5);
/// Lists that are remembered.
const MOST: usize = 100;

#[derive(Default)]
pub struct Counts(Mutex<State>);

#[derive(Default)]
struct State {
    /// Rises with each change, so that what was counted before it is not kept after it.
    generation: u64,
    known: HashMap<EntryFilter, (Instant, Count)>,
}

impl Counts {
    /// The number that is known, or else the one that `count` finds.
    pub fn get_or<E>(&self, filter: &EntryFilter, count: impl FnOnce() -> Result<Count, E>) -> Result<Count, E> {
        let generation = {
            let state = self.lock();
            if let Some((_, known)) = state.known.get(filter).filter(|(at, _)| at.elapsed() < LIFE) {
                return Ok(*known);
            }
            state.generation
        };
        let counted = count()?;
        let mut state = self.lock();
        if state.generation == generation {
            if state.known.len() >= MOST {
                state.known.clear();
            }
            state.known.insert(filter.clone(), (Instant::now(), counted));
        }
        Ok(counted)
    }

    /// To be called after each change.
    pub fn forget(&self) {
        let mut state = self.lock();
        state.generation += 1;
        state.known.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(counts: &Counts, n: usize) -> Count {
        counts.get_or(&EntryFilter::default(), || Ok::<_, ()>(Count::Exactly(n))).unwrap()
    }

    #[test]
    fn a_number_is_kept_until_something_changes() {
        let counts = Counts::default();
        assert_eq!(ask(&counts, 1), Count::Exactly(1));
        assert_eq!(ask(&counts, 2), Count::Exactly(1));
        counts.forget();
        assert_eq!(ask(&counts, 3), Count::Exactly(3));
    }

    #[test]
    fn what_was_counted_before_a_change_is_not_kept_after_it() {
        let counts = Counts::default();
        let filter = EntryFilter::default();
        let counted = counts.get_or(&filter, || {
            counts.forget();
            Ok::<_, ()>(Count::Exactly(1))
        });
        assert_eq!(counted, Ok(Count::Exactly(1)));
        assert_eq!(ask(&counts, 2), Count::Exactly(2));
    }
}
