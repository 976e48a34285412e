//! The object store: a folder, or a bucket of S3. Files are written once, whole or not at all, and never changed.
//!
//! Knows nothing about what is in a file and who may have it. Keys are paths with slashes, made by this program alone.

#[cfg(feature = "s3")]
mod bucket;
mod folder;
mod upload;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use object_store::path::Path;
use object_store::{Attributes, ObjectStore, ObjectStoreExt, PutMultipartOptions};

use crate::config::FilesUrl;
use crate::{Error, Result};

pub use upload::{PART, Upload};

/// The store. Clones share it.
#[derive(Clone)]
pub struct Files {
    place: Arc<Place>,
}

enum Place {
    Folder(PathBuf),
    #[cfg(feature = "s3")]
    Bucket(bucket::Bucket),
}

/// How somebody gets a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// It is here, to be sent.
    Path(PathBuf),
    /// It is there for whoever has this address, for a while.
    Url(String),
}

/// What is said of a file to whoever downloads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub content_type: &'static str,
    /// The name to save it under. Letters, digits, `.`, `-` and `_` only.
    pub file_name: String,
}

impl Files {
    /// Touches nothing yet: a folder is made when the first file comes.
    ///
    /// # Errors
    /// [`Error::Files`] when the settings of S3 contradict each other.
    pub fn new(url: &FilesUrl) -> Result<Files> {
        let place = match url {
            FilesUrl::Folder(path) => Place::Folder(std::path::absolute(path).map_err(io)?),
            FilesUrl::Bucket { name, prefix } => bucket(name, prefix)?,
        };
        Ok(Files { place: Arc::new(place) })
    }

    /// Begins a file, which is there once [`Upload::finish`] says so.
    pub async fn upload(&self, key: &str, label: &Label) -> Result<Upload> {
        let store = self.store()?;
        let options = PutMultipartOptions { attributes: self.attributes(label), ..PutMultipartOptions::default() };
        let upload = store.put_multipart_opts(&self.path(key)?, options).await.map_err(failed)?;
        Ok(Upload::new(upload))
    }

    /// A small file at once.
    pub async fn put(&self, key: &str, label: &Label, bytes: Vec<u8>) -> Result<()> {
        let options = self.attributes(label).into();
        self.store()?.put_opts(&self.path(key)?, bytes.into(), options).await.map_err(failed).map(drop)
    }

    /// The way to a file; a signed address is good for `life`. Whether the file is there is not asked.
    pub async fn way(&self, key: &str, life: Duration) -> Result<Way> {
        match &*self.place {
            Place::Folder(root) => {
                // A path is for this program alone, and needs no end.
                let _ = life;
                Ok(Way::Path(root.join(key)))
            }
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => bucket.signed(&self.path(key)?, life).await.map(Way::Url),
        }
    }

    /// The whole of a small file; `None`: it is not there.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        match self.store()?.get(&self.path(key)?).await {
            Ok(found) => found.bytes().await.map(|bytes| Some(bytes.into())).map_err(failed),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// The names of the folders right below this one.
    pub async fn folders(&self, key: &str) -> Result<Vec<String>> {
        match &*self.place {
            Place::Folder(root) => folder::folders(root.join(key)).await,
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => {
                let listed = bucket.store.list_with_delimiter(Some(&self.path(key)?)).await.map_err(failed)?;
                Ok(listed.common_prefixes.iter().filter_map(|path| path.filename().map(str::to_owned)).collect())
            }
        }
    }

    /// Deletes everything below, also what an upload that was killed has left in a folder. (In a bucket that is a matter of
    /// its lifecycle rules.) A folder that is not there is fine.
    pub async fn remove_folder(&self, key: &str) -> Result<()> {
        match &*self.place {
            Place::Folder(root) => folder::remove(root.join(key)).await,
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => {
                use futures::{StreamExt, TryStreamExt};
                let found = bucket.store.list(Some(&self.path(key)?)).map_ok(|meta| meta.location).boxed();
                bucket.store.delete_stream(found).try_for_each(|_| async { Ok(()) }).await.map_err(failed)
            }
        }
    }

    /// A folder is made if it is not there.
    fn store(&self) -> Result<Arc<dyn ObjectStore>> {
        match &*self.place {
            Place::Folder(root) => folder::store(root),
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => Ok(bucket.store.clone()),
        }
    }

    fn attributes(&self, label: &Label) -> Attributes {
        match &*self.place {
            Place::Folder(_) => {
                // It keeps none: whoever sends the file says so.
                let _ = label;
                Attributes::new()
            }
            #[cfg(feature = "s3")]
            Place::Bucket(_) => Attributes::from_iter([
                (object_store::Attribute::ContentType, label.content_type.to_owned()),
                (object_store::Attribute::ContentDisposition, format!("attachment; filename=\"{}\"", label.file_name)),
                (object_store::Attribute::CacheControl, "private, no-store".to_owned()),
            ]),
        }
    }

    fn path(&self, key: &str) -> Result<Path> {
        let prefix = match &*self.place {
            Place::Folder(_) => "",
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => &bucket.prefix,
        };
        Path::parse(format!("{prefix}/{key}")).map_err(|error| Error::Internal(format!("a key: {error}")))
    }
}

#[cfg(feature = "s3")]
fn bucket(name: &str, prefix: &str) -> Result<Place> {
    bucket::Bucket::new(name, prefix).map(Place::Bucket)
}

#[cfg(not(feature = "s3"))]
fn bucket(_: &str, _: &str) -> Result<Place> {
    Err(Error::Files("this program was built without the cargo feature s3".into()))
}

fn failed(error: object_store::Error) -> Error {
    Error::Files(error.to_string())
}

fn io(error: std::io::Error) -> Error {
    Error::Files(error.to_string())
}
