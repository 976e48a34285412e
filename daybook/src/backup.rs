//! A copy of the embedded database while people go on working with it.

use std::fs::{self, File};
use std::path::Path;

use crate::{Conn, Error, Result, dialect};

/// Writes a complete, consistent copy of a SQLite database to `file`, which must not exist yet. The file appears under
/// its name only when it is whole and on disk.
///
/// # Errors
/// [`Error::Internal`] with the reason: the file exists, its folder cannot be written, or the database is MySQL.
pub fn backup(conn: &mut Conn, file: &Path) -> Result<()> {
    if file.exists() {
        return Err(Error::Internal(format!("{} exists already", file.display())));
    }
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let failed = |error: std::io::Error| Error::Internal(format!("cannot write {}: {error}", file.display()));
    match fs::remove_file(part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    if !dialect::copy_to_file(conn, part)? {
        return Err(Error::Internal("backup is for SQLite; for MySQL use mysqldump --single-transaction".into()));
    }
    File::open(part).and_then(|copy| copy.sync_all()).map_err(failed)?;
    fs::rename(part, file).map_err(failed)
}
