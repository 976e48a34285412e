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
    use crate::text::{Description, Title};

    fn content() -> impl Strategy<Value = Content> {
        ("[ab]", "[ab\n]{0,2}", any::<bool>()).prop_map(|(title, description, done)| Content {
            title: Title::parse(&title).unwrap(),
            description: Description::parse(&description).unwrap(),
            done,
        })
    }

    proptest! {
        #[test]
        fn a_side_that_changed_nothing_gives_the_other_side(base in content(), other in content()) {
            prop_assert_eq!(merge(Some(&base), &other, &base).draft().parse_complete().unwrap(), other.clone());
            prop_assert_eq!(merge(Some(&base), &base, &other).draft().parse_complete().unwrap(), other);
        }

        #[test]
        fn every_field_is_from_one_side_and_a_conflict_is_never_hidden(
            base in content(), theirs in content(), mine in content()
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
        fn the_same_change_on_both_sides_is_no_conflict(base in content(), same in content()) {
            let merge = merge(Some(&base), &same, &same);
            prop_assert!(!merge.has_conflict());
            prop_assert_eq!(merge.draft().parse_complete().unwrap(), same);
        }
    }

    #[test]
    fn without_a_base_every_difference_is_asked() {
        let text = |title: &str| Content {
            title: Title::parse(title).unwrap(),
            description: Description::default(),
            done: false,
        };
        let merge = merge(None, &text("theirs"), &text("mine"));
        assert_eq!(
            merge.0.iter().map(|field| field.changed).collect::<Vec<_>>(),
            [Side::Both, Side::Neither, Side::Neither]
        );
    }
}
