//! The form that invites somebody: who can be invited, and what a form does that is sent again.

use daybook::Uid;
use daybook::schema::invitations::dsl as i;
use daybook::users::Role;
use diesel::prelude::*;

use super::invitations::{assert_gone, find, invite, invite_as, join, open, token};
use crate::cases;
use crate::support::client::{FORM, encode};
use crate::support::{Setup, person};

cases![
    BOTH: the_same_form_twice_makes_one_invitation, a_form_whose_invitation_is_gone_makes_another_one,
        who_has_an_account_or_an_invitation_is_not_invited;
    SQLITE: links_are_whole_where_the_public_address_is_known
];

fn the_same_form_twice_makes_one_invitation(setup: Setup) {
    let book = setup.book();
    let uid = Uid::new();
    let first = token(invite_as(&book, uid, "dora@example.org", "viewer"));
    let second = token(invite_as(&book, uid, "dora@example.org", "viewer"));
    assert_ne!(first, second);
    assert_eq!(open(&book), [uid]);
    assert_gone(&book, &first);
    // With another role or address it is not the same any more.
    for (email, role) in [("dora@example.org", "administrator"), ("emil@example.org", "viewer")] {
        invite_as(&book, uid, email, role).expect(422);
    }
    join(&book.signed_out(), &second).session().expect("the newest link works");
    assert_eq!(find(&book, "dora@example.org").expect("she is there").role, Role::Viewer);
}

fn a_form_whose_invitation_is_gone_makes_another_one(setup: Setup) {
    let book = setup.book();
    let uid = Uid::new();
    let old = token(invite_as(&book, uid, "dora@example.org", "viewer"));
    book.post(&format!("/invitations/{uid}/revoke"), &[]).location();
    // As when somebody goes back in the browser and sends the form again.
    let new = token(invite_as(&book, uid, "dora@example.org", "viewer"));
    assert_gone(&book, &old);
    assert_eq!(open(&book).len(), 1);
    join(&book.signed_out(), &new).session().expect("the new link works");
    let uid = Uid::new();
    invite_as(&book, uid, "emil@example.org", "viewer").expect(200);
    book.sql(|conn| diesel::update(i::invitations).set(i::expires_at.eq(1)).execute(conn)).expect("it can be written");
    let new = token(invite_as(&book, uid, "emil@example.org", "viewer"));
    join(&book.signed_out(), &new).session().expect("also after its time was over");
}

fn who_has_an_account_or_an_invitation_is_not_invited(setup: Setup) {
    let book = setup.book();
    invite(&book, "dora@example.org", "viewer");
    let before = (open(&book), book.account_events());
    for (email, told) in [
        (person::EMAIL, "This email address has an account already."),
        ("ANNA@example.org", "This email address has an account already."),
        ("Dora@Example.org", "This email address has an invitation already."),
        ("", "Email address is empty."),
        ("dora", "Email address is not an address such as anna@example.org."),
        ("a@b\nc@d", "Email address has a line break; it must be one line."),
    ] {
        let page = invite_as(&book, Uid::new(), email, "administrator").expect(422).page();
        assert_eq!(page.text("#email-error"), told);
        assert_eq!(page.form("#invite").value("role"), "administrator", "what was chosen stays");
    }
    for (uid, role) in [("x", "viewer"), ("", "viewer"), (&*Uid::new().to_string(), "owner"), ("", "")] {
        book.post("/invitations", &[("uid", uid), ("email", "e@example.org"), ("role", role)]).expect(400);
    }
    assert_eq!((open(&book), book.account_events()), before);
}

fn links_are_whole_where_the_public_address_is_known(setup: Setup) {
    let port = crate::support::servers::free_port();
    let (public, bind) = (format!("http://127.0.0.1:{port}"), format!("127.0.0.1:{port}"));
    let book = setup.book_with(&[("PUBLIC_URL", &public), ("BIND", &bind), ("ALLOWED_HOSTS", "*")]);
    let fields = encode(&[("uid", &Uid::new().to_string()), ("email", "dora@example.org"), ("role", "viewer")]);
    let headers = [
        ("Origin", public.as_str()),
        ("Content-Type", FORM),
        ("Host", "evil.example"),
        ("X-Forwarded-Host", "evil.example"),
    ];
    let link = book.send("POST", "/invitations", &headers, fields.as_bytes()).expect(200).page().text("#link");
    assert!(link.starts_with(&format!("{public}/join?token=")), "never what a request says: {link}");
}
