//! Three-way merge of an entry, field by field: what only one side changed is taken, what both changed is asked.

use super::{Content, Draft, FIELDS, Field};

/// Who changed a field since the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Nobody, or both to the same value.
    Neither,
    Mine,
    Theirs,
    /// Both, differently: a person must decide.
    Both,
}

/// One field of the merge. The texts are as in a form.
pub struct MergedField {
    pub field: &'static Field,
    pub changed: Side,
    pub base: String,
    pub theirs: String,
    pub mine: String,
    /// What the form offers: the changed side's value, and mine where both changed.
    pub merged: String,
}

/// All fields, in the order of [`FIELDS`].
pub struct Merge(pub Vec<MergedField>);

impl Merge {
    /// Whether a person must decide anything.
    pub fn has_conflict(&self) -> bool {
        self.0.iter().any(|field| field.changed == Side::Both)
    }

    /// The merged values, ready for a form.
    pub fn draft(&self) -> Draft {
        Draft::new(|name| self.0.iter().find(|field| field.field.name == name).map(|field| field.merged.clone()))
    }
}

/// Merges `mine` into `theirs`. Without a base (its image was erased) every difference counts as changed by both.
pub fn merge(base: Option<&Content>, theirs: &Content, mine: &Content) -> Merge {
    let merged = FIELDS.iter().map(|field| {
        let value = field.get;
        let (theirs, mine) = (value(theirs), value(mine));
        let base = base.map(value);
        let changed = changed(base.as_deref(), &theirs, &mine);
        let merged = if changed == Side::Theirs { theirs.clone() } else { mine.clone() };
        MergedField { field, changed, base: base.unwrap_or_default(), theirs, mine, merged }
    });
    Merge(merged.collect())
}

fn changed(base: Option<&str>, theirs: &str, mine: &str) -> Side {
    match base {
        _ if theirs == mine => Side::Neither,
        Some(base) if base == theirs => Side::Mine,
        Some(base) if base == mine => Side::Theirs,
        _ => Side::Both,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By way of a form, so that fields which do not matter here have their defaults.
    fn content(title: &str, description: &str, done: bool) -> Content {
        let value = |name: &str| match name {
            "title" => Some(title.to_owned()),
            "description" => Some(description.to_owned()),
            "done" => Some(done.to_string()),
            _ => None,
        };
        Draft::new(value).parse_new().unwrap()
    }

    fn any_content() -> impl Strategy<Value = Content> {
        ("[ab]", "[ab\n]{0,2}", any::<bool>()).prop_map(|(title, text, done)| content(&title, &text, done))
    }

    proptest! {
        #[test]
        fn a_side_that_changed_nothing_gives_the_other_side(base in any_content(), other in any_content()) {
            prop_assert_eq!(merge(Some(&base), &other, &base).draft().parse_complete().unwrap(), other.clone());
            prop_assert_eq!(merge(Some(&base), &base, &other).draft().parse_complete().unwrap(), other);
        }

        #[test]
        fn every_field_is_from_one_side_and_a_conflict_is_never_hidden(
            base in any_content(), theirs in any_content(), mine in any_content()
        ) {
            for field in merge(Some(&base), &theirs, &mine).0 {
                prop_assert!(field.merged == field.theirs || field.merged == field.mine);
                let both = field.base != field.mine && field.base != field.theirs && field.mine != field.theirs;
                prop_assert_eq!(field.changed == Side::Both, both);
                // What theirs changed is lost only where a person is asked.
                if field.theirs != field.base && field.merged != field.theirs {
                    prop_assert_eq!(field.changed, Side::Both);
                }
            }
        }

        #[test]
        fn the_same_change_on_both_sides_is_no_conflict(base in any_content(), same in any_content()) {
            let merge = merge(Some(&base), &same, &same);
            prop_assert!(!merge.has_conflict());
            prop_assert_eq!(merge.draft().parse_complete().unwrap(), same);
        }
    }

    #[test]
    fn without_a_base_every_difference_is_asked() {
        let text = |title: &str| content(title, "", false);
        let merge = merge(None, &text("theirs"), &text("mine"));
        for field in merge.0 {
            let expected = if field.field.name == "title" { Side::Both } else { Side::Neither };
            assert_eq!(field.changed, expected, "{}", field.field.name);
        }
    }
}
