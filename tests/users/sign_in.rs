//! The sign-in page, and the way back from it.

use daybook::users::Role;

use super::{give_password, is_in, sign_in};
use crate::cases;
use crate::support::client::HTMX;
use crate::support::{Answer, Setup, person};

cases![
    BOTH: signing_in_and_out_begins_and_ends_a_session, a_disabled_account_stays_out,
        a_password_may_be_typed_in_any_normal_form;
    SQLITE: signing_in_leads_back_to_the_page_that_was_asked_for, it_never_leads_to_another_site,
        a_wrong_password_and_an_unknown_account_look_the_same, empty_fields_are_told, who_is_in_already_is_sent_on
];

fn signing_in_and_out_begins_and_ends_a_session(setup: Setup) {
    let book = setup.book();
    let nobody = book.signed_out();
    assert!(!is_in(&nobody));
    let answer = sign_in(&nobody, " Anna@Example.ORG ", person::PASSWORD);
    assert_eq!(answer.location(), "/entries");
    let token = answer.session().expect("a session");
    let anna = nobody.signed_in(&token);
    assert_eq!(anna.get("/entries").expect(200).page().text("nav .name"), person::NAME);
    let stolen = nobody.signed_in(&token);
    assert!(is_in(&stolen));
    let answer = anna.post("/sign-out", &[]);
    assert_eq!(answer.location(), "/sign-in");
    assert!(answer.headers("set-cookie").contains("daybook=; ") && answer.headers("set-cookie").contains("Max-Age=0"));
    assert!(!is_in(&stolen), "a copy of the cookie is worth nothing");
    assert_eq!(stolen.get("/entries").location(), "/sign-in?back=%2Fentries");
    assert!(is_in(&book), "another session of the same person goes on");
}

fn signing_in_leads_back_to_the_page_that_was_asked_for(setup: Setup) {
    let book = setup.book();
    let nobody = book.signed_out();
    for path in ["/entries?status=open&q=a%20b", "/trash", "/account", "/"] {
        let to = nobody.get(path).location();
        let page = nobody.get(&to).expect(200).page();
        let form = page.form("main form").fill("email", person::EMAIL).fill("password", person::PASSWORD);
        assert_eq!(form.send(&nobody).location(), path);
    }
    // A form that was sent from a page leads back to that page; htmx tells it by a header of its own.
    let referer = [("Referer", "http://127.0.0.1/entries?status=done")];
    let to = nobody.post_with("/entries/bulk", &[], &referer).location();
    assert_eq!(to, "/sign-in?back=%2Fentries%3Fstatus%3Ddone");
    let mut headers = HTMX.to_vec();
    headers.push(("HX-Current-URL", "https://evil.example/trash"));
    let answer = nobody.send("GET", "/entries", &headers, b"").expect(401);
    assert_eq!(answer.header("hx-redirect"), Some("/sign-in?back=%2Ftrash"), "only the path of it counts");
}

fn it_never_leads_to_another_site(setup: Setup) {
    let book = setup.book_with(&[("TRUSTED_PROXY_HOPS", "1")]);
    let nobody = book.signed_out();
    let wrong = [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\t/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        " //evil.example",
        "///evil.example",
        "evil.example",
        "@evil.example",
        "/entries\r\nSet-Cookie: a=b",
        "/sign-in",
        "/sign-in?back=/trash",
        "/sign-out",
        "/ü",
        "",
    ];
    for (n, back) in wrong.iter().enumerate() {
        // Each from another account and address, so that no limit is reached.
        let (address, user) = (format!("192.0.2.{n}"), book.person("Berta", Role::Viewer));
        let fields = [("back", *back), ("email", user.email.as_str()), ("password", person::PASSWORD)];
        let answer = nobody.post_with("/sign-in", &fields, &[("X-Forwarded-For", &address)]);
        assert_eq!(answer.location(), "/entries", "{back:?}");
        assert!(!answer.headers("set-cookie").contains("a=b"));
        let query = crate::support::client::encode(&[("back", back)]);
        let page = nobody.get(&format!("/sign-in?{query}")).expect(200).page();
        assert_eq!(page.form("main form").value("back"), "", "{back:?}");
        assert_eq!(book.get(&format!("/sign-in?{query}")).location(), "/entries", "{back:?}");
    }
}

fn who_is_in_already_is_sent_on(setup: Setup) {
    let book = setup.book();
    assert_eq!(book.get("/sign-in").location(), "/entries");
    assert_eq!(book.get("/sign-in?back=%2Ftrash").location(), "/trash");
}

fn a_wrong_password_and_an_unknown_account_look_the_same(setup: Setup) {
    let book = setup.book();
    let nobody = book.signed_out();
    let wrong = sign_in(&nobody, person::EMAIL, "ein falsches Passwort").expect(422);
    let unknown = sign_in(&nobody, "anni@example.org", "ein falsches Passwort").expect(422);
    let odd = sign_in(&nobody, "anna", "ein falsches Passwort").expect(422);
    assert_eq!(wrong.page().text(".problem"), "Email address or password is wrong.");
    let plain = |answer: &Answer, typed: &str| answer.text().replace(&format!("value=\"{typed}\""), "value=\"\"");
    assert_eq!(plain(&wrong, person::EMAIL), plain(&unknown, "anni@example.org"));
    assert_eq!(plain(&wrong, person::EMAIL), plain(&odd, "anna"));
    let names = |answer: &Answer| answer.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&wrong), names(&unknown));
    assert_eq!(wrong.page().attrs("input[name=email]", "value"), [person::EMAIL], "what was typed stays");
    assert!(!wrong.text().contains("falsches"), "a password does not");
    assert!(wrong.session().is_none() && wrong.header("set-cookie").is_none());
}

fn empty_fields_are_told(setup: Setup) {
    let book = setup.book();
    let nobody = book.signed_out();
    for (email, password) in [("", person::PASSWORD), (person::EMAIL, ""), (" ", person::PASSWORD), ("", "")] {
        let answer = sign_in(&nobody, email, password).expect(422);
        assert!(answer.page().text(".problem").contains("fill in both"), "{email:?} {password:?}");
    }
    nobody.post("/sign-in", &[]).expect(422);
    assert_eq!(book.account_events().iter().filter(|event| event.kind == "sign_in").count(), 1, "the client's own");
}

fn a_disabled_account_stays_out(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let to = |what: &str| format!("/users?changed={what}&user={}", berta.uid);
    assert_eq!(book.post(&format!("/users/{}/disable", berta.uid), &[]).location(), to("disabled"));
    let nobody = book.signed_out();
    let answer = sign_in(&nobody, berta.email.as_str(), person::PASSWORD).expect(422);
    assert!(answer.page().text(".problem").contains("disabled") && answer.session().is_none());
    // Who does not know the password does not learn that either.
    let answer = sign_in(&nobody, berta.email.as_str(), "ein falsches Passwort").expect(422);
    assert_eq!(answer.page().text(".problem"), "Email address or password is wrong.");
    assert_eq!(book.post(&format!("/users/{}/enable", berta.uid), &[]).location(), to("enabled"));
    sign_in(&nobody, berta.email.as_str(), person::PASSWORD).session().expect("she is in again");
}

fn a_password_may_be_typed_in_any_normal_form(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    give_password(&book, &berta, "zw\u{f6}lf Boxk\u{e4}mpfer \u{fb01}nden");
    let nobody = book.signed_out();
    for (typed, right) in [
        ("zwo\u{308}lf Boxka\u{308}mpfer \u{fb01}nden", true),
        ("zw\u{f6}lf Boxk\u{e4}mpfer finden", true),
        ("zw\u{f6}lf Boxk\u{e4}mpfer \u{fb01}nden", true),
        ("zwolf Boxkampfer finden", false),
        ("zw\u{f6}lf boxk\u{e4}mpfer finden", false),
        (" zw\u{f6}lf Boxk\u{e4}mpfer finden", false),
    ] {
        assert_eq!(sign_in(&nobody, berta.email.as_str(), typed).session().is_some(), right, "{typed}");
    }
}
