//! Tera: templates compiled once, embedded in the program; in development read from disk for each page.

use std::sync::Arc;

use include_dir::{Dir, DirEntry, include_dir};
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera};

use crate::access::Me;
use crate::assets::Assets;
use crate::error::Error;

static TEMPLATES: Dir = include_dir!("$CARGO_MANIFEST_DIR/../templates");

/// Renders templates by name. Besides its view each gets `me`: the person who is signed in, or nothing; and `delayed`:
/// whether background work takes longer than usual.
pub struct Renderer {
    tera: Tera,
    assets: Arc<Assets>,
}

impl Renderer {
    /// # Errors
    /// A template that does not parse, or names something that does not exist.
    pub fn new(assets: Arc<Assets>) -> anyhow::Result<Renderer> {
        let mut files = Vec::new();
        collect(&TEMPLATES, &mut files);
        Ok(Renderer { tera: compile(files, assets.clone())?, assets })
    }

    /// # Errors
    /// [`Error::Internal`] for a variable that the view lacks.
    pub fn render(
        &self,
        template: &str,
        view: &impl Serialize,
        me: Option<&Me>,
        delayed: bool,
    ) -> Result<String, Error> {
        tracing::debug!(template, "render");
        let mut context = Context::from_serialize(view).map_err(|error| internal(template, &error))?;
        context.insert("me", &me);
        context.insert("delayed", &delayed);
        let html = match self.reloaded() {
            Some(tera) => tera.and_then(|tera| Ok(tera.render(template, &context)?)),
            None => self.tera.render(template, &context).map_err(Into::into),
        };
        html.map_err(|error| internal(template, &*error))
    }

    /// In development, the templates as they are on disk now.
    fn reloaded(&self) -> Option<anyhow::Result<Tera>> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../templates");
        (cfg!(debug_assertions) && std::path::Path::new(folder).is_dir()).then(|| {
            let mut files = Vec::new();
            read_folder(folder.as_ref(), "", &mut files)?;
            compile(files, self.assets.clone())
        })
    }
}

fn internal(template: &str, error: &(dyn std::error::Error + 'static)) -> Error {
    let mut text = format!("{template}: {error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(&format!(": {source}"));
        cause = source.source();
    }
    Error::Internal(text)
}

fn compile(files: Vec<(String, String)>, assets: Arc<Assets>) -> anyhow::Result<Tera> {
    let mut tera = Tera::new();
    tera.autoescape_on([".html"]);
    tera.register_function("asset", move |kwargs: Kwargs, _: &State| {
        let name: String = kwargs.must_get("name")?;
        assets.url(&name).ok_or_else(|| tera::Error::message(format!("there is no static file {name}")))
    });
    tera.add_raw_templates(files)?;
    Ok(tera)
}

fn collect(folder: &Dir, files: &mut Vec<(String, String)>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(folder) => collect(folder, files),
            DirEntry::File(file) => {
                if let Some(text) = file.contents_utf8() {
                    files.push((file.path().to_string_lossy().into_owned(), text.to_owned()));
                }
            }
        }
    }
}

fn read_folder(folder: &std::path::Path, prefix: &str, files: &mut Vec<(String, String)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &format!("{name}/"), files)?;
        } else if name.ends_with(".html") {
            files.push((name, std::fs::read_to_string(entry.path())?));
        }
    }
    Ok(())
}
