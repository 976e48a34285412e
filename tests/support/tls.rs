//! A certificate for a server of a test, by an authority that only the test knows.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

/// Files in PEM.
pub struct Certificate {
    /// Of the authority, for who has to trust it.
    pub authority: PathBuf,
    /// The server's own.
    pub chain: PathBuf,
    pub key: PathBuf,
}

impl Certificate {
    /// For a server of that name. The files are in the folder.
    pub fn new(folder: &Path, name: &str) -> Certificate {
        let mut authority = CertificateParams::new([]).expect("no names");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.distinguished_name.push(DnType::CommonName, "A test's authority");
        let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("signed");
        let key = KeyPair::generate().expect("a key");
        let server = CertificateParams::new([name.to_owned()]).expect("a name");
        let server = server.signed_by(&key, &issuer).expect("signed");
        let write = |what: &str, text: String| {
            let file = folder.join(format!("{name}-{what}.pem"));
            std::fs::write(&file, text).expect("the folder can be written");
            file
        };
        Certificate {
            authority: write("authority", issuer.pem()),
            chain: write("chain", server.pem()),
            key: write("key", key.serialize_pem()),
        }
    }
}
