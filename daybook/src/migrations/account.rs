//! The application's account on MySQL, made by the account that migrates. It may read and write rows, and neither change
//! the schema nor what the log holds. It must get no right that the application can do without.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::config::MysqlUrl;
use crate::{Conn, Error, Result};

/// What the account may do to a table; all of it to those that are not named here.
///
/// An event of the log is never changed but for its place in the chain, and its image not at all.
const RIGHTS: [(&str, &str); 3] = [
    ("__diesel_schema_migrations", "SELECT"),
    ("audit_events", "SELECT, INSERT, UPDATE (seq, link, sealed_at)"),
    ("audit_images", "SELECT, INSERT"),
];
const ALL_RIGHTS: &str = "SELECT, INSERT, UPDATE, DELETE";

/// As `migrations::make_account` says.
pub(super) fn make(conn: &mut Conn, url: &MysqlUrl) -> Result<()> {
    let account = format!("'{}'@'%'", quoted(&url.username()));
    let password = quoted(&url.password());
    run(conn, &format!("CREATE USER IF NOT EXISTS {account} IDENTIFIED BY '{password}'"))?;
    run(conn, &format!("ALTER USER {account} IDENTIFIED BY '{password}'"))?;
    for table in tables(conn)? {
        let rights = RIGHTS.iter().find(|(name, _)| *name == table).map_or(ALL_RIGHTS, |(_, rights)| rights);
        run(conn, &format!("GRANT {rights} ON `{table}` TO {account}"))?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
}

fn tables(conn: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<Table> = diesel::sql_query(
        "SELECT table_name AS name FROM information_schema.tables \
         WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name",
    )
    .load(conn)?;
    Ok(rows.into_iter().map(|table| table.name).collect())
}

/// Not as a prepared statement, which knows no accounts.
fn run(conn: &mut Conn, statement: &str) -> Result<()> {
    conn.batch_execute(statement).map_err(|error| Error::Internal(format!("the application's account: {error}")))
}

/// The inside of a text between single quotes, as `dialect::set_up` has MySQL read it: with backslashes that escape.
fn quoted(text: &str) -> String {
    text.replace('\\', r"\\").replace('\'', "''")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_quotes() {
        assert_eq!(quoted(r"a'b\'c\"), r"a''b\\''c\\");
    }
}
