//! How many entries a list has, as far as it is cheap to know.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::EntryFilter;
use crate::{Conn, Result, dialect};

/// Exact up to [`Count::MOST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    Exactly(usize),
    MoreThan(usize),
}

impl Count {
    /// Entries that are counted at the most: an index holds that many in a few pages.
    pub const MOST: usize = 10_000;
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Counts in the index of the order of changes, and never more than [`Count::MOST`]. The search is left out: what is
/// searched is counted by [`super::list`].
pub fn count(conn: &mut Conn, filter: &EntryFilter) -> Result<Count> {
    let mut conditions = Vec::new();
    let mut is = |column: &str, value: String| match dialect::seeks_by_ranges(conn) {
        true => conditions.push(format!("{column} >= {value} AND {column} <= {value}")),
        false => conditions.push(format!("{column} = {value}")),
    };
    let number = |value: bool| i32::from(value).to_string();
    is("trashed", number(filter.trashed));
    if let Some(done) = filter.done {
        is("done", number(done));
    }
    if let Some(person) = filter.changed_by {
        is("updated_by", format!("x'{}'", person.as_bytes().map(|byte| format!("{byte:02x}")).concat()));
    }
    // Only numbers and hexadecimal digits are put into the statement, never text.
    conditions.extend(filter.changed_from.map(|from| format!("updated_at >= {}", from.micros())));
    conditions.extend(filter.changed_before.map(|before| format!("updated_at < {}", before.micros())));
    let some = format!("SELECT uid FROM entries WHERE {} LIMIT {}", conditions.join(" AND "), Count::MOST + 1);
    let row: Row = diesel::sql_query(format!("SELECT COUNT(*) AS n FROM ({some}) AS some")).get_result(conn)?;
    let n = usize::try_from(row.n).unwrap_or_default();
    Ok(if n > Count::MOST { Count::MoreThan(Count::MOST) } else { Count::Exactly(n) })
}
