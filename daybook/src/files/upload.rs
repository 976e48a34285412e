//! A file on its way into the store, part by part.

use object_store::MultipartUpload;

use super::failed;
use crate::{Error, Result};

/// Bytes of a part but the last: S3's least.
pub const PART: usize = 5 << 20;

/// Nobody sees the file before [`Upload::finish`]; dropped before that, it is taken back, as far as that can be done.
pub struct Upload {
    inner: Option<Box<dyn MultipartUpload>>,
}

impl Upload {
    pub(super) fn new(inner: Box<dyn MultipartUpload>) -> Upload {
        Upload { inner: Some(inner) }
    }

    /// [`PART`] bytes, or fewer at the end.
    pub async fn part(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.inner()?.put_part(bytes.into()).await.map_err(failed)
    }

    /// # Errors
    /// [`Error::Files`]: the file is not there.
    pub async fn finish(mut self) -> Result<()> {
        self.inner()?.complete().await.map_err(failed)?;
        self.inner = None;
        Ok(())
    }

    /// Takes back what was sent, and waits for it.
    pub async fn abort(mut self) {
        if let Some(mut inner) = self.inner.take() {
            give_up(&mut *inner).await;
        }
    }

    fn inner(&mut self) -> Result<&mut Box<dyn MultipartUpload>> {
        self.inner.as_mut().ok_or_else(|| Error::Internal("an upload that has ended".into()))
    }
}

async fn give_up(inner: &mut dyn MultipartUpload) {
    if let Err(error) = inner.abort().await {
        tracing::debug!(%error, "an upload was not taken back");
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let (Some(mut inner), Ok(runtime)) = (self.inner.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move { give_up(&mut *inner).await });
        }
    }
}
