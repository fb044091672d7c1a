//! The Docker bed answers as a node of a Swarm bay would.

use crate::bed::ask;

const DOCKER: &str = "http://127.0.0.1:2375";

#[test]
fn a_node_tells_its_version_and_its_images() {
    assert_eq!(ask("GET", &format!("{DOCKER}/_ping"), &[], None).status, 200);
    let version = ask("GET", &format!("{DOCKER}/version"), &[], None).body;
    assert!(version["ApiVersion"].as_str().is_some_and(|v| v.starts_with("1.")), "{version}");
    let images = ask("GET", &format!("{DOCKER}/images/json"), &[], None).body;
    let tags: Vec<_> =
        images.as_array().expect("a list").iter().flat_map(|i| i["RepoTags"].as_array().cloned()).collect();
    assert!(format!("{tags:?}").contains("localhost/bayview:1"), "{images}");
}
