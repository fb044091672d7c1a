//! `bayview status`, the program itself, against real services.

use crate::bed;
use crate::desk::Desk;
use serde_json::Value;
use std::process::Command;

/// What the program printed and how it ended.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }
}

pub fn status(args: &[&str]) -> Said {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_bayview"));
    // Nothing of whoever runs this may take part.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("OS_")) {
        command.env_remove(name);
    }
    command.arg("status").args(args).current_dir(folder.path()).env("OS_CLIENT_CONFIG_FILE", bed::clouds_yaml());
    command.env("XDG_CONFIG_HOME", folder.path());
    let output = command.output().expect("a program that runs");
    Said {
        code: output.status.code().expect("an exit code"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

#[test]
fn it_tells_who_where_and_what_magnum_can_do() {
    let _bed = bed::openstack();
    let said = status(&["--cloud", "demo", "--json"]);
    assert!(said.code < 2, "{}", said.err);
    let report = said.json();
    assert_eq!(
        (&report["user"], &report["project"], &report["region"]),
        (&"demo".into(), &"demo".into(), &"RegionOne".into())
    );
    assert_eq!(report["magnum"]["max_version"], "1.10");
    let said = status(&["--cloud", "demo", "--region", "RegionTwo", "--json"]);
    assert_eq!(said.json()["magnum"]["max_version"], "1.12");
}

#[test]
fn it_names_the_step_that_failed() {
    let _bed = bed::openstack();
    let wrong = status(&["--cloud", "wrong-password"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("sign in failed") && wrong.err.contains("401"), "{}", wrong.err);
    let nowhere = status(&["--cloud", "demo", "--bay", "j-there-is-no-such-bay"]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.err.contains("there is no bay"), "{}", nowhere.err);
}

#[test]
fn two_bays_of_one_name_are_told_apart_by_uuid_only() {
    let _bed = bed::openstack();
    let mut desk = Desk::at("demo");
    let name = bed::unique("twin-mute");
    let twins = [desk.create(&name), desk.create(&name)];
    let said = status(&["--cloud", "demo", "--bay", &name]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("several bays are named") && said.err.contains(&name), "{}", said.err);
    for twin in &twins {
        desk.look(vec![bayview::live::command::Topic::Bay(twin.clone())]);
        desk.until_status(twin, "CREATE_FAILED");
    }
    let said = status(&["--cloud", "demo", "--json"]);
    assert_eq!(said.code, 1, "a failed bay is not fine");
    let unhealthy = said.json()["unhealthy"].to_string();
    assert!(unhealthy.contains(&format!("bay {name} is CREATE_FAILED")), "{unhealthy}");
    // Each goes by itself.
    desk.delete(&twins[0]);
    desk.until_gone(&twins[0]);
    let bays = status(&["--cloud", "demo", "--json"]).json()["bays"].clone();
    let ids: Vec<_> =
        bays.as_array().expect("bays").iter().filter(|b| b["name"] == name.as_str()).map(|b| &b["id"]).collect();
    assert_eq!(ids, [twins[1].as_str()], "the other one is still there");
    desk.delete(&twins[1]);
    desk.until_gone(&twins[1]);
}
