//! Python with the packages of `tests/requirements.txt`, as `bin/test` installs them.

use std::path::PathBuf;
use std::process::Command;

/// A program of that environment.
pub fn program(name: &str) -> Command {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/python/bin").join(name);
    assert!(path.exists(), "{} is not there: `bin/test` installs it", path.display());
    Command::new(path)
}

/// Runs a script of this folder, and gives what it prints.
#[track_caller]
pub fn run(script: &str, args: &[&str]) -> String {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(script);
    let output = program("python").arg(script).args(args).output().expect("it runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}
