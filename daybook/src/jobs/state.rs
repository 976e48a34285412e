//! Where a job stands.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum State {
    /// For a worker, or for its time.
    Waiting,
    /// A worker has it, or had it and was lost.
    Running,
    Done,
    /// For good, unless somebody wants another try.
    Failed,
    Cancelled,
}

impl State {
    pub const ALL: [State; 5] = [State::Waiting, State::Running, State::Done, State::Failed, State::Cancelled];

    /// As stored.
    pub const fn name(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
        }
    }

    /// Nothing happens to it any more by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, State::Done | State::Failed | State::Cancelled)
    }
}

impl<DB: Backend> FromSql<Text, DB> for State
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<State> {
        let name = String::from_sql(bytes)?;
        let state = State::ALL.into_iter().find(|state| state.name() == name);
        state.ok_or_else(|| format!("jobs.state holds “{name}”").into())
    }
}

impl<DB: Backend> ToSql<Text, DB> for State
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.name().to_sql(out)
    }
}
