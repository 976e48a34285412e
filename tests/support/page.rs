//! HTML as a test reads it, and its forms as a person fills them in.

use daybook::entries::{FIELDS, Field};
use scraper::{ElementRef, Html, Selector};

use super::client::Client;
use super::{Answer, Book};

/// A page or a fragment.
pub struct Page(Html);

/// A form with what it holds.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Page {
    pub fn parse(html: &str) -> Page {
        // A table row alone is dropped by the HTML parser, so fragments of rows get their table back.
        let bare_row = html.trim_start().starts_with("<tr");
        Page(Html::parse_document(&if bare_row { format!("<table>{html}</table>") } else { html.to_owned() }))
    }

    fn all(&self, css: &str) -> Vec<ElementRef<'_>> {
        let selector = Selector::parse(css).unwrap_or_else(|_| panic!("{css} is not a selector"));
        self.0.select(&selector).collect()
    }

    pub fn count(&self, css: &str) -> usize {
        self.all(css).len()
    }

    /// The texts of all that match, with white space collapsed.
    pub fn texts(&self, css: &str) -> Vec<String> {
        self.all(css).into_iter().map(text_of).collect()
    }

    /// The text of the only one that matches.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        text_of(self.one(css))
    }

    /// The text with its white space.
    #[track_caller]
    pub fn raw_text(&self, css: &str) -> String {
        self.one(css).text().collect()
    }

    #[track_caller]
    pub fn attr(&self, css: &str, name: &str) -> Option<String> {
        self.one(css).attr(name).map(String::from)
    }

    pub fn attrs(&self, css: &str, name: &str) -> Vec<String> {
        self.all(css).iter().filter_map(|element| element.attr(name)).map(String::from).collect()
    }

    #[track_caller]
    fn one(&self, css: &str) -> ElementRef<'_> {
        let found = self.all(css);
        assert_eq!(found.len(), 1, "{css} in {}", self.0.html());
        found[0]
    }

    /// The only form that matches, with the values that a browser would send.
    #[track_caller]
    pub fn form(&self, css: &str) -> Form {
        let form = self.one(css);
        let controls = Selector::parse("input, textarea, select, button[name]").expect("a selector");
        let id = form.attr("id").unwrap_or("none");
        let elsewhere = self.all(&format!("[form={id}]:is(input, textarea)"));
        let fields = form.select(&controls).chain(elsewhere).filter(|control| {
            !matches!(control.attr("type"), Some("radio" | "checkbox")) || control.attr("checked").is_some()
        });
        let fields = fields.filter_map(|control| {
            let value = match control.value().name() {
                // The parser drops the line break after the tag, as the HTML standard says.
                "textarea" => control.text().collect(),
                "select" => chosen(control),
                _ => control.attr("value").unwrap_or_default().to_owned(),
            };
            Some((control.attr("name")?.to_owned(), value))
        });
        Form { action: form.attr("action").expect("a form says where to").to_owned(), fields: fields.collect() }
    }
}

/// The value of the option that is chosen; without a choice the first.
fn chosen(select: ElementRef<'_>) -> String {
    let options = Selector::parse("option").expect("a selector");
    let all: Vec<ElementRef<'_>> = select.select(&options).collect();
    let option = all.iter().find(|option| option.attr("selected").is_some()).or(all.first());
    option.and_then(|option| option.attr("value")).unwrap_or_default().to_owned()
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Form {
    /// A form that no page gave, with every field that an entry has.
    pub fn complete(action: &str, version: i32, title: &str) -> Form {
        let default = |field: &Field| field.default.unwrap_or(title).to_owned();
        let mut fields: Vec<_> = FIELDS.iter().map(|field| (field.name.to_owned(), default(field))).collect();
        fields.push(("version".into(), version.to_string()));
        Form { action: action.to_owned(), fields }
    }

    #[track_caller]
    pub fn fill(mut self, name: &str, value: &str) -> Form {
        let field = self.fields.iter_mut().find(|(field, _)| field == name);
        field.unwrap_or_else(|| panic!("the form has no field {name}")).1 = value.to_owned();
        self
    }

    #[track_caller]
    pub fn value(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(field, _)| field == name);
        &field.unwrap_or_else(|| panic!("the form has no field {name}")).1
    }

    /// As a browser without JavaScript.
    pub fn submit(&self, book: &Book) -> Answer {
        book.client.post(&self.action, &self.pairs())
    }

    /// The same by somebody else.
    pub fn send(&self, client: &Client) -> Answer {
        client.post(&self.action, &self.pairs())
    }

    /// As htmx.
    pub fn submit_in_place(&self, book: &Book) -> Answer {
        book.client.post_in_place(&self.action, &self.pairs())
    }

    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}
