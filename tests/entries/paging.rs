//! Paging by keyset: every entry exactly once, whatever others do meanwhile.

use std::cell::Cell;
use std::collections::HashSet;
use std::ops::DerefMut;
use std::sync::atomic::{AtomicBool, Ordering};

use daybook::entries::{self, EntryFilter, NewEntry, Position, Sort, SortBy};
use daybook::{Actor, Uid};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::cases;
use crate::support::{Book, Setup};

cases![BOTH:
    pages_of_fifty_lead_to_the_end_and_back,
    every_entry_is_met_exactly_once_while_others_are_added,
    entries_of_the_same_instant_are_met_exactly_once,
    the_page_before_the_second_is_the_first,
    a_page_that_has_shrunk_to_nothing_leads_back
];

/// Adds entries quickly: all of one call in the same instant.
fn fill(book: &Book, count: usize) -> HashSet<Uid> {
    let entries: Vec<NewEntry> = demo(count);
    let actor = Actor::operator();
    book.database
        .db()
        .write_blocking(|conn| entries::create(conn, &entries, &actor).map(drop))
        .expect("they are added");
    entries.iter().map(|entry| entry.uid).collect()
}

fn demo(count: usize) -> Vec<NewEntry> {
    entries::demo_entries(1, count as u64).expect("they keep the rules")
}

fn uids(ids: Vec<String>) -> Vec<Uid> {
    ids.iter().map(|id| id.trim_start_matches("entry-").parse().expect("a uid")).collect()
}

/// All rows from a URL on, by the links that a person follows.
fn walk(book: &Book, from: &str, link: &str) -> Vec<Uid> {
    let (mut next, mut met) = (Some(from.to_owned()), Vec::new());
    while let Some(url) = next {
        let page = book.get(&url).expect(200).page();
        let rows = uids(page.attrs("#rows tr[id]", "id"));
        assert!(rows.len() <= 50);
        met.push(rows);
        next = page.attrs(link, "href").pop();
    }
    if link == "a[rel=prev]" {
        met.reverse();
    }
    met.concat()
}

fn pages_of_fifty_lead_to_the_end_and_back(setup: Setup) {
    let book = setup.book();
    fill(&book, 120);
    for n in 0..5 {
        book.add(&format!("Later {n}"), "");
    }
    let down = walk(&book, "/entries", "a[rel=next]");
    assert_eq!((down.len(), down.iter().collect::<HashSet<_>>().len()), (125, 125));
    let mut last = "/entries".to_owned();
    while let Some(url) = book.get(&last).page().attrs("a[rel=next]", "href").pop() {
        last = url;
    }
    assert_eq!(book.get(&last).page().count("#rows tr[id]"), 25);
    let up = walk(&book, &last, "a[rel=prev]");
    assert_eq!(up[up.len() - 75..], down[50..], "the way back meets the same, down to the last page");
}

fn every_entry_is_met_exactly_once_while_others_are_added(setup: Setup) {
    let book = setup.book();
    let there = fill(&book, 230);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                fill(&book, 7);
            }
        });
        for _ in 0..3 {
            let met: Vec<Uid> =
                walk(&book, "/entries", "a[rel=next]").into_iter().filter(|uid| there.contains(uid)).collect();
            assert_eq!(met.iter().collect::<HashSet<_>>().len(), met.len(), "none twice");
            assert_eq!(met.len(), there.len(), "none left out");
        }
        stop.store(true, Ordering::SeqCst);
    });
}

/// On the library itself, so that many shapes can be tried: groups of entries of the same instant, any page size, any
/// order. The demonstration's titles repeat, so that many are equal.
fn entries_of_the_same_instant_are_met_exactly_once(setup: Setup) {
    let database = setup.database();
    database.migrate();
    let db = database.db();
    let actor = Actor::operator();
    let orders = prop::sample::select(vec![SortBy::Changed, SortBy::Created, SortBy::Title]);
    let shapes = (prop::collection::vec(1_usize..8, 0..4), 1_usize..7, any::<bool>(), orders, any::<bool>());
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let total = Cell::new(0);
    let outcome = runner.run(&shapes, |(groups, size, more, by, descending)| {
        for group in groups {
            let new: Vec<NewEntry> = demo(group);
            db.write_blocking(|conn| entries::create(conn, &new, &actor).map(drop)).expect("they are added");
            total.set(total.get() + group);
        }
        let mut conn = db.connect().expect("a connection");
        let (mut position, mut met, mut pages) = (Position::First, Vec::new(), 0);
        let (filter, sort) = (EntryFilter::default(), Sort { by, descending });
        // In an order in which new entries come behind the place they are met too.
        let ahead = by == SortBy::Title || !descending;
        loop {
            let page = entries::list(conn.deref_mut(), &filter, sort, &position, size).expect("a page");
            met.extend(page.rows.iter().map(|row| row.uid));
            if more && pages == 1 && !ahead {
                let new: Vec<NewEntry> = demo(1);
                db.write_blocking(|conn| entries::create(conn, &new, &actor).map(drop)).expect("it is added");
            }
            pages += 1;
            match page.next {
                Some(cursor) => position = Position::After(cursor),
                None => break,
            }
        }
        prop_assert_eq!(met.iter().collect::<HashSet<_>>().len(), met.len());
        prop_assert_eq!(met.len(), total.get());
        total.set(total.get() + usize::from(more && pages > 1 && !ahead));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

fn the_page_before_the_second_is_the_first(setup: Setup) {
    let book = setup.book();
    fill(&book, 60);
    let first = book.get("/entries").page();
    let second = book.get(&first.attr("a[rel=next]", "href").expect("a link")).page();
    let back = book.get(&second.attr("a[rel=prev]", "href").expect("a link")).page();
    assert_eq!(first.attrs("#rows tr[id]", "id"), back.attrs("#rows tr[id]", "id"));
    assert_eq!(back.count("a[rel=prev]"), 0);
}

fn a_page_that_has_shrunk_to_nothing_leads_back(setup: Setup) {
    let book = setup.book();
    fill(&book, 51);
    let next = book.get("/entries").page().attr("a[rel=next]", "href").expect("a link");
    let last = uids(book.get(&next).page().attrs("#rows tr[id]", "id"))[0];
    book.act(&book.entry(last), "trash");
    let page = book.get(&next).expect(200).page();
    assert_eq!(page.text("#rows .empty"), "No entries here. Show all");
}
