//! Plausible entries for trying Daybook out and for measuring it: always the same ones for the same numbers.

use super::{Content, FieldErrors, NewEntry, fields::Draft};
use crate::Uid;

const VERBS: [&str; 16] = [
    "Call",
    "Order",
    "Check",
    "Repair",
    "Plan",
    "Invite",
    "Write down",
    "Compare",
    "Return",
    "Book",
    "Clean",
    "Renew",
    "Translate",
    "Photograph",
    "Measure",
    "Thank",
];
const THINGS: [&str; 20] = [
    "the printer on floor 2",
    "new chairs",
    "Zoë about the café",
    "the fire extinguishers",
    "the summer party",
    "the Q3 report",
    "spare keys",
    "the coffee machine",
    "train tickets to Graz",
    "the first-aid kit",
    "the projector",
    "the garden fence",
    "invoice 2026-114",
    "the web site’s imprint",
    "the 東京 office",
    "the bicycle rack",
    "paper for the plotter",
    "the lease",
    "team photographs",
    "the alarm code",
];
const REMARKS: [&str; 12] = [
    "Ask for an offer first.",
    "The last one was from March.",
    "Two people are needed for this.",
    "See the folder on the shared drive.",
    "Not before Monday.",
    "They close at 16:00.",
    "The old number no longer works.",
    "Budget: 250 €.",
    "It worked well last year.",
    "Please add what you find below.",
    "Keep the receipt.",
    "The caretaker has the key.",
];

/// `count` new entries from the `first`-th on. Two in five have no description, one in three is done.
///
/// # Errors
/// None, unless the words above break the rules for entries.
pub fn demo_entries(first: u64, count: u64) -> Result<Vec<NewEntry>, FieldErrors> {
    (first..first + count).map(|number| Ok(NewEntry { uid: Uid::new(), content: content(number)? })).collect()
}

fn content(number: u64) -> Result<Content, FieldErrors> {
    let mut random = Random(number);
    let title = format!("{} {}", random.pick(&VERBS), random.pick(&THINGS));
    let remarks: Vec<&str> = match random.below(5) {
        lines @ 0..=2 => (0..=lines).map(|_| random.pick(&REMARKS)).collect(),
        _ => Vec::new(),
    };
    let done = random.below(3) == 0;
    let draft = Draft::new(|name| match name {
        "title" => Some(title.clone()),
        "description" => Some(remarks.join("\n")),
        "done" => Some(done.to_string()),
        _ => None,
    });
    draft.parse_new()
}

/// SplitMix64: enough for variety, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}
