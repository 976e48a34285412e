pub fn cases() -> Vec<crate::support::Case> {
    vec![]
}
