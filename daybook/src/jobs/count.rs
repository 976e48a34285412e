//! How many jobs there are of each kind in each state, for those who watch over the program.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::State;
use crate::{Conn, Result};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCount {
    pub kind: String,
    pub state: State,
    pub number: u64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Counts at most so many jobs in each state, found by the index of states: the cost does not grow with the table.
pub fn count(conn: &mut Conn, most: u32) -> Result<Vec<JobCount>> {
    let mut counts = Vec::new();
    for state in State::ALL {
        let query = "SELECT some.kind AS kind, COUNT(*) AS number \
            FROM (SELECT kind FROM jobs WHERE state = ? LIMIT ?) AS some GROUP BY some.kind ORDER BY some.kind";
        let query = diesel::sql_query(query).bind::<Text, _>(state).bind::<BigInt, _>(i64::from(most));
        let rows: Vec<Row> = query.load(conn)?;
        let count =
            |row: Row| JobCount { kind: row.kind, state, number: u64::try_from(row.number).unwrap_or_default() };
        counts.extend(rows.into_iter().map(count));
    }
    Ok(counts)
}
