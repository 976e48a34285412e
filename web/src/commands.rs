//! The commands besides `serve`.

pub mod demo;
pub mod user;
pub mod verify;

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use daybook::config::{Config, Database};
use daybook::{Db, Error, migrations};

/// Waits for the database, then migrates it.
pub fn migrate(config: &Config) -> anyhow::Result<()> {
    println!("Database: {}", config.database);
    println!("Tries: {}, {} ms apart", config.migrate.tries, config.migrate.pause.as_millis());
    let db = Db::new(&migrating(config), &config.pool)?;
    let tries = config.migrate.tries.get();
    for attempt in 1..=tries {
        match try_to_migrate(config, &db) {
            Err(Error::Unavailable(problem)) if attempt < tries => {
                println!("Try {attempt} of {tries}: {problem}");
                std::thread::sleep(config.migrate.pause);
            }
            outcome => {
                let names = outcome?;
                names.iter().for_each(|name| println!("Ran {name}"));
                println!("The schema is up to date.");
                return make_account(config, &db);
            }
        }
    }
    Ok(())
}

/// The database by the account that migrates.
fn migrating(config: &Config) -> Database {
    config.migrate.account.clone().map_or_else(|| config.database.clone(), Database::Mysql)
}

/// Makes the application's account if another one migrates, and tries it.
fn make_account(config: &Config, db: &Db) -> anyhow::Result<()> {
    if config.migrate.account.is_some() {
        migrations::make_account(&mut *db.connect()?, &config.database)?;
        let own = Db::new(&config.database, &config.pool)?;
        let pending = migrations::pending(&mut *own.connect()?)?;
        anyhow::ensure!(pending.is_empty(), "{} sees another schema", config.database);
        println!("The application's account is ready.");
    }
    Ok(())
}

/// Runs the migrations that are missing and returns their names.
pub fn try_to_migrate(config: &Config, db: &Db) -> daybook::Result<Vec<String>> {
    let mut conn = db.connect()?;
    migrations::run(&mut conn, &config.database)
}

/// Copies the SQLite database.
pub fn backup(config: &Config, file: &Path) -> anyhow::Result<()> {
    let db = Db::new(&config.database, &config.pool)?;
    let mut conn = db.connect()?;
    daybook::backup::backup(&mut conn, file)?;
    println!("{}: {} bytes", file.display(), std::fs::metadata(file)?.len());
    Ok(())
}

/// Asks `/healthz`, so that a container needs no curl for its health check.
pub fn health(config: &Config) -> anyhow::Result<()> {
    const LIMIT: Duration = Duration::from_secs(3);
    let address = reachable(config.web.bind);
    let mut stream = TcpStream::connect_timeout(&address, LIMIT).with_context(|| format!("nothing at {address}"))?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.write_all(format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).context("no answer")?;
    if &answer != b"HTTP/1.1 200" {
        bail!("the answer is {}", String::from_utf8_lossy(&answer));
    }
    Ok(())
}

/// Where a server that listens on "any address" can be asked.
pub fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}
