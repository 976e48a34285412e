//! How many jobs run at a time in this process: each kind has places of its own, so that none waits for another.

use std::collections::HashMap;
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub struct Places {
    each: NonZeroU16,
    /// Of the kinds that were asked for so far.
    kinds: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// It is free again when this is dropped.
pub type Place = OwnedSemaphorePermit;

impl Places {
    /// With so many for each kind.
    pub fn new(each: NonZeroU16) -> Places {
        Places { each, kinds: Mutex::default() }
    }

    /// A place for a job of this kind, if one is free.
    pub fn take(&self, kind: &str) -> Option<Place> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let places = kinds.entry(kind.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.each.get().into())));
        places.clone().try_acquire_owned().ok()
    }

    /// Waits until all of them are free.
    pub async fn all_free(&self) {
        let kinds: Vec<Arc<Semaphore>> =
            self.kinds.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        for places in kinds {
            let _all = places.acquire_many(self.each.get().into()).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_kind_has_its_own() {
        let places = Places::new(NonZeroU16::new(2).unwrap());
        let (first, second) = (places.take("a").unwrap(), places.take("a").unwrap());
        assert!(places.take("a").is_none());
        let other = places.take("b").unwrap();
        drop(first);
        assert!(places.take("a").is_some());
        drop((second, other));
        places.all_free().await;
    }
}
