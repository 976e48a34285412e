//! The form by which somebody says who they are and chooses a password: at the setup, by an invitation, and on the page of
//! their account.

use std::collections::BTreeMap;

use daybook::text::TextError;
use daybook::users::{Password, PersonName};

use crate::app::App;
use crate::error::Error;
use crate::params::Params;
use crate::views::TextInput;

/// What was typed, and what is wrong with it.
pub struct PersonForm {
    fields: Vec<Field>,
    typed: BTreeMap<&'static str, String>,
    errors: BTreeMap<&'static str, String>,
}

/// Name, label, kind of input, and what browsers may fill in.
type Field = (&'static str, &'static str, &'static str, &'static str);

const EMAIL: Field = ("email", "Email address", "email", "username");
const NAME: Field = ("name", "Your name", "text", "name");
const CURRENT: Field = ("current", "Your password now", "password", "current-password");
const PASSWORD: Field = ("password", "Password", "password", "new-password");
const AGAIN: Field = ("again", "The same password again", "password", "new-password");

impl PersonForm {
    pub fn with_email(params: &Params) -> PersonForm {
        PersonForm::new(vec![EMAIL, NAME, PASSWORD, AGAIN], params)
    }

    /// Where the address is known already.
    pub fn without_email(params: &Params) -> PersonForm {
        PersonForm::new(vec![NAME, PASSWORD, AGAIN], params)
    }

    /// For somebody who has an account.
    pub fn name_only(params: &Params) -> PersonForm {
        PersonForm::new(vec![NAME], params)
    }

    /// For somebody who has an account, and a link instead of the old password.
    pub fn new_password(params: &Params) -> PersonForm {
        PersonForm::new(vec![PASSWORD, AGAIN], params)
    }

    pub fn password_only(params: &Params) -> PersonForm {
        let new = ("password", "New password", "password", "new-password");
        PersonForm::new(vec![CURRENT, new, AGAIN], params)
    }

    fn new(fields: Vec<Field>, params: &Params) -> PersonForm {
        let typed = fields.iter().map(|field| (field.0, params.get(field.0).unwrap_or_default().to_owned())).collect();
        PersonForm { fields, typed, errors: BTreeMap::new() }
    }

    pub fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    /// Another text than the one that was typed, to begin with.
    pub fn filled(mut self, name: &'static str, text: &str) -> PersonForm {
        self.typed.insert(name, text.to_owned());
        self
    }

    pub fn refuse(&mut self, name: &'static str, problem: String) {
        self.errors.entry(name).or_insert(problem);
    }

    pub fn is_right(&self) -> bool {
        self.errors.is_empty()
    }

    /// What a field holds, or a note of what is wrong with it.
    pub fn check<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Result<T, TextError>) -> Option<T> {
        match parse(self.typed(name)) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.refuse(name, format!("{} {problem}.", self.label(name)));
                None
            }
        }
    }

    /// Name and password, if all of the form is right. `known` is what others know of the person.
    pub async fn check_person(&mut self, app: &App, known: &[&str]) -> Result<Option<(PersonName, Password)>, Error> {
        let name = self.check("name", PersonName::parse);
        let password = self.check_password(app, known).await?;
        Ok(name.zip(password).filter(|_| self.is_right()))
    }

    /// The new password.
    pub async fn check_password(&mut self, app: &App, known: &[&str]) -> Result<Option<Password>, Error> {
        let typed = [self.typed("name"), self.typed("email")];
        let known = known.iter().copied().chain(typed).filter(|text| !text.is_empty()).map(String::from).collect();
        match app.hashing.parse(self.typed("password").to_owned(), known).await? {
            Err(problem) => self.refuse("password", format!("{} {problem}.", self.label("password"))),
            Ok(_) if self.typed("again") != self.typed("password") => {
                self.refuse("again", "The two passwords are not the same.".into());
            }
            Ok(password) => return Ok(Some(password)),
        }
        Ok(None)
    }

    fn label(&self, name: &str) -> &'static str {
        self.fields.iter().find(|field| field.0 == name).map_or("", |field| field.1)
    }

    /// Passwords are never sent back.
    pub fn inputs(&self) -> Vec<TextInput> {
        let first = self.fields.iter().find(|field| self.errors.contains_key(field.0)).map(|field| field.0);
        let inputs = self.fields.iter().map(|&(name, label, kind, autocomplete)| {
            let value = if kind == "password" { "" } else { self.typed(name) };
            let hint = match name {
                "password" if self.is_right() => Some(HINT),
                "password" => Some(ONCE_MORE),
                _ => None,
            };
            TextInput::new(name, label, kind)
                .with(autocomplete)
                .filled(value)
                .hinted(hint)
                .refused(self.errors.get(name))
                .focused(first == Some(name))
        });
        inputs.collect()
    }
}

const HINT: &str = "At least 12 characters, such as a few words. Any characters will do.";
const ONCE_MORE: &str = "Please type it once more: passwords are never sent back.";
