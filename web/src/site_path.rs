//! A path of this site to go on to: never another site, whatever stands in a link.

use std::fmt;

use url::Url;

/// A path with its query, in printable ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePath(String);

/// Where nobody wants to go back to: they would be sent on again.
const WAYS_IN: [&str; 4] = ["/sign-in", "/sign-out", "/setup", "/join"];

impl SitePath {
    /// `None` for anything that a browser could take for another site. Browsers read `\` as `/` and leave out tabs and
    /// line breaks, so these are not taken at all.
    pub fn parse(text: &str) -> Option<SitePath> {
        let plain = text.len() <= 4096 && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let own = text.starts_with('/') && !text.starts_with("//");
        let path = text.split(['?', '#']).next().unwrap_or_default();
        (plain && own && !WAYS_IN.contains(&path)).then(|| SitePath(text.to_owned()))
    }

    /// The path of a whole address. Whose it is does not matter: only the path is taken.
    pub fn of_url(text: &str) -> Option<SitePath> {
        let url = Url::parse(text).ok()?;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        SitePath::parse(&format!("{}{query}", url.path()))
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_paths_of_this_site_are_taken() {
        for text in ["/", "/entries", "/entries?q=a%20b&status=open", "/entries/x#history"] {
            assert_eq!(SitePath::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "entries",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/sign-in?back=/sign-in",
            "/sign-out",
            "/ü",
        ] {
            assert_eq!(SitePath::parse(text), None, "{text:?}");
        }
        assert_eq!(SitePath::of_url("https://evil.example/trash?q=x").unwrap().to_string(), "/trash?q=x");
    }

    proptest! {
        #[test]
        fn a_browser_stays_on_the_site(text in "[/\\\\a-z.:@?# \t\n]{0,20}") {
            if let Some(path) = SitePath::parse(&text) {
                let base = Url::parse("http://book.example/entries").unwrap();
                let joined = base.join(&path.to_string()).unwrap();
                prop_assert_eq!(joined.origin(), base.origin());
            }
        }
    }
}
