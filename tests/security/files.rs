//! Static files: kept for a year under URLs that change with their content, and compressed.

use std::time::Duration;

use crate::cases;
use crate::support::Setup;

cases![SQLITE:
    every_file_of_a_page_is_kept_for_a_year,
    a_url_of_another_release_is_checked_again,
    files_and_pages_are_compressed,
    no_other_file_can_be_read,
    robots_are_asked_to_stay_away
];

fn every_file_of_a_page_is_kept_for_a_year(setup: Setup) {
    let book = setup.book();
    let page = book.get("/entries").page();
    let mut urls = page.attrs("link[href]", "href");
    urls.extend(page.attrs("script[src]", "src"));
    urls.extend(page.attrs("img[src]", "src"));
    assert!(urls.len() >= 5, "{urls:?}");
    for url in urls {
        let file = book.get(&url).expect(200);
        assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"), "{url}");
        assert!(file.header("etag").is_some() && !file.bytes.is_empty());
        let kind = file.header("content-type").expect("a type").to_owned();
        let expected = match url.rsplit('.').next() {
            Some("css") => "text/css",
            Some("js") => "text/javascript",
            _ => "image/svg+xml",
        };
        assert!(kind.starts_with(expected), "{url}: {kind}");
        let etag = file.header("etag").expect("a tag");
        book.send("GET", &url, &[("If-None-Match", etag)], b"").expect(304);
    }
}

fn a_url_of_another_release_is_checked_again(setup: Setup) {
    let book = setup.book();
    let file = book.get("/static/0123456789abcdef/app.css").expect(200);
    assert_eq!(file.header("cache-control"), Some("no-cache"));
}

fn files_and_pages_are_compressed(setup: Setup) {
    let book = setup.book();
    book.add("An entry that is there", "");
    let css = book.get("/entries").page().attrs("link[rel=stylesheet]", "href").pop().expect("a style sheet");
    for path in ["/entries", css.as_str()] {
        let plain = book.get(path).bytes.len();
        for coding in ["gzip", "br"] {
            let answer = book.send("GET", path, &[("Accept-Encoding", coding)], b"").expect(200);
            assert_eq!(answer.header("content-encoding"), Some(coding), "{path}");
            assert!(answer.bytes.len() < plain, "{path}: {} of {plain}", answer.bytes.len());
            assert!(answer.headers("vary").to_ascii_lowercase().contains("accept-encoding"));
        }
    }
}

fn no_other_file_can_be_read(setup: Setup) {
    let book = setup.book();
    for path in [
        "/static/x/../../Cargo.toml",
        "/static/x/..%2f..%2fCargo.toml",
        "/static/x/%2e%2e/%2e%2e/Cargo.toml",
        "/static/x/Cargo.toml",
        "/static/",
        "/static/x/",
        "/static/x/app.css%00.html",
        "/static/x/app.css/",
        "/.env",
        "/data/daybook.sqlite",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = book.raw(request.as_bytes(), Duration::from_secs(5));
        assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"), "{path}: {answer}");
    }
}

fn robots_are_asked_to_stay_away(setup: Setup) {
    assert!(setup.book().get("/robots.txt").expect(200).text().contains("Disallow: /"));
}
