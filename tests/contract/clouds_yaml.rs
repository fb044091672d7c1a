//! From files on disk to a signed-in client.

use super::mock_cloud::{Cloud, body, options, ready};
use bayview::api::Client;
use bayview::api::clouds_yaml::{Inputs, Platform, resolve};
use bayview::model::cloud::ProfileSource;
use std::path::Path;

fn search(home: &Path, env: &[(&str, &str)]) -> bayview::api::ProfileStore {
    resolve(&Inputs {
        env: env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        cwd: home.join("nowhere"),
        home: Some(home.to_path_buf()),
        platform: Platform::Unix,
        read: &|path| std::fs::read_to_string(path),
    })
}

#[tokio::test]
async fn a_cloud_of_the_file_signs_in_with_the_password_of_secure_yaml() {
    let cloud = Cloud::with_keystone().await;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/openstack");
    std::fs::create_dir_all(&folder).unwrap();
    let clouds = format!(
        "clouds:\n  lab:\n    auth:\n      auth_url: {}/identity/v3\n      username: demo\n      project_name: demo\n      domain_id: default\n    region_name: RegionOne\n",
        cloud.server.uri()
    );
    std::fs::write(folder.join("clouds.yaml"), clouds).unwrap();
    std::fs::write(folder.join("secure.yaml"), "clouds:\n  lab:\n    auth:\n      password: from-secure\n").unwrap();
    let store = search(home.path(), &[]);
    assert_eq!(store.problems(), []);
    let lab = store.preferred().unwrap();
    let source = ProfileSource::CloudsYaml { path: "~/.config/openstack/clouds.yaml".into(), line: 2 };
    assert_eq!(lab.source, Some(source));
    ready(Client::sign_in(lab, &store.secrets(lab), options()).await);
    let sent = cloud.requests("POST", "/identity/v3/auth/tokens").await;
    let identity = &body(&sent[0])["auth"]["identity"]["password"]["user"];
    assert_eq!(identity["password"], "from-secure");
    assert_eq!(identity["domain"]["id"], "default");
}

#[tokio::test]
async fn the_variables_of_an_openrc_sign_in() {
    let cloud = Cloud::with_keystone().await;
    let home = tempfile::tempdir().unwrap();
    let url = format!("{}/identity/v3", cloud.server.uri());
    let env = [
        ("OS_AUTH_URL", url.as_str()),
        ("OS_USERNAME", "demo"),
        ("OS_PASSWORD", "pw"),
        ("OS_PROJECT_NAME", "demo"),
        ("OS_USER_DOMAIN_NAME", "Default"),
        ("OS_PROJECT_DOMAIN_ID", "default"),
        ("OS_REGION_NAME", "RegionOne"),
        ("OS_INTERFACE", "public"),
        ("OS_IDENTITY_API_VERSION", "3"),
    ];
    let store = search(home.path(), &env);
    let profile = store.preferred().unwrap();
    assert_eq!((profile.name.as_str(), profile.region.as_str()), ("envvars", "RegionOne"));
    ready(Client::sign_in(profile, &store.secrets(profile), options()).await);
}

#[test]
fn a_folder_in_the_place_of_a_file_is_told() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join(".config/openstack/clouds.yaml")).unwrap();
    let store = search(home.path(), &[]);
    assert!(store.problems()[0].said.starts_with("~/.config/openstack/clouds.yaml: "), "{:?}", store.problems());
}

#[test]
fn what_is_printed_of_a_store_holds_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let store = search(home.path(), &[("OS_AUTH_URL", "http://k"), ("OS_USERNAME", "ana"), ("OS_PASSWORD", "s3cret")]);
    let profile = store.preferred().unwrap();
    let json = serde_json::to_string(profile).unwrap();
    let shown = format!("{store:?} {profile:?} {:?} {json}", store.secrets(profile));
    assert!(!shown.contains("s3cret"), "{shown}");
}
