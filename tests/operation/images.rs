//! What can be said of images and compose.yaml without building and starting them, which `tests/compose/run` does.

use std::process::Command;

use daybook::config::SETTINGS;

use crate::cases;
use crate::support::Setup;

cases![SQLITE:
    compose_sets_what_there_is_to_set,
    images_are_named_the_same_everywhere,
    the_images_hold_every_file_that_is_served,
    dependencies_are_built_from_every_manifest,
    compose_understands_its_file
];

fn file(path: &str) -> String {
    let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Environment variables that a YAML file sets: keys in capitals.
fn variables(yaml: &str) -> Vec<&str> {
    let keys = yaml.lines().filter(|line| !line.trim_start().starts_with('#')).filter_map(|line| line.split_once(':'));
    let capitals = |key: &&str| key.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !key.is_empty();
    keys.map(|(key, _)| key.trim()).filter(capitals).collect()
}

fn compose_sets_what_there_is_to_set(_: Setup) {
    let (compose, web) = (file("compose.yaml"), file("docker/web.yaml"));
    let set: Vec<&str> = [variables(&compose), variables(&web)].concat();
    let ours = set.iter().filter(|name| !name.starts_with("MYSQL_") && **name != "REVISION");
    assert!(set.contains(&"DB_PASSWORD_FILE") && set.contains(&"TRUSTED_PROXY_HOPS"), "{set:?}");
    for name in ours {
        assert!(SETTINGS.iter().any(|setting| setting.name == *name), "compose sets {name}, which is no setting");
    }
    // Whatever says where MySQL and Redis are is set there, so that a line of .env cannot contradict it.
    for setting in SETTINGS.iter().filter(|setting| {
        let name = setting.name;
        let place = ["HOST", "PORT", "USER", "PASSWORD", "PASSWORD_FILE", "NAME", "SSL_CA", "TLS", "URL", "URL_FILE"];
        let of = |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| place.contains(&rest));
        of("DB_") || of("REDIS_") || of("DATABASE_")
    }) {
        assert!(set.contains(&setting.name), "compose.yaml lacks {}", setting.name);
    }
}

fn images_are_named_the_same_everywhere(_: Setup) {
    let (dockerfile, compose, cargo) = (file("docker/Dockerfile"), file("compose.yaml"), file("Cargo.toml"));
    let value = |name: &str| {
        let line = cargo.lines().find(|line| line.starts_with(name)).expect("it is in Cargo.toml");
        line.split('"').nth(1).expect("a text").to_owned()
    };
    let bases: Vec<&str> =
        dockerfile.lines().filter_map(|line| line.strip_prefix("FROM ")?.split(' ').next()).collect();
    let rust = format!("rust:{}-slim-bookworm", value("rust-version"));
    let known = ["node:22-slim", &rust, "debian:bookworm-slim", "run"];
    for base in &bases {
        assert!(known.contains(base), "{base}: another base image, or another Rust than Cargo.toml asks for");
    }
    let used: Vec<&str> = compose.lines().filter_map(|line| line.trim().strip_prefix("image: ")).collect();
    for image in used {
        let own = image.strip_prefix("daybook-").is_some_and(|stage| dockerfile.contains(&format!(" AS {stage}\n")));
        let other = ["debian:bookworm-slim", "mysql:8.4", "redis:7"].contains(&image);
        assert!(own || other, "{image}");
    }
    assert!(dockerfile.contains(&format!("ARG VERSION={}\n", value("version"))), "the label is of another version");
}

fn the_images_hold_every_file_that_is_served(_: Setup) {
    let (dockerfile, assets) = (file("docker/Dockerfile"), file("web/src/assets.rs"));
    let served: Vec<&str> = assets.split('"').filter(|text| text.starts_with("node_modules/")).collect();
    assert!(served.len() >= 2, "{served:?}");
    for path in served {
        assert!(dockerfile.contains(&format!("--from=npm /src/{path} ")), "the image lacks {path}");
    }
    assert!(dockerfile.contains("\nCOPY static "));
}

fn dependencies_are_built_from_every_manifest(_: Setup) {
    let (dockerfile, ignore, cargo) = (file("docker/Dockerfile"), file(".dockerignore"), file("Cargo.toml"));
    let members = cargo.lines().find_map(|line| line.strip_prefix("members = ")).expect("the members");
    for member in members.split('"').skip(1).step_by(2) {
        assert!(dockerfile.contains(&format!("\nCOPY {member}/Cargo.toml {member}/\n")), "{member}");
        let sent = [format!("!{member}"), format!("!{member}/Cargo.toml")];
        assert!(ignore.lines().any(|line| sent.iter().any(|wanted| wanted == line)), "{member} is not sent");
    }
}

/// Where there is Docker; elsewhere CI does it.
fn compose_understands_its_file(_: Setup) {
    let docker = |arguments: &[&str], profile: &str| {
        let mut command = Command::new("docker");
        command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        command.env("COMPOSE_PROFILES", profile).args(arguments).output()
    };
    if !docker(&["compose", "version"], "").is_ok_and(|output| output.status.success()) {
        println!("no docker compose here: compose.yaml was not read");
        return;
    }
    for (profile, hops) in [("", "\"0\""), ("proxy", "\"1\"")] {
        let output = docker(&["compose", "config"], profile).expect("docker runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains(&format!("TRUSTED_PROXY_HOPS: {hops}")));
        // One service alone publishes a port: web, or the proxy in front of it.
        assert_eq!(text.matches("published:").count(), 1, "{profile:?}: {text}");
    }
}
