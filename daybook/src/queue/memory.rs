//! The bell in the memory of the one process, for apalis' own memory backend.
//!
//! Its sink is not used: it panics when two push at the same time. These channels take its place.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use apalis::prelude::{MemorySink, MemoryStorage, MemoryStorageError, Task, TaskBuilder};
use futures::channel::mpsc::{Receiver, Sender, channel};
use futures::{SinkExt, Stream, StreamExt, sink};

use super::{Message, Wake};

/// Messages that wait at the most. More need not: whoever is woken looks for all that there is to do.
const MOST: usize = 1_000;

#[derive(Clone)]
pub struct MemoryQueues {
    audit: MemoryQueue,
    jobs: MemoryQueue,
}

/// Both ends of a queue.
#[derive(Clone)]
pub struct MemoryQueue {
    sender: Arc<Mutex<Sender<Task<Message>>>>,
    receiver: Arc<Mutex<Receiver<Task<Message>>>>,
}

impl MemoryQueues {
    pub(super) fn new() -> MemoryQueues {
        MemoryQueues { audit: MemoryQueue::new(0), jobs: MemoryQueue::new(MOST) }
    }

    pub(super) fn push(&self, wake: Wake) {
        let queue = match wake {
            Wake::Audit => &self.audit,
            Wake::Job(_) => &self.jobs,
        };
        // When it is full, somebody is about to be woken anyway.
        let _ = lock(&queue.sender).try_send(TaskBuilder::new(wake.to_message()).build());
    }

    pub fn audit(&self) -> &MemoryQueue {
        &self.audit
    }

    pub fn jobs(&self) -> &MemoryQueue {
        &self.jobs
    }
}

impl MemoryQueue {
    /// A sender has one place more than that.
    fn new(places: usize) -> MemoryQueue {
        let (sender, receiver) = channel(places);
        MemoryQueue { sender: Arc::new(Mutex::new(sender)), receiver: Arc::new(Mutex::new(receiver)) }
    }

    /// For a worker of apalis. One at a time: after a restart the next one goes on with the same messages.
    pub fn backend(&self) -> MemoryStorage<Message> {
        let nowhere = sink::drain().sink_map_err(|never| match never {});
        let unused: Box<dyn sink::Sink<Task<Message>, Error = MemoryStorageError> + Send + Sync + Unpin> =
            Box::new(nowhere);
        let unused = MemorySink::new(Arc::new(futures::lock::Mutex::new(unused)));
        MemoryStorage::new_with(unused, Messages(self.receiver.clone()).boxed())
    }
}

struct Messages(Arc<Mutex<Receiver<Task<Message>>>>);

impl Stream for Messages {
    type Item = Task<Message>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Task<Message>>> {
        lock(&self.0).poll_next_unpin(cx)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
