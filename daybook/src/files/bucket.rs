//! A bucket of S3, or of a server that speaks like it. Region, endpoint and credentials come from the environment, or from
//! the role of the task, as everywhere in AWS (`AWS_REGION`, `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, …).

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{ClientOptions, RetryConfig};

use super::failed;
use crate::Result;

/// Tries of one request, in all. A job has tries of its own, with longer pauses.
const RETRIES: usize = 4;
const RETRY_FOR: Duration = Duration::from_secs(20);
/// For one request: a part has to get through.
const TIMEOUT: Duration = Duration::from_secs(60);

const ENDPOINTS: [&str; 3] = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AWS_ENDPOINT_URL_S3"];

pub(super) struct Bucket {
    pub(super) store: Arc<AmazonS3>,
    pub(super) prefix: String,
}

impl Bucket {
    pub(super) fn new(name: &str, prefix: &str) -> Result<Bucket> {
        choose_tls();
        let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_FOR, ..RetryConfig::default() };
        let plain = ENDPOINTS.iter().any(|name| std::env::var(name).is_ok_and(|url| url.starts_with("http://")));
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(name)
            .with_client_options(ClientOptions::new().with_timeout(TIMEOUT).with_allow_http(plain))
            .with_retry(retry)
            .build()
            .map_err(failed)?;
        Ok(Bucket { store: Arc::new(store), prefix: prefix.to_owned() })
    }

    /// Good for so long, unless the credentials end before.
    pub(super) async fn signed(&self, path: &Path, life: Duration) -> Result<String> {
        let url = self.store.signed_url(reqwest::Method::GET, path, life).await.map_err(failed)?;
        Ok(url.into())
    }
}

/// The cryptography under TLS is the one that Redis is reached with, too. Once for the process; another one that was
/// chosen before stays.
fn choose_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
