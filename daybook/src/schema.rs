//! Diesel's view of the tables: the same for both databases. The migrations say what each column means.

diesel::table! {
    entries (id) {
        id -> BigInt,
        uid -> Binary,
        title -> Text,
        title_key -> Text,
        description -> Text,
        done -> Bool,
        version -> Integer,
        trashed -> Bool,
        created_at -> BigInt,
        created_by -> Binary,
        created_by_name -> Text,
        updated_at -> BigInt,
        updated_by -> Binary,
        updated_by_name -> Text,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        subject_kind -> Text,
        subject_uid -> Binary,
        version -> Integer,
        kind -> Text,
        actor_uid -> Binary,
        channel -> Text,
        request_id -> Binary,
        at -> BigInt,
        commitment -> Binary,
        seq -> Nullable<BigInt>,
        link -> Nullable<Binary>,
        sealed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_images (event_id) {
        event_id -> BigInt,
        salt -> Binary,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        actor_name -> Text,
        client_address -> Nullable<Text>,
    }
}

diesel::table! {
    chain_head (id) {
        id -> Integer,
        book_uid -> Binary,
        genesis -> Binary,
        seq -> BigInt,
        link -> Binary,
        sealed_at -> Nullable<BigInt>,
        verified_at -> Nullable<BigInt>,
        verified_seq -> Nullable<BigInt>,
        verified_faults -> Nullable<BigInt>,
    }
}

diesel::table! {
    entry_terms (trashed, term, entry_id) {
        trashed -> Bool,
        term -> Text,
        entry_id -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        uid -> Binary,
        email -> Text,
        name -> Text,
        role -> Text,
        disabled -> Bool,
        password_hash -> Text,
        version -> Integer,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    users_lock (id) {
        id -> Integer,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        uid -> Binary,
        token_hash -> Binary,
        user_uid -> Binary,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        address -> Text,
        device -> Text,
    }
}

diesel::table! {
    invitations (id) {
        id -> BigInt,
        uid -> Binary,
        token_hash -> Binary,
        email -> Text,
        role -> Text,
        user_uid -> Nullable<Binary>,
        version -> Integer,
        created_at -> BigInt,
        created_by -> Binary,
        created_by_name -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    setup_links (token_hash) {
        token_hash -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    failed_sign_ins (id) {
        id -> BigInt,
        uid -> Binary,
        email -> Text,
        address -> Text,
        minute -> BigInt,
        number -> Integer,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        uid -> Binary,
        kind -> Text,
        arguments -> Text,
        state -> Text,
        run_at -> BigInt,
        owner -> Nullable<Binary>,
        lease_until -> Nullable<BigInt>,
        fence -> BigInt,
        failures -> Integer,
        handled -> BigInt,
        total -> Nullable<BigInt>,
        bookmark -> Nullable<Text>,
        cancel_wanted -> Bool,
        error -> Nullable<Text>,
        result -> Nullable<Text>,
        asked_by -> Binary,
        asked_by_name -> Text,
        client_address -> Nullable<Text>,
        form_key -> Binary,
        created_at -> BigInt,
        updated_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    workers (uid) {
        uid -> Binary,
        kind -> Text,
        name -> Text,
        started_at -> BigInt,
        seen_at -> BigInt,
    }
}

diesel::table! {
    snapshots (id) {
        id -> BigInt,
        uid -> Binary,
        version -> Integer,
        what -> Text,
        scheduled -> Bool,
        due_at -> Nullable<BigInt>,
        job_uid -> Binary,
        asked_by -> Binary,
        asked_by_name -> Text,
        created_at -> BigInt,
        kept -> Bool,
        expires_at -> BigInt,
        finished_at -> Nullable<BigInt>,
        folder -> Nullable<Text>,
        entry_rows -> Nullable<BigInt>,
        bytes -> Nullable<BigInt>,
        manifest -> Nullable<Text>,
    }
}

diesel::table! {
    snapshot_schedule (id) {
        id -> Integer,
        version -> Integer,
        cron -> Nullable<Text>,
        what -> Nullable<Text>,
        keep_last -> Integer,
        next_at -> Nullable<BigInt>,
        set_by -> Nullable<Binary>,
        set_by_name -> Nullable<Text>,
        swept_at -> BigInt,
    }
}

diesel::joinable!(audit_images -> audit_events (event_id));
diesel::allow_tables_to_appear_in_same_query!(audit_events, audit_images);
diesel::allow_tables_to_appear_in_same_query!(sessions, users);
