//! What `infra/` expects of the programs: the settings it gives them, and the figures that its alarms look at. The rest of it is
//! checked by `tests/infra/check`.

use std::collections::BTreeSet;

use daybook::config::SETTINGS;
use serde_json::Value;

use crate::cases;
use crate::support::{Setup, eventually};

cases![SQLITE: alarms_look_at_figures_that_there_are, tasks_are_given_settings_that_there_are];

fn template(name: &str) -> String {
    let path = format!("{}/../infra/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).expect(&path)
}

/// What stands between `begin` and `end`, wherever it does.
fn between<'a>(text: &'a str, begin: &str, end: char) -> BTreeSet<&'a str> {
    text.split(begin).skip(1).filter_map(|rest| rest.split_once(end)).map(|(name, _)| name).collect()
}

fn alarms_look_at_figures_that_there_are(setup: Setup) {
    let alarms = template("alarms");
    let figures = between(&alarms, "MetricValue: \"$.", '"');
    assert!(figures.len() > 8, "{figures:?}");
    let book = setup.book_with(&[("STATISTICS_S", "1"), ("LOG_FORMAT", "json")]);
    book.get("/entries").expect(200);
    let line = eventually("a line of statistics", || {
        let log = book.program.log();
        let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.find(|line| line["message"] == "statistics" && line["requests"] == 1)
    });
    for name in figures {
        assert!(line[name].is_number(), "infra/alarms.yaml looks at {name}, which is not in {line}");
    }
    // The filters choose their lines by these.
    assert!(alarms.contains("{ $.message = \"statistics\" }") && alarms.contains("{ $.level = \"ERROR\" }"));
    assert_eq!(line["level"], "INFO");
}

fn tasks_are_given_settings_that_there_are(_: Setup) {
    let given: BTreeSet<String> = ["platform", "app"]
        .map(template)
        .iter()
        .flat_map(|text| {
            let tasks = text.split("ShellTask:").next().expect("the text before it");
            let flow = between(tasks, "{Name: ", ',').into_iter().map(str::to_owned).collect::<Vec<_>>();
            let block = between(tasks, "- Name: ", '\n').into_iter().map(str::to_owned).collect::<Vec<_>>();
            [flow, block].concat()
        })
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect();
    assert!(given.len() > 20, "{given:?}");
    for name in &given {
        // The one that is not ours is the AWS library's.
        assert!(name == "AWS_REGION" || SETTINGS.iter().any(|setting| setting.name == name), "{name} is no setting");
    }
}
