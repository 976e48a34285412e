//! A folder as the object store. What is on disk when a write is confirmed stays there when the power goes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;

use super::{failed, io};
use crate::{Error, Result};

pub(super) fn store(root: &Path) -> Result<Arc<dyn ObjectStore>> {
    std::fs::create_dir_all(root).map_err(|error| Error::Files(format!("{}: {error}", root.display())))?;
    let store = LocalFileSystem::new_with_prefix(root).map_err(failed)?;
    Ok(Arc::new(store.with_fsync(true)))
}

pub(super) async fn folders(path: PathBuf) -> Result<Vec<String>> {
    blocking(move || {
        let entries = match std::fs::read_dir(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                names.extend(entry.file_name().into_string());
            }
        }
        Ok(names)
    })
    .await
}

pub(super) async fn remove(path: PathBuf) -> Result<()> {
    blocking(move || match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T> {
    let answer = tokio::task::spawn_blocking(work).await;
    answer.map_err(|error| Error::Internal(format!("a folder: {error}")))?.map_err(io)
}
