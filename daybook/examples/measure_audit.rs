//! Fills the book at DATABASE_URL with demonstration entries, seals and verifies its audit log, and says how long it took:
//! `DATABASE_URL=… cargo run --release -p daybook --example measure_audit -- 1000000`.

use std::error::Error;
use std::ops::DerefMut;
use std::time::Instant;

use daybook::audit::{self, SEAL_MOST};
use daybook::config::Config;
use daybook::entries::{self, demo_entries};
use daybook::{Actor, Db, migrations};

fn main() -> Result<(), Box<dyn Error>> {
    let config = Config::read(&|name| std::env::var(name).ok())?;
    let db = Db::new(&config.database, &config.pool)?;
    migrations::run(db.connect()?.deref_mut(), &config.database)?;
    let wanted: u64 = std::env::args().nth(1).map_or(Ok(0), |number| number.parse())?;
    for first in (0..wanted).step_by(1000) {
        let new = demo_entries(first, 1000.min(wanted - first))?;
        db.write_blocking(|conn| entries::create(conn, &new, &Actor::operator()))?;
    }
    let (begin, mut events, mut batches) = (Instant::now(), 0, 0);
    loop {
        let sealed = db.write_blocking(|conn| audit::seal(conn, SEAL_MOST))?;
        events += sealed.events;
        batches += 1;
        if !sealed.more {
            break;
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    println!("sealed {events} events in {batches} batches: {seconds:.1} s, {:.0} a second", events as f64 / seconds);
    let begin = Instant::now();
    let report = audit::verify(db.connect()?.deref_mut(), |_| ())?;
    print!("{report}");
    println!("verified {} events in {:.1} s", report.events, begin.elapsed().as_secs_f64());
    db.close();
    Ok(())
}
