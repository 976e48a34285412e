//! `daybook-web user …`: accounts from the command line.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, anyhow};
use clap::Subcommand;
use daybook::config::{Config, Database};
use daybook::users::{self, Email, NewUser, Password, PersonName, Role, Tried, User};
use daybook::{Actor, Conn, Db, Uid};

use super::try_to_migrate;

#[derive(Subcommand)]
pub enum UserCommand {
    /// Make an account; the password is asked for, or read from standard input
    Add {
        email: String,
        /// How others see the person (default: the address up to its @)
        #[arg(long)]
        name: Option<String>,
        /// viewer, editor or administrator
        #[arg(long, default_value = "editor")]
        role: Role,
    },
    /// Print all accounts
    List,
    /// Give an account another role: viewer, editor or administrator
    Role { email: String, role: Role },
    /// Shut an account out and end its sessions
    Disable { email: String },
    /// Let an account in again
    Enable { email: String },
    /// Give an account another password, asked for or read from standard input, and end its sessions
    Password { email: String },
}

pub fn run(config: &Config, command: UserCommand) -> anyhow::Result<()> {
    let db = Db::new(&config.database, &config.pool)?;
    if let Database::Sqlite { .. } = config.database {
        try_to_migrate(config, &db)?;
    }
    match command {
        UserCommand::List => list(&db),
        UserCommand::Add { email, name, role } => add(&db, &email, name, role),
        UserCommand::Role { email, role } => {
            change(&db, &email, |conn, uid, actor| users::set_role(conn, uid, role, actor))
        }
        UserCommand::Disable { email } => change(&db, &email, users::disable),
        UserCommand::Enable { email } => change(&db, &email, users::enable),
        UserCommand::Password { email } => {
            let user = find(&db, &email)?;
            let hash = ask(&[user.email.as_str(), user.name.as_str()])?.hash()?;
            change(&db, &email, |conn, uid, actor| users::reset_password(conn, uid, &hash, actor))
        }
    }
}

fn add(db: &Db, email: &str, name: Option<String>, role: Role) -> anyhow::Result<()> {
    let email = Email::parse(email).map_err(|problem| anyhow!("the email address {problem}"))?;
    let name = match name {
        Some(name) => PersonName::parse(&name).map_err(|problem| anyhow!("the name {problem}"))?,
        None => PersonName::of_email(&email),
    };
    let password_hash = ask(&[email.as_str(), name.as_str()])?.hash()?;
    let new = NewUser { uid: Uid::new(), email, name, role, password_hash };
    let user = db.write_blocking(|conn| users::add(conn, &new, &Actor::operator()))??;
    print(&user);
    Ok(())
}

fn list(db: &Db) -> anyhow::Result<()> {
    db.write_blocking(users::list)?.iter().for_each(print);
    Ok(())
}

fn change(db: &Db, email: &str, change: impl FnOnce(&mut Conn, Uid, &Actor) -> Tried<User>) -> anyhow::Result<()> {
    let uid = find(db, email)?.uid;
    let user = db.write_blocking(|conn| change(conn, uid, &Actor::operator()))??;
    print(&user);
    Ok(())
}

fn find(db: &Db, email: &str) -> anyhow::Result<User> {
    let wanted = Email::parse(email).map_err(|problem| anyhow!("the email address {problem}"))?;
    let found = db.write_blocking(|conn| users::find_by_email(conn, &wanted))?;
    found.with_context(|| format!("there is no account {}", wanted.as_str()))
}

fn print(user: &User) {
    let state = if user.disabled { "disabled" } else { "enabled" };
    println!("{}\t{}\t{state}\t{}", user.email.as_str(), user.role, user.name.as_str());
}

/// From the terminal, unseen; else the first line of standard input, so that no password stands in a list of processes.
fn ask(known: &[&str]) -> anyhow::Result<Password> {
    let stdin = std::io::stdin();
    let text = if stdin.is_terminal() {
        rpassword::prompt_password("Password: ")?
    } else {
        let mut line = String::new();
        stdin.lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    Password::parse(&text, known).map_err(|problem| anyhow!("the password {problem}"))
}
