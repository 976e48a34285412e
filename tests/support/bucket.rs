//! A server that speaks like S3 (moto), with one bucket, behind a network that can be cut or frozen.

use std::process::{Child, Stdio};
use std::time::Duration;

use super::proxy::Proxy;
use super::python;
use super::servers::{free_port, wait_for};

pub struct Bucket {
    child: Child,
    port: u16,
    pub network: Proxy,
}

impl Bucket {
    pub fn start() -> Bucket {
        let port = free_port();
        let child = python::program("moto_server")
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto runs");
        wait_for(port, "moto", Duration::from_secs(30));
        let bucket = Bucket { child, port, network: Proxy::start(&format!("127.0.0.1:{port}")) };
        bucket.make();
        bucket
    }

    pub fn make(&self) {
        ureq::put(self.url("")).send_empty().expect("a bucket");
    }

    /// With whatever is in it.
    pub fn destroy(&self) {
        for key in between(&self.ask("?list-type=2"), "<Key>", "</Key>") {
            ureq::delete(self.url(&format!("/{key}"))).call().expect("it can be deleted");
        }
        ureq::delete(self.url("")).call().expect("it can be deleted");
    }

    /// Settings of a program.
    pub fn settings(&self) -> [(&'static str, String); 5] {
        [
            ("FILES_URL", "s3://book/of/one".into()),
            ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.network.port)),
            ("AWS_REGION", "eu-central-1".into()),
            ("AWS_ACCESS_KEY_ID", "key".into()),
            ("AWS_SECRET_ACCESS_KEY", "secret".into()),
        ]
    }

    /// All objects, by name, but the one that says whose place it is.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = between(&self.ask("?list-type=2"), "<Key>", "</Key>");
        keys.retain(|key| key != "of/one/snapshots/book");
        keys
    }

    /// Uploads that were begun and have not ended.
    pub fn uploads(&self) -> usize {
        between(&self.ask("?uploads"), "<UploadId>", "</UploadId>").len()
    }

    pub fn get(&self, key: &str) -> Vec<u8> {
        let mut answer = ureq::get(self.url(&format!("/{key}"))).call().expect("it is there");
        answer.body_mut().with_config().limit(u64::MAX).read_to_vec().expect("bytes")
    }

    fn ask(&self, query: &str) -> String {
        let mut answer = ureq::get(self.url(query)).call().expect("it answers");
        answer.body_mut().read_to_string().expect("XML")
    }

    fn url(&self, rest: &str) -> String {
        format!("http://127.0.0.1:{}/book{rest}", self.port)
    }
}

fn between(text: &str, begin: &str, end: &str) -> Vec<String> {
    let found = text.split(begin).skip(1).filter_map(|rest| rest.split_once(end));
    found.map(|(found, _)| found.to_owned()).collect()
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).expect("it can be ended");
    }
}
