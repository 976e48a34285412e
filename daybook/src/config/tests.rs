use super::*;

fn read(variables: &[(&str, &str)]) -> Result<Config, String> {
    let get = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    Config::read(&get).map_err(|error| error.to_string())
}

fn refused(variables: &[(&str, &str)]) -> String {
    read(variables).expect_err("must be refused")
}

#[test]
fn nothing_set_is_the_embedded_default_on_loopback() {
    let config = read(&[]).unwrap();
    assert_eq!(config.database, Database::Sqlite { file: "data/daybook.sqlite".into() });
    assert_eq!(config.web.bind.to_string(), "127.0.0.1:8000");
    assert_eq!(config.web.trusted_proxy_hops, 0);
}

#[test]
fn secrets_are_in_no_debug_or_display() {
    for variables in [
        &[("DATABASE_URL", "mysql://me:s3cret@db/book")][..],
        &[("DB_HOST", "db"), ("DB_USER", "me"), ("DB_PASSWORD", "s3cret"), ("DB_NAME", "book")],
    ] {
        let config = read(variables).unwrap();
        assert!(!format!("{config:?} {}", config.database).contains("s3cret"));
        assert_eq!(config.database.to_string(), "mysql://me@db:3306/book");
    }
    assert!(!refused(&[("DATABASE_URL", "postgres://me:s3cret@db/book")]).contains("s3cret"));
}

#[test]
fn redis_is_a_url_or_parts_and_keeps_its_password_to_itself() {
    assert_eq!(read(&[]).unwrap().redis, None);
    for variables in [
        &[("REDIS_URL", "rediss://:s%403cret@cache:6379")][..],
        &[("REDIS_HOST", "cache"), ("REDIS_PASSWORD", "s@3cret"), ("REDIS_TLS", "true")],
    ] {
        let config = read(variables).unwrap();
        assert!(!format!("{config:?}").contains("3cret"));
        let url = config.redis.unwrap();
        assert_eq!(url.to_string(), "rediss://cache:6379");
        assert_eq!(url.with_password(), "rediss://:s%403cret@cache:6379");
    }
    let plain = read(&[("REDIS_HOST", "cache")]).unwrap().redis.unwrap();
    assert_eq!(plain.with_password(), "redis://cache:6379");
    assert!(refused(&[("REDIS_URL", "redis://c"), ("REDIS_TLS", "true")]).starts_with("REDIS_TLS: contradicts"));
    assert!(refused(&[("REDIS_PASSWORD", "x")]).starts_with("REDIS_HOST: is missing"));
    assert!(refused(&[("REDIS_URL", "http://c")]).starts_with("REDIS_URL: begins"));
    assert!(refused(&[("REDIS_URL", "redis://c/book")]).starts_with("REDIS_URL: is not"));
    assert!(refused(&[("REDIS_HOST", "c"), ("REDIS_TLS", "yes")]).starts_with("REDIS_TLS: “yes” is not true"));
    assert!(refused(&[("JOB_LEASE_MS", "99")]).starts_with("JOB_LEASE_MS: must be"));
    assert!(refused(&[("JOB_CONCURRENCY", "0")]).starts_with("JOB_CONCURRENCY: “0” is not"));
}

#[test]
fn a_password_in_parts_may_hold_anything() {
    let config =
        read(&[("DB_HOST", "db"), ("DB_USER", "me"), ("DB_PASSWORD", "p@ss/w:rd?#%"), ("DB_NAME", "book")]).unwrap();
    let Database::Mysql(url) = config.database else { panic!() };
    assert!(url.with_password().contains(":p%40ss%2Fw%3Ard%3F%23%25@db"));
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let file = std::env::temp_dir().join(format!("daybook-secret-{}", std::process::id()));
    let path = file.to_str().unwrap();
    let parts = [("DB_HOST", "db"), ("DB_USER", "me"), ("DB_PASSWORD_FILE", path), ("DB_NAME", "book")];
    for (text, password) in [("s3cret", "s3cret"), ("s3cret\r\n", "s3cret"), (" s3cret\n\n", "%20s3cret%0A")] {
        std::fs::write(&file, text).unwrap();
        let Database::Mysql(url) = read(&parts).unwrap().database else { panic!() };
        assert!(url.with_password().contains(&format!(":{password}@db")), "{text:?}");
    }
    std::fs::write(&file, "redis://:s3cret@cache\n").unwrap();
    assert_eq!(read(&[("REDIS_URL_FILE", path)]).unwrap().redis.unwrap().with_password(), "redis://:s3cret@cache");
    let both = refused(&[("REDIS_URL_FILE", path), ("REDIS_URL", "redis://c")]);
    assert_eq!(both, "REDIS_URL_FILE: contradicts REDIS_URL: set one of them");
    assert!(refused(&[("DB_PASSWORD_FILE", path)]).starts_with("DB_HOST: is missing"));
    std::fs::write(&file, "\n").unwrap();
    assert_eq!(refused(&[("DATABASE_URL_FILE", path)]), format!("DATABASE_URL_FILE: {path} is empty"));
    std::fs::remove_file(&file).unwrap();
    assert!(refused(&parts).starts_with(&format!("DB_PASSWORD_FILE: {path} cannot be read: ")));
}

#[test]
fn every_secret_has_a_setting_for_its_file() {
    for name in secrets::SECRETS {
        assert!(SETTINGS.iter().any(|setting| setting.name == format!("{name}_FILE")), "{name}");
    }
}

#[test]
fn contradictions_and_missing_values_name_the_variable() {
    assert!(refused(&[("DATABASE_URL", "mysql://a:b@c/d"), ("DB_HOST", "x")]).starts_with("DB_HOST: contradicts"));
    assert!(refused(&[("DB_HOST", "x")]).starts_with("DB_USER: is missing"));
    assert!(refused(&[("DATABASE_URL", "mysql://a:b@c")]).starts_with("DATABASE_URL: lacks"));
    assert!(refused(&[("BIND", "8000")]).starts_with("BIND: “8000” is not"));
    assert!(refused(&[("BIND", "0.0.0.0:8000")]).starts_with("ALLOWED_HOSTS: BIND=0.0.0.0:8000"));
    assert!(refused(&[("PUBLIC_URL", "https://book.example/path")]).starts_with("PUBLIC_URL:"));
    assert!(refused(&[("WEB_WORKERS", "0")]).starts_with("WEB_WORKERS:"));
    assert!(refused(&[("BOOK_TIME_ZONE", "Mars/Olympus")]).starts_with("BOOK_TIME_ZONE:"));
    assert!(refused(&[("LOG_FORMAT", "xml")]).starts_with("LOG_FORMAT:"));
    assert!(refused(&[("ALLOWED_HOSTS", "book.example:80")]).starts_with("ALLOWED_HOSTS:"));
}

#[test]
fn a_public_address_answers_to_the_public_name_only() {
    let config = read(&[("BIND", "0.0.0.0:8000"), ("PUBLIC_URL", "https://Book.example")]).unwrap();
    assert_eq!(config.web.allowed_hosts, AllowedHosts::Names(vec!["book.example".into()]));
}

#[test]
fn the_example_file_holds_every_setting_with_its_default() {
    let example = include_str!("../../../.env.example");
    for setting in SETTINGS {
        let line = format!("#{}={}", setting.name, setting.default);
        assert!(example.lines().any(|l| l == line), ".env.example lacks the line {line}");
    }
    assert_eq!(example.lines().filter(|line| line.starts_with('#') && line.contains('=')).count(), SETTINGS.len());
}

#[test]
fn another_account_may_migrate() {
    let app = [("DATABASE_URL", "mysql://app:a@db/book")];
    assert_eq!(read(&app).unwrap().migrate.account, None);
    let config = read(&[app[0], ("MIGRATE_DB_USER", "ad:min"), ("MIGRATE_DB_PASSWORD", "s3/cret@")]).unwrap();
    let account = config.migrate.account.clone().unwrap();
    assert_eq!(account.with_password(), "mysql://ad%3Amin:s3%2Fcret%40@db/book");
    assert_eq!((account.username(), account.password()), ("ad:min".into(), "s3/cret@".into()));
    assert!(!format!("{config:?}").contains("s3"));
    assert!(refused(&[app[0], ("MIGRATE_DB_USER", "admin")]).starts_with("MIGRATE_DB_PASSWORD: is missing"));
    assert!(refused(&[app[0], ("MIGRATE_DB_PASSWORD", "x")]).starts_with("MIGRATE_DB_USER: is missing"));
    assert!(refused(&[("MIGRATE_DB_USER", "admin"), ("MIGRATE_DB_PASSWORD", "x")]).contains("MySQL only"));
    assert!(refused(&[app[0], ("MIGRATE_DB_USER", "app"), ("MIGRATE_DB_PASSWORD", "x")]).contains("less privileged"));
}

#[test]
fn files_are_in_a_folder_or_in_a_bucket() {
    let url = |text: &str| read(&[("FILES_URL", text)]).unwrap().files.url;
    assert_eq!(read(&[]).unwrap().files.url, FilesUrl::Folder("data/files".into()));
    assert_eq!(url("file:///var/lib/files"), FilesUrl::Folder("/var/lib/files".into()));
    assert_eq!(url("file:files"), FilesUrl::Folder("files".into()));
    #[cfg(feature = "s3")]
    {
        let bucket = |name: &str, prefix: &str| FilesUrl::Bucket { name: name.into(), prefix: prefix.into() };
        assert_eq!(url("s3://files"), bucket("files", ""));
        assert_eq!(url("s3://files/of/the/book/"), bucket("files", "of/the/book"));
        assert!(refused(&[("FILES_URL", "s3://")]).starts_with("FILES_URL: is not s3://"));
        assert!(refused(&[("FILES_URL", "s3://a/b?c")]).starts_with("FILES_URL: is not s3://"));
    }
    assert!(refused(&[("FILES_URL", "/files")]).starts_with("FILES_URL: begins with neither"));
    assert!(refused(&[("FILES_URL", "file:")]).starts_with("FILES_URL: file: is followed by"));
    assert!(refused(&[("SNAPSHOT_DAYS", "0")]).starts_with("SNAPSHOT_DAYS: “0” is not"));
}

#[test]
#[cfg(feature = "mysql")]
fn a_replica_is_of_mysql_and_keeps_its_password_to_itself() {
    let replica = ("DATABASE_REPLICA_URL", "mysql://me:s3cret@replica/book");
    let config = read(&[("DATABASE_URL", "mysql://me:s3cret@db/book"), replica]).unwrap();
    assert_eq!(config.replica.as_ref().unwrap().to_string(), "mysql://me@replica:3306/book");
    assert!(!format!("{config:?}").contains("s3cret"));
    assert!(refused(&[replica]).starts_with("DATABASE_REPLICA_URL: is for MySQL only"));
    let wrong = refused(&[("DATABASE_URL", "mysql://me:x@db/book"), ("DATABASE_REPLICA_URL", "mysql://s3cret")]);
    assert!(wrong.starts_with("DATABASE_REPLICA_URL: is not") && !wrong.contains("s3cret"), "{wrong}");
}

#[test]
#[cfg(feature = "mysql")]
fn a_replica_may_be_the_same_at_another_place() {
    let parts = [("DB_HOST", "db"), ("DB_USER", "me"), ("DB_PASSWORD", "s3cret"), ("DB_NAME", "book")];
    let with = |more: &[(&str, &str)]| read(&[&parts[..], more].concat());
    assert_eq!(with(&[]).unwrap().replica, None);
    let replica = with(&[("DB_REPLICA_HOST", "copy"), ("DB_SSL_CA", "/ca.pem")]).unwrap().replica.unwrap();
    assert_eq!(replica.with_password(), "mysql://me:s3cret@copy:3306/book?ssl_mode=verify_identity&ssl_ca=%2Fca%2Epem");
    let replica = with(&[("DB_REPLICA_HOST", "db"), ("DB_REPLICA_PORT", "3307")]).unwrap().replica.unwrap();
    assert_eq!(replica.to_string(), "mysql://me@db:3307/book");
    assert_eq!(with(&[("DB_REPLICA_HOST", "db")]).unwrap().replica, None, "the database itself is no copy");
    assert!(refused(&[("DB_REPLICA_HOST", "copy")]).starts_with("DB_REPLICA_HOST: is for MySQL only"));
    let both = with(&[("DB_REPLICA_HOST", "copy"), ("DATABASE_REPLICA_URL", "mysql://me:x@copy/book")]);
    assert!(both.unwrap_err().starts_with("DB_REPLICA_HOST: contradicts"));
}
